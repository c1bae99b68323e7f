/** The same cases as a list, for keyboards, screen readers and browsers without WebGL. */
import { make } from "../kit/dom";
import { t } from "../kit/words";
import { isCell, type CaseProperties, type Collection } from "./places";

const MOST = 200;

export function countOf(cases: Collection): number {
  return cases.features.reduce((sum, one) => sum + (isCell(one) ? Number(one.properties.count) : 1), 0);
}

export function hasCells(cases: Collection): boolean {
  return cases.features.some(isCell);
}

/** Links to the single cases in view. */
export function listOf(cases: Collection): HTMLElement {
  const list = make("ul");
  for (const feature of cases.features.filter((one) => !isCell(one)).slice(0, MOST)) {
    const { title, url, number } = feature.properties as unknown as CaseProperties;
    const words = number ? `${number} ${title}` : title;
    list.append(make("li", {}, url ? make("a", { href: url }, words) : words));
  }
  return make("div", {}, make("p", {}, t("本视野内 {n} 件", { n: countOf(cases) })), list);
}

/** What stands in a popup: title, number and a way in. */
export function cardOf(found: CaseProperties): HTMLElement {
  const card = make("div", { class: "ll-map-card" });
  if (found.number) card.append(make("div", { class: "small text-muted num" }, found.number));
  card.append(make("strong", {}, found.title));
  if (found.url) card.append(make("div", { class: "mt-1" }, make("a", { href: found.url }, t("打开"))));
  return card;
}
