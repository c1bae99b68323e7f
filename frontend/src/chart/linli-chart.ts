/** `<linli-chart data-from=json-id data-title>`: a chart of server figures, and the same figures as a table.
 *
 * JSON: `{kind: "line"|"bar"|"stack"|"share", unit, labels: string[], series: [{name, values: (number|null)[], look?}]}`
 */
import { button, icon, jsonOf, make } from "../kit/dom";
import { t } from "../kit/words";

export interface Figures {
  kind: "line" | "bar" | "stack" | "share";
  unit: string;
  labels: string[];
  series: { name: string; values: (number | null)[]; look?: "ok" | "warn" | "late" }[];
}

export function tableOf(figures: Figures, title: string): HTMLTableElement {
  const head = make("tr", {}, make("th", { scope: "col" }));
  figures.series.forEach((one) => head.append(make("th", { scope: "col", class: "num" }, `${one.name}（${figures.unit}）`)));
  const body = make("tbody");
  figures.labels.forEach((label, at) => {
    const row = make("tr", {}, make("th", { scope: "row" }, label));
    figures.series.forEach((one) => row.append(make("td", { class: "num" }, String(one.values[at] ?? "—"))));
    body.append(row);
  });
  return make("table", { class: "table ll-table" }, make("caption", { class: "visually-hidden" }, title), make("thead", {}, head), body);
}

export class LinliChart extends HTMLElement {
  #stop: (() => void) | null = null;

  connectedCallback(): void {
    const figures = jsonOf<Figures>(this.dataset.from ?? "");
    const title = this.dataset.title ?? "";
    if (!figures || figures.labels.length === 0) {
      this.replaceChildren(make("p", { class: "text-muted" }, t("没有数据")));
      return;
    }
    const box = make("div", { class: "ll-chart-box", role: "img", "aria-label": title });
    const table = make("div", { class: "ll-table-wrap", hidden: true }, tableOf(figures, title));
    const turn = button(t("表格"), "list-details", "btn btn-sm no-print");
    turn.setAttribute("aria-pressed", "false");
    turn.addEventListener("click", () => {
      table.hidden = !table.hidden;
      box.hidden = !table.hidden;
      turn.setAttribute("aria-pressed", String(!table.hidden));
      turn.replaceChildren(icon(table.hidden ? "list-details" : "chart-line"), table.hidden ? t("表格") : t("图表"));
    });
    this.replaceChildren(make("div", { class: "d-flex align-items-center gap-2 mb-2" }, make("strong", {}, title), turn), box, table);
    turn.classList.add("ms-auto");
    void this.#draw(box, figures);
  }

  disconnectedCallback(): void {
    this.#stop?.();
  }

  async #draw(box: HTMLElement, figures: Figures): Promise<void> {
    const { draw } = await import("./draw");
    if (this.isConnected) this.#stop = draw(box, figures);
  }
}

customElements.define("linli-chart", LinliChart);
