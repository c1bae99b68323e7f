/** `<linli-live>`: hears that something changed and fetches the counts; without a live process it asks now and then.
 *
 * data-ticket-url  answers `{url, seconds}`: where to listen, "" when there is no live process
 * data-counts-url  answers `{name: number}` for the `[data-live=name]` badges
 *
 * Each event is passed on as `linli:<event>` on the body, so htmx can wait for it (`hx-trigger="linli:inbox from:body"`).
 */
import { fetched, later } from "./dom";

const POLL = 30_000;
const EVENTS = ["inbox", "unread", "matter", "resync"] as const;

export function showCounts(counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) {
    document.querySelectorAll(`[data-live="${CSS.escape(name)}"]`).forEach((badge) => {
      badge.textContent = count > 0 ? (count > 999 ? "999+" : String(count)) : "";
    });
  }
}

export class LinliLive extends HTMLElement {
  #source: EventSource | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #refresh = later(300, () => void this.#ask());

  connectedCallback(): void {
    void this.#ask();
    void this.#listen();
  }

  disconnectedCallback(): void {
    this.#source?.close();
    clearInterval(this.#timer);
  }

  async #ask(): Promise<void> {
    const url = this.dataset.countsUrl;
    if (!url || document.hidden) return;
    const counts = await fetched<Record<string, number>>(url);
    if (counts) showCounts(counts);
  }

  async #listen(): Promise<void> {
    const ticket = this.dataset.ticketUrl ? await fetched<{ url: string }>(this.dataset.ticketUrl) : null;
    if (!this.isConnected) return;
    if (!ticket?.url || typeof EventSource === "undefined") {
      this.#poll();
      return;
    }
    const source = new EventSource(ticket.url);
    this.#source = source;
    source.onopen = () => clearInterval(this.#timer);
    source.onerror = () => {
      // A ticket lives for minutes only: the browser's own retry would knock with an old one.
      source.close();
      this.#poll();
      setTimeout(() => this.isConnected && void this.#listen(), POLL);
    };
    for (const name of EVENTS) source.addEventListener(name, (event) => this.#hear(name, event as MessageEvent<string>));
  }

  #poll(): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#refresh(), POLL);
  }

  #hear(name: string, event: MessageEvent<string>): void {
    const detail: unknown = event.data ? JSON.parse(event.data) : {};
    document.body.dispatchEvent(new CustomEvent(`linli:${name}`, { detail, bubbles: true }));
    this.#refresh();
  }
}

customElements.define("linli-live", LinliLive);
