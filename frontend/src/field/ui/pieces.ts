/** The pieces screens are made of. Large, one column, reached with a thumb; text is always set as text. */
import { icon, make } from "../../kit/dom";
import { t } from "./say";

export { icon, make };

export type Look = "main" | "plain" | "danger" | "accent" | "quiet";

/** A button over the whole width: icon and words. */
export function big(words: string, symbol: string, act: () => unknown, look: Look = "plain"): HTMLButtonElement {
  const button = make("button", { type: "button", class: `f-btn is-${look}` }, icon(symbol), make("span", {}, words));
  button.addEventListener("click", () => void act());
  return button;
}

/** A square of the home screen. */
export function tile(words: string, symbol: string, go: string, look = ""): HTMLAnchorElement {
  return make("a", { class: `f-tile ${look}`, href: go }, icon(symbol), make("span", {}, words));
}

/** A line of a list that leads somewhere. */
export function row(href: string, title: string, under: (Node | string)[], symbol = "", end: (Node | string)[] = []): HTMLElement {
  const words = make("span", { class: "f-row-words" }, make("strong", {}, title), make("span", { class: "f-under" }, ...under));
  const arrow = icon("chevron-right");
  const parts = [...(symbol ? [icon(symbol)] : []), words, ...end, arrow];
  return make("li", {}, make("a", { class: "f-row", href }, ...parts));
}

export function badge(words: string, look: "ok" | "warn" | "late" | "brand" | "held" = "held"): HTMLElement {
  return make("span", { class: `f-badge is-${look}` }, words);
}

export function note(words: string, look: "ok" | "warn" | "late" | "plain" = "plain"): HTMLElement {
  const symbol = { ok: "circle-check", warn: "alert-triangle", late: "alert-circle", plain: "info-circle" }[look];
  return make("p", { class: `f-note is-${look}`, role: look === "late" ? "alert" : undefined }, icon(symbol), make("span", {}, words));
}

/** What a list would hold, when it holds nothing. */
export function empty(title: string, words: string, symbol = "inbox"): HTMLElement {
  return make("div", { class: "f-empty" }, icon(symbol), make("strong", {}, title), make("p", {}, words));
}

export function section(title: string, ...content: (Node | string)[]): HTMLElement {
  return make("section", { class: "f-section" }, make("h2", {}, title), ...content);
}

export function list(...rows: Node[]): HTMLElement {
  return make("ul", { class: "f-list" }, ...rows);
}

export function facts(pairs: readonly (readonly [string, string])[]): HTMLElement {
  const shown = pairs.filter(([, value]) => value);
  return make("dl", { class: "f-facts" }, ...shown.flatMap(([label, value]) => [make("dt", {}, label), make("dd", {}, value)]));
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** A word that passes by at the bottom of the screen. */
export function toast(words: string, look: "ok" | "late" = "ok"): void {
  document.querySelector(".f-toast")?.remove();
  clearTimeout(timer);
  const shown = make("div", { class: `f-toast is-${look}`, role: "status" }, icon(look === "ok" ? "check" : "alert-circle"), words);
  document.body.append(shown);
  timer = setTimeout(() => shown.remove(), look === "ok" ? 2500 : 7000);
}

interface Question {
  title: string;
  words?: string;
  yes: string;
  look?: Look;
  /** asks for words under this label; they must not be empty */
  reason?: string;
}

/** Asks before something that cannot be taken back. null: no; otherwise the reason, "" when none was asked. */
export function ask({ title, words = "", yes, look = "main", reason }: Question): Promise<string | null> {
  const area = reason ? make("textarea", { rows: 3, class: "f-input", id: "f-reason" }) : null;
  const dialog = make("dialog", { class: "f-dialog" }, make("h2", {}, title), make("p", {}, words));
  if (area && reason) dialog.append(make("label", { for: "f-reason" }, reason), area);
  return new Promise((resolve) => {
    const end = (answer: string | null): void => {
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    const agree = (): void => {
      if (area && !area.value.trim()) area.focus();
      else end(area ? area.value.trim() : "");
    };
    dialog.append(big(yes, "check", agree, look), big(t("取消"), "x", () => end(null), "quiet"));
    dialog.addEventListener("cancel", () => end(null));
    document.body.append(dialog);
    dialog.showModal();
  });
}
