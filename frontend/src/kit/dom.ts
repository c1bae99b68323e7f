/** Small ways to make and find elements. Text is always set as text, never as markup. */
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** A new element. `class` and other attributes by name; `true` sets an empty one, `false` and undefined none. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...content: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...content);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** An icon of the sprite; its address comes from any icon the server has drawn on this page. */
export function icon(name: string): SVGElement {
  const drawn = document.querySelector("svg.icon use")?.getAttribute("href") ?? "";
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${drawn.split("#")[0] ?? ""}#${name}`);
  svg.append(use);
  return svg;
}

/** A button with an icon and words. */
export function button(words: string, symbol: string, look = "btn"): HTMLButtonElement {
  return make("button", { type: "button", class: look }, icon(symbol), words);
}

/** The content of `<script type="application/json" id=…>`, or null. Its shape is what the server promised. */
export function jsonOf<T>(id: string): T | null {
  const text = document.getElementById(id)?.textContent;
  return text ? (JSON.parse(text) as T) : null;
}

/** Calls `act` once, `wait` ms after the last call. */
export function later<A extends unknown[]>(wait: number, act: (...args: A) => void): (...args: A) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...args), wait);
  };
}

/** True where keys type text, so that shortcuts must stay quiet. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest("dialog[open]")) return true;
  if (target instanceof HTMLInputElement) return !/^(checkbox|radio|button|submit)$/.test(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** What `url` answers as JSON, or null: no connection, a refusal, or a sign-in page instead of an answer. */
export async function fetched<T>(url: string, signal?: AbortSignal): Promise<T | null> {
  const answer = await fetch(url, { headers: { Accept: "application/json" }, ...(signal && { signal }) }).catch(() => null);
  const isJson = answer?.ok && /\bjson\b|\+json/.test(answer.headers.get("content-type") ?? "");
  return isJson ? ((await answer.json()) as T) : null;
}
