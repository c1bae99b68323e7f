/** A category found by a few characters, without network; the frequent ones stand first. */
import type { Category } from "../contract";
import { make } from "./pieces";
import type { Form } from "./form";
import { t } from "./say";

const SHOWN = 8;

/** Those whose name or code has all the characters, the closest first. */
export function found(categories: readonly Category[], words: string): Category[] {
  const wanted = words.trim().toLowerCase();
  if (!wanted) {
    const groups = new Set(categories.map(({ parent }) => parent));
    return categories.filter(({ code }) => !groups.has(code)).slice(0, SHOWN);
  }
  const rank = ({ name, code, parent }: Category): number => {
    if (code === wanted) return 0;
    if (name.toLowerCase().includes(wanted)) return 1;
    return [...wanted].every((letter) => `${name}${parent}`.toLowerCase().includes(letter)) ? 2 : 9;
  };
  return categories
    .map((category) => ({ category, rank: rank(category) }))
    .filter((one) => one.rank < 9)
    .sort((one, other) => one.rank - other.rank)
    .slice(0, SHOWN)
    .map((one) => one.category);
}

export function categoryField(form: Form): HTMLElement {
  const categories = form.app.source<Category[]>("categories", []);
  const chosen = make("p", { class: "f-hint" });
  const input = make("input", { class: "f-input", type: "search", placeholder: t("搜类别，如：井盖"), "aria-label": t("类别") });
  const options = make("div", { class: "f-choices" });
  const show = (): void => {
    const now = categories.find((one) => one.code === form.values.category);
    chosen.textContent = now ? t("已选：{name}", { name: now.name }) : t("可不选，由受理员归类");
    options.replaceChildren(...found(categories, input.value).map(option));
  };
  const option = (category: Category): HTMLElement => {
    const isOn = form.values.category === category.code;
    const button = make("button", { type: "button", class: "f-choice-button", "aria-pressed": String(isOn) }, category.name);
    button.addEventListener("click", () => {
      form.set("category", isOn ? "" : category.code);
      show();
    });
    return button;
  };
  input.addEventListener("input", show);
  show();
  return make("div", { class: "f-field" }, make("div", { class: "f-label" }, t("类别")), input, options, chosen);
}
