/** The keyboard layer of the desk. Which keys a page has is written on its elements; `?` lists them. */
import { isTyping, make } from "./dom";
import { move, openCurrent, tickCurrent } from "./rows";
import { t } from "./words";

const WAIT_FOR_SECOND = 1200;
let gAt = Number.NEGATIVE_INFINITY;

const SIMPLE: Readonly<Record<string, () => boolean>> = {
  j: () => (move(1), true),
  k: () => (move(-1), true),
  x: () => (tickCurrent(), true),
  Enter: () => openCurrent(),
  "?": () => (showKeys(), true),
};

function press(selector: string): boolean {
  const found = [...document.querySelectorAll<HTMLElement>(selector)].find((one) => one.getClientRects().length > 0);
  found?.click();
  return Boolean(found);
}

function focusOn(key: string): boolean {
  const field = document.querySelector<HTMLInputElement>(`[data-key-focus="${CSS.escape(key)}"]`);
  field?.focus();
  field?.select();
  return Boolean(field);
}

function act(key: string, at: number): boolean {
  if (at - gAt < WAIT_FOR_SECOND) {
    gAt = Number.NEGATIVE_INFINITY;
    return press(`[data-key-go="${CSS.escape(key)}"]`);
  }
  if (key === "g") {
    gAt = at;
    return true;
  }
  return focusOn(key) || press(`[data-key="${CSS.escape(key)}"]`) || (SIMPLE[key]?.() ?? false);
}

export function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && event.target instanceof HTMLInputElement) event.target.blur();
  if (isTyping(event.target)) return;
  const isOnControl = event.target instanceof Element && event.target.closest("a, button, summary") !== null;
  if (event.key === "Enter" && isOnControl) return;
  if (act(event.key, event.timeStamp)) event.preventDefault();
}

function lines(): [string, string][] {
  const has = (selector: string) => document.querySelector(selector) !== null;
  const listed: [string, string][] = [];
  if (has('[data-key-focus="/"]')) listed.push(["/", t("搜索")]);
  if (has("[data-rows]")) {
    listed.push(["j k", t("下一行、上一行")], ["Enter", t("打开当前行")], ["x", t("选中或取消当前行")]);
  }
  document.querySelectorAll<HTMLElement>("[data-key]").forEach((one) => {
    listed.push([one.dataset.key ?? "", (one.dataset.keyName ?? one.textContent ?? "").trim()]);
  });
  document.querySelectorAll<HTMLElement>("[data-key-go]").forEach((one) => {
    const place = one.querySelector("span")?.textContent ?? one.textContent ?? "";
    listed.push([`g ${one.dataset.keyGo ?? ""}`, t("前往：{place}", { place: place.trim() })]);
  });
  listed.push(["?", t("显示这张表")]);
  return listed;
}

export function showKeys(): void {
  if (document.getElementById("ll-keys")) return;
  const table = make("dl", { class: "ll-keys" });
  for (const [keys, words] of lines()) {
    const caps = keys.split(" ").flatMap((key) => [make("kbd", {}, key), " "]);
    table.append(make("dt", {}, ...caps), make("dd", {}, words));
  }
  const close = make("button", { class: "btn" }, t("关闭"));
  const dialog = make(
    "dialog",
    { class: "ll-dialog is-wide", id: "ll-keys", "aria-labelledby": "ll-keys-title" },
    make("h2", { id: "ll-keys-title" }, t("键盘快捷键")),
    table,
    make("form", { method: "dialog", class: "ll-form-actions" }, close),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

export function watchKeys(): void {
  document.addEventListener("keydown", onKey);
  document.querySelectorAll<HTMLElement>("[data-keys-help]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", showKeys);
  });
}
