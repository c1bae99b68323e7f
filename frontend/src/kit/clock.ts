/** `<linli-clock data-due data-start>`: counts on what the server has drawn; one timer for all clocks of a page. */
import { face } from "./clock-words";
import { icon } from "./dom";

const ICONS = { ok: "clock", warn: "alarm", late: "alert-triangle" } as const;
const EVERY = 15_000;
const running = new Set<LinliClock>();

export class LinliClock extends HTMLElement {
  connectedCallback(): void {
    if (this.dataset.due) running.add(this);
  }

  disconnectedCallback(): void {
    running.delete(this);
  }

  show(now: number): void {
    const due = Date.parse(this.dataset.due ?? "");
    if (Number.isNaN(due)) return;
    const start = this.dataset.start ? Date.parse(this.dataset.start) : null;
    const { look, words, share } = face(due, start, now);
    const text = this.querySelector(".words");
    if (text && text.textContent !== words) text.textContent = words;
    this.querySelector("progress")?.setAttribute("value", share.toFixed(3));
    if (!this.classList.contains(`is-${look}`)) {
      this.classList.remove("is-ok", "is-warn", "is-late");
      this.classList.add(`is-${look}`);
      this.querySelector(".icon")?.replaceWith(icon(ICONS[look]));
    }
  }
}

customElements.define("linli-clock", LinliClock);
setInterval(() => running.forEach((clock) => clock.show(Date.now())), EVERY);
