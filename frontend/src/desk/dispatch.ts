/** `<linli-dispatch data-assign-url>`: queue rows (`[data-id]`) go to members (`[data-member]`) by drag or by key.
 *
 * POSTs `case` (one for each id) and `member`; the answer is swapped into data-target (htmx). Key `a` opens the list
 * of members, a digit chooses. Without scripts each row leads to its page, where the same step has a form.
 */
import { button, make } from "../kit/dom";
import { currentRow, pickedIds } from "../kit/rows";
import { toast } from "../kit/toast";
import { t } from "../kit/words";

interface Htmx {
  ajax(method: string, url: string, options: Record<string, unknown>): Promise<void>;
}

const ID_TYPE = "application/x-linli-case";

export class LinliDispatch extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("dragstart", (event) => this.#lift(event));
    this.addEventListener("dragover", (event) => this.#over(event));
    this.addEventListener("dragleave", (event) => this.#lane(event)?.classList.remove("is-target"));
    this.addEventListener("drop", (event) => this.#drop(event));
    // The button may stand in the page's heading.
    document.addEventListener("click", this.#onClick);
    this.#makeDraggable();
    new MutationObserver(() => this.#makeDraggable()).observe(this, { childList: true, subtree: true });
  }

  disconnectedCallback(): void {
    document.removeEventListener("click", this.#onClick);
  }

  #onClick = (event: MouseEvent): void => {
    if (event.target instanceof Element && event.target.closest("[data-assign]")) this.#choose();
  };

  #makeDraggable(): void {
    this.querySelectorAll<HTMLElement>("[data-rows] [data-id]:not([draggable])").forEach((row) => (row.draggable = true));
  }

  #lane(event: Event): HTMLElement | null {
    return event.target instanceof Element ? event.target.closest<HTMLElement>("[data-member]") : null;
  }

  #lift(event: DragEvent): void {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-id]") : null;
    if (!row?.dataset.id || !event.dataTransfer) return;
    const picked = [...this.querySelectorAll<HTMLInputElement>("[data-pick]:checked")].map((box) => box.value);
    const ids = picked.includes(row.dataset.id) ? picked : [row.dataset.id];
    event.dataTransfer.setData(ID_TYPE, JSON.stringify(ids));
    event.dataTransfer.effectAllowed = "move";
  }

  #over(event: DragEvent): void {
    const lane = this.#lane(event);
    if (!lane || !event.dataTransfer?.types.includes(ID_TYPE)) return;
    event.preventDefault();
    lane.classList.add("is-target");
  }

  #drop(event: DragEvent): void {
    const lane = this.#lane(event);
    const ids = event.dataTransfer?.getData(ID_TYPE);
    lane?.classList.remove("is-target");
    if (!lane?.dataset.member || !ids) return;
    event.preventDefault();
    void this.#assign(JSON.parse(ids) as string[], lane.dataset.member);
  }

  #choose(): void {
    const ids = pickedIds(this);
    if (ids.length === 0) {
      toast(t("先选中案件再分派"), "warning");
      return;
    }
    const members = [...this.querySelectorAll<HTMLElement>("[data-member]")];
    const list = make("div", { class: "ll-sheet d-grid" });
    const dialog = make("dialog", { class: "ll-dialog" }, make("h2", {}, t("分派给")), make("p", {}, t("已选 {n} 件", { n: ids.length })), list);
    members.forEach((member, at) => list.append(this.#option(member, at, () => dialog.close(member.dataset.member ?? ""))));
    const cancel = button(t("取消"), "x");
    cancel.addEventListener("click", () => dialog.close(""));
    dialog.append(make("div", { class: "ll-form-actions" }, cancel));
    dialog.addEventListener("keydown", (event) => list.querySelector<HTMLElement>(`[data-digit="${event.key}"]`)?.click());
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (dialog.returnValue) void this.#assign(ids, dialog.returnValue);
      else currentRow()?.querySelector("a")?.focus();
    });
    document.body.append(dialog);
    dialog.showModal();
  }

  #option(member: HTMLElement, at: number, chosen: () => void): HTMLButtonElement {
    const load = t("手上 {n} 件", { n: member.dataset.load ?? "0" });
    const name = member.dataset.name ?? member.textContent?.trim() ?? "";
    const option = make("button", { type: "button" }, make("kbd", {}, at < 9 ? String(at + 1) : "·"), make("span", {}, name), make("span", { class: "ll-sub ms-auto" }, load));
    if (at < 9) option.dataset.digit = String(at + 1);
    option.addEventListener("click", chosen);
    return option;
  }

  /** Sent as a form, since several cases are several fields of one name. */
  async #assign(ids: string[], member: string): Promise<void> {
    const field = (name: string, value: string): HTMLInputElement => make("input", { type: "hidden", name, value });
    const form = make("form", { hidden: true }, ...ids.map((id) => field("case", id)), field("member", member));
    this.append(form);
    const target = this.dataset.target ?? "main";
    const swap = this.dataset.swap ?? "innerHTML";
    await (window.htmx as Htmx).ajax("POST", this.dataset.assignUrl ?? "", { source: form, target, swap });
    form.remove();
  }
}

customElements.define("linli-dispatch", LinliDispatch);
