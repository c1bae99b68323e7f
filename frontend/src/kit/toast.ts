/** Short messages at the edge of the page; those the server put there get their closing button and their time. */
import { button, icon, make } from "./dom";
import { t } from "./words";

type Look = "success" | "warning" | "error" | "info";
const LOOKS = { success: "is-ok", warning: "is-warn", error: "is-late", info: "" } as const;
const ICONS = { success: "circle-check", warning: "alert-triangle", error: "alert-circle", info: "info-circle" } as const;
const STAYS = 6000;

export function toast(words: string, look: Look = "info"): void {
  const close = button("", "x", "btn btn-ghost btn-sm close");
  close.setAttribute("aria-label", t("关闭"));
  close.dataset.toastClose = "";
  const box = make(
    "div",
    { class: `alert ${LOOKS[look]}`, role: look === "error" ? "alert" : "status", "data-toast": true },
    icon(ICONS[look]),
    make("div", {}, words),
    close,
  );
  place().append(box);
}

function place(): HTMLElement {
  return document.getElementById("toasts") ?? document.body.appendChild(make("div", { id: "toasts", class: "ll-toasts" }));
}

function age(box: Element): void {
  // What went wrong stays until somebody closes it.
  if (box.getAttribute("role") !== "alert") setTimeout(() => box.remove(), STAYS);
}

export function watchToasts(): void {
  document.addEventListener("click", (event) => {
    const close = event.target instanceof Element ? event.target.closest("[data-toast-close]") : null;
    close?.closest("[data-toast]")?.remove();
  });
  document.querySelectorAll("[data-toast]").forEach(age);
  new MutationObserver((changes) => {
    for (const change of changes) {
      change.addedNodes.forEach((node) => node instanceof Element && node.matches("[data-toast]") && age(node));
    }
  }).observe(place(), { childList: true });
  document.addEventListener("htmx:error", () =>
    toast(t("没有连上服务器，刚才这一步没有保存。请检查网络后再试。"), "error"),
  );
  document.addEventListener("htmx:response:error", (event) => {
    const status = (event as CustomEvent<{ ctx?: { response?: { status?: number } } }>).detail.ctx?.response?.status ?? 0;
    if (status >= 500) toast(t("服务器出错了，刚才这一步没有保存。请稍后再试。"), "error");
  });
}
