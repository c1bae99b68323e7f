/** Lists: a current row that keys move, ticked rows with their bulk bar, and a hover that other views can share. */
const LISTS = "[data-rows]";

function rowsOf(list: Element): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>("[data-id]")];
}

export function currentRow(): HTMLElement | null {
  return document.querySelector<HTMLElement>(`${LISTS} [data-id].is-current`);
}

/** Makes `row` the current one, brings it into view and tells others (`linli:select`). */
export function choose(row: HTMLElement): void {
  document.querySelectorAll(`${LISTS} .is-current`).forEach((other) => other.classList.remove("is-current"));
  row.classList.add("is-current");
  row.scrollIntoView({ block: "nearest" });
  row.querySelector<HTMLElement>("a")?.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("linli:select", { detail: { id: row.dataset.id, from: "list" } }));
}

/** `step` rows on from the current one, staying inside the list. */
export function move(step: number): void {
  const list = document.querySelector(LISTS);
  if (!list) return;
  const rows = rowsOf(list);
  const now = rows.findIndex((row) => row.classList.contains("is-current"));
  const next = rows[now < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, now + step))];
  if (next) choose(next);
}

export function openCurrent(): boolean {
  const row = currentRow();
  const href = row?.dataset.href ?? row?.querySelector("a")?.getAttribute("href");
  if (href) location.assign(href);
  return Boolean(href);
}

export function tickCurrent(): void {
  currentRow()?.querySelector<HTMLInputElement>("[data-pick]")?.click();
}

/** Values of the ticked rows; without any, the current row's. */
export function pickedIds(root: ParentNode = document): string[] {
  const picked = [...root.querySelectorAll<HTMLInputElement>("[data-pick]:checked")].map((box) => box.value);
  const current = currentRow()?.dataset.id;
  return picked.length || !current ? picked : [current];
}

function showBulk(list: Element): void {
  const boxes = [...list.querySelectorAll<HTMLInputElement>("[data-pick]")];
  const count = boxes.filter((box) => box.checked).length;
  const bar = list.querySelector<HTMLElement>("[data-bulk]");
  if (bar) {
    bar.hidden = count === 0;
    const words = bar.querySelector("[data-bulk-count]");
    if (words) words.textContent = String(count);
  }
  const all = list.querySelector<HTMLInputElement>("[data-pick-all]");
  if (all) {
    all.checked = count > 0 && count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
  }
  boxes.forEach((box) => box.closest("[data-id]")?.toggleAttribute("aria-selected", box.checked));
  list.querySelectorAll("[aria-selected]").forEach((row) => row.setAttribute("aria-selected", "true"));
}

function pickAll(list: Element, checked: boolean): void {
  list.querySelectorAll<HTMLInputElement>("[data-pick]").forEach((box) => (box.checked = checked));
  showBulk(list);
}

function onClick(event: MouseEvent): void {
  if (!(event.target instanceof Element)) return;
  const list = event.target.closest(LISTS);
  if (!list) return;
  if (event.target.closest("[data-bulk-clear]")) pickAll(list, false);
  const row = event.target.closest<HTMLElement>("[data-id]");
  if (row && !event.target.closest("a, button, input, label, summary")) choose(row);
}

export function watchRows(): void {
  document.addEventListener("click", onClick);
  document.addEventListener("dblclick", (event) => {
    if (event.target instanceof Element && event.target.closest(`${LISTS} [data-id]`)) openCurrent();
  });
  document.addEventListener("change", (event) => {
    if (!(event.target instanceof HTMLInputElement)) return;
    const list = event.target.closest(LISTS);
    if (!list) return;
    if (event.target.matches("[data-pick-all]")) pickAll(list, event.target.checked);
    else if (event.target.matches("[data-pick]")) showBulk(list);
  });
  document.addEventListener("pointerover", (event) => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>(`${LISTS} [data-id]`) : null;
    document.dispatchEvent(new CustomEvent("linli:hover", { detail: { id: row?.dataset.id ?? null, from: "list" } }));
  });
  document.addEventListener("linli:hover", light("is-lit"));
  document.addEventListener("linli:select", light("is-current"));
}

/** The map says which case is hovered or chosen; its row follows. */
function light(look: string): (event: Event) => void {
  return (event) => {
    const { id, from } = (event as CustomEvent<{ id: string | null; from: string }>).detail;
    if (from === "list") return;
    document.querySelectorAll(`${LISTS} .${look}`).forEach((row) => row.classList.remove(look));
    if (!id) return;
    const row = document.querySelector(`${LISTS} [data-id="${CSS.escape(id)}"]`);
    row?.classList.add(look);
    if (look === "is-current") row?.scrollIntoView({ block: "nearest" });
  };
}
