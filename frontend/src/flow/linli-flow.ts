/** `<linli-flow data-from=json-id data-title>`: the states and steps of a flow, with the present state marked.
 *
 * JSON as `FlowFigure`. Inside the element the server puts the same as a list, which stays for screen readers.
 */
import { jsonOf, make } from "../kit/dom";
import { arrows, place, type FlowFigure, type Placed } from "./layout";

const SVG = "http://www.w3.org/2000/svg";
const WIDE = 112;
const HIGH = 34;
const GAP_X = 44;
const GAP_Y = 22;
const PAD = 12;

const x = (state: Placed): number => PAD + state.column * (WIDE + GAP_X);
const y = (state: Placed): number => PAD + state.row * (HIGH + GAP_Y);

function svg(tag: string, attributes: Record<string, string | number>, ...content: (Node | string)[]): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...content);
  return element;
}

function box(state: Placed, figure: FlowFigure): SVGElement {
  const look = state.code === figure.now ? "is-now" : figure.been?.includes(state.code) ? "is-been" : "";
  return svg(
    "g",
    { class: `state ${look}` },
    svg("rect", { x: x(state), y: y(state), width: WIDE, height: HIGH, rx: 6 }),
    svg("text", { x: x(state) + WIDE / 2, y: y(state) + HIGH / 2, "text-anchor": "middle", "dominant-baseline": "central" }, short(state.label)),
    svg("title", {}, state.label),
  );
}

/** The point of an arrow; those that may be taken now have their own colour. */
function head(kind: "way" | "open"): SVGElement {
  const box = { viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse", orient: "auto" };
  return svg("marker", { id: `ll-flow-${kind}`, ...box }, svg("path", { d: "M0,0 L8,4 L0,8 z", class: `head is-${kind}` }));
}

function short(label: string): string {
  return label.length > 8 ? `${label.slice(0, 7)}…` : label;
}

/** Forward arrows leave at the right; arrows back and within a column bend out of the way. */
function way(from: Placed, to: Placed): string {
  const [ax, ay] = [x(from) + WIDE, y(from) + HIGH / 2];
  const [bx, by] = [x(to), y(to) + HIGH / 2];
  if (to.column > from.column) {
    const bend = Math.max(24, (bx - ax) / 2);
    const dip = to.column > from.column + 1 && from.row === to.row ? HIGH / 2 + GAP_Y / 2 : 0;
    return `M${ax},${ay} C${ax + bend},${ay + dip} ${bx - bend},${by + dip} ${bx},${by}`;
  }
  const under = HIGH + GAP_Y * 0.6;
  const [cx, cy] = [x(from) + WIDE / 2, y(from) + HIGH];
  const [dx, dy] = [x(to) + WIDE / 2, y(to) + HIGH];
  if (to.column === from.column) return `M${ax},${ay} C${ax + 28},${ay} ${ax + 28},${by} ${ax},${by}`;
  return `M${cx},${cy} C${cx},${cy + under} ${dx},${dy + under} ${dx},${dy}`;
}

export class LinliFlow extends HTMLElement {
  connectedCallback(): void {
    const figure = jsonOf<FlowFigure>(this.dataset.from ?? "");
    if (!figure || this.querySelector("svg")) return;
    const placed = place(figure);
    const by = new Map(placed.map((state) => [state.code, state]));
    const width = Math.max(...placed.map(x)) + WIDE + PAD;
    const height = Math.max(...placed.map(y)) + HIGH + GAP_Y + PAD;
    const drawing = svg(
      "svg",
      { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": this.dataset.title ?? "" },
      svg("defs", {}, head("way"), head("open")),
    );
    for (const { source, target, labels } of arrows(figure)) {
      const [from, to] = [by.get(source), by.get(target)];
      if (!from || !to) continue;
      const isOpen = source === figure.now;
      const look = { class: isOpen ? "way is-open" : "way", "marker-end": `url(#ll-flow-${isOpen ? "open" : "way"})` };
      drawing.append(svg("path", { d: way(from, to), ...look }, svg("title", {}, labels.join("、"))));
    }
    placed.forEach((state) => drawing.append(box(state, figure)));
    const listed = make("div", { class: "visually-hidden" }, ...this.childNodes);
    const frame = make("div", { class: "ll-flow", tabindex: 0 });
    frame.append(drawing);
    this.replaceChildren(frame, listed);
    const now = by.get(figure.now);
    if (now) frame.scrollLeft = x(now) + WIDE / 2 - frame.clientWidth / 2;
  }
}

customElements.define("linli-flow", LinliFlow);
