/** Small behaviours by attribute: copying, printing, menus that close, the sliding menu of narrow screens. */
import { t } from "./words";
import { toast } from "./toast";

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(t("已复制"), "success");
  } catch {
    toast(t("复制不成功，请手动选择文字"), "warning");
  }
}

function onClick(event: MouseEvent): void {
  if (!(event.target instanceof Element)) return;
  const target = event.target;
  const copied = target.closest<HTMLElement>("[data-copy]");
  if (copied) void copy(copied.dataset.copy ?? "");
  if (target.closest("[data-print]")) print();
  document.querySelectorAll<HTMLDetailsElement>("details.ll-menu[open]").forEach((menu) => {
    if (!menu.contains(target)) menu.open = false;
  });
  const nav = document.getElementById("nav");
  if (nav?.classList.contains("is-open") && !nav.contains(target)) nav.classList.remove("is-open");
}

export function watchSmall(): void {
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll<HTMLDetailsElement>("details.ll-menu[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    });
    document.getElementById("nav")?.classList.remove("is-open");
  });
  const slide = (selector: string, isOpen: boolean) =>
    document.querySelector(selector)?.addEventListener("click", (event) => {
      event.preventDefault();
      event.stopPropagation();
      const nav = document.getElementById("nav");
      nav?.classList.toggle("is-open", isOpen);
      if (isOpen) nav?.querySelector("a")?.focus();
    });
  slide(".ll-burger", true);
  slide(".ll-nav-close", false);
}
