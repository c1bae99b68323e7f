/** `<linli-report data-around="/address">` around a form: asks it question by question, and sends it so that nothing is lost.
 *
 * Each `[data-step]` is one question. Without scripts the same form is one long page. What is nearby and which
 * category it may be is asked of the server while people write. A form that could not be sent keeps its id, so sending
 * it again, by hand or by itself when the network is back, never makes a second report.
 */
import { csrfToken } from "../kit/htmx";
import { button, icon, later, make } from "../kit/dom";
import { t } from "../kit/words";
import { sendForm, type Sent } from "./sending";

const WRITING_PAUSE = 700;

export class LinliReport extends HTMLElement {
  #form: HTMLFormElement | null = null;
  #steps: HTMLElement[] = [];
  #at = 0;
  #head = make("p", { class: "ll-progress", role: "status" });
  #bar = make("progress", { class: "ll-progress-bar", "aria-hidden": "true" });
  #asked = "";
  #off = new AbortController();

  connectedCallback(): void {
    this.#form = this.querySelector("form");
    this.#steps = [...this.querySelectorAll<HTMLElement>("[data-step]")];
    if (!this.#form || this.#steps.length === 0) return;
    this.classList.add("is-stepping");
    this.#form.prepend(this.#head, this.#bar);
    this.#steps.forEach((step, at) => this.#furnish(step, at));
    if (!this.querySelector("[data-kept]")) this.querySelector("linli-photos > .btn")?.classList.add("btn-primary");
    this.#listen(this.#form);
    const wrong = this.#steps.findIndex((step) => step.querySelector(".is-wrong, .error"));
    this.#show(wrong >= 0 ? wrong : this.querySelector("[data-near]") ? this.#place("words") : 0, false);
  }

  disconnectedCallback(): void {
    this.#off.abort();
  }

  #place(name: string): number {
    return Math.max(0, this.#steps.findIndex((step) => step.dataset.step === name));
  }

  #furnish(step: HTMLElement, at: number): void {
    const ways = step.querySelector(".ll-next") ?? step.appendChild(make("div", { class: "ll-next" }));
    if (at < this.#steps.length - 1) {
      const isPhoto = step.dataset.step === "photo";
      const next = button(isPhoto ? t("没有照片，下一步") : t("下一步"), "arrow-right", `btn btn-lg ${isPhoto ? "" : "btn-primary"}`);
      next.dataset.next = "";
      next.addEventListener("click", () => void this.#leave());
      ways.append(next);
    }
    if (at > 0) {
      const back = button(t("上一步"), "arrow-left", "btn btn-ghost");
      back.addEventListener("click", () => history.back());
      ways.append(back);
    }
  }

  #listen(form: HTMLFormElement): void {
    const { signal } = this.#off;
    addEventListener("popstate", (event) => this.#show((event.state as { step?: number } | null)?.step ?? 0, false), { signal });
    form.addEventListener("submit", (event) => void this.#send(event), { signal });
    form.addEventListener("keydown", (event) => this.#enter(event), { signal });
    form.addEventListener("linli:photos", (event) => this.#photos(event as CustomEvent<{ count: number }>), { signal });
    form.addEventListener("linli:place", () => this.#complain("place", ""), { signal });
    const look = later(WRITING_PAUSE, () => void this.#lookAround());
    form.querySelector("textarea")?.addEventListener("input", look, { signal });
  }

  #enter(event: KeyboardEvent): void {
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement) || this.#at === this.#steps.length - 1) return;
    event.preventDefault();
    void this.#leave();
  }

  #photos({ detail }: CustomEvent<{ count: number }>): void {
    // Photos chosen here are sent again with the form; those the server had kept are the same ones.
    if (detail.count > 0) this.querySelector("[data-kept]")?.remove();
    const next = this.#steps[this.#place("photo")]?.querySelector("[data-next]");
    next?.replaceChildren(icon("arrow-right"), detail.count ? t("下一步") : t("没有照片，下一步"));
    next?.classList.toggle("btn-primary", detail.count > 0);
    this.querySelector("linli-photos > .btn")?.classList.toggle("btn-primary", detail.count === 0);
  }

  #show(at: number, isForward: boolean): void {
    this.#at = Math.min(at, this.#steps.length - 1);
    this.#steps.forEach((step, place) => (step.hidden = place !== this.#at));
    this.#head.textContent = t("第 {n} 步，共 {all} 步", { n: this.#at + 1, all: this.#steps.length });
    this.#bar.max = this.#steps.length;
    this.#bar.value = this.#at + 1;
    if (!isForward) return;
    history.pushState({ step: this.#at }, "");
    const title = this.#steps[this.#at]?.querySelector<HTMLElement>("h2");
    title?.setAttribute("tabindex", "-1");
    title?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  }

  async #leave(): Promise<void> {
    const name = this.#steps[this.#at]?.dataset.step ?? "";
    const lack = this.#lack(name);
    this.#complain(name, lack);
    if (lack) return;
    if (name === "words" && (await this.#lookAround())) return;
    this.#show(this.#at + 1, true);
  }

  /** What is still missing in a step, in words; "" when nothing is. */
  #lack(name: string): string {
    const value = (field: string) => this.querySelector<HTMLInputElement>(`[name=${field}]`)?.value.trim() ?? "";
    if (name === "place" && !value("lon") && !value("address")) return t("请定位、在地图上点一下，或写下地址。");
    if (name === "words" && !value("text")) return t("请用一句话说说发生了什么。");
    return "";
  }

  #complain(name: string, words: string): void {
    const step = this.#steps[this.#place(name)];
    step?.querySelector("[data-lack]")?.remove();
    if (!words) return;
    const note = make("p", { class: "error", role: "alert", "data-lack": true }, icon("alert-circle"), words);
    step?.querySelector(".ll-next")?.before(note);
  }

  /** Asks what is nearby and which category it may be; true when something near is shown for the first time. */
  async #lookAround(): Promise<boolean> {
    const url = this.dataset.around;
    const target = this.querySelector("#around");
    if (!url || !target || !this.#form) return false;
    const given = new URLSearchParams();
    for (const name of ["id", "text", "lon", "lat", "crs", "category", "csrfmiddlewaretoken"]) {
      const fields = [...this.#form.querySelectorAll<HTMLInputElement>(`[name=${name}]`)];
      const field = fields.find((one) => one.type !== "radio" || one.checked);
      if (field?.value) given.set(name, field.value);
    }
    if (!given.get("text") || given.toString() === this.#asked) return false;
    this.#asked = given.toString();
    const answer = await fetch(url, { method: "POST", body: given, headers: { "X-CSRFToken": csrfToken() } }).catch(() => null);
    if (!answer?.ok) return false;
    const seen = this.querySelector("[name=seen]");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    target.replaceChildren(...[...page.body.childNodes].map((node) => document.adoptNode(node)));
    if (seen || !target.querySelector("[data-near]")) return false;
    this.#form.append(make("input", { type: "hidden", name: "seen", value: "1" }));
    const next = this.#steps[this.#place("words")]?.querySelector("[data-next]");
    next?.replaceChildren(icon("arrow-right"), t("不是同一件，下一步"));
    target.querySelector("[data-near]")?.scrollIntoView({ block: "nearest" });
    return true;
  }

  async #send(event: SubmitEvent): Promise<void> {
    const form = this.#form;
    if (!form) return;
    event.preventDefault();
    const joins = event.submitter instanceof HTMLButtonElement && event.submitter.name === "join";
    const lacking = this.#steps.findIndex((step) => this.#lack(step.dataset.step ?? ""));
    if (lacking >= 0 && !(joins && this.#steps[lacking]?.dataset.step !== "words")) {
      this.#show(lacking, true);
      this.#complain(this.#steps[lacking]?.dataset.step ?? "", this.#lack(this.#steps[lacking]?.dataset.step ?? ""));
      return;
    }
    this.querySelector("[data-failed]")?.remove();
    if (joins && !(await this.#asksContact(event.submitter as HTMLButtonElement))) return;
    await sendForm(form, event.submitter, (sent) => this.#answered(sent));
  }

  /** Who joins from the words is still asked how to answer them; the button then becomes the one that sends. */
  async #asksContact(join: HTMLButtonElement): Promise<boolean> {
    const last = this.#steps.length - 1;
    if (this.#at === last) return Promise.resolve(true);
    this.querySelectorAll("input[type=hidden][name=join]").forEach((old) => old.remove());
    this.#form?.append(make("input", { type: "hidden", name: "join", value: join.value }));
    const send = this.querySelector("[data-send]");
    send?.replaceChildren(icon("heart-handshake"), t("一起关注"));
    this.#show(last, true);
    return Promise.resolve(false);
  }

  #failed(why: string): void {
    this.querySelector("[data-failed]")?.remove();
    const words = t("没有发出去，写好的都还在这个页面上。请稍后再点提交；多次提交也只算一次。");
    const said = make("div", {}, make("strong", {}, words), why ? make("p", {}, why) : "");
    const note = make("div", { class: "alert is-late", role: "alert", "data-failed": true }, icon("alert-circle"), said);
    this.#steps[this.#at]?.querySelector(".ll-next")?.before(note);
  }

  #answered({ url, html }: Sent): void {
    if (url) {
      location.assign(url);
      return;
    }
    const answer = new DOMParser().parseFromString(html, "text/html").querySelector("main");
    // A page of ours or of a gateway that is not the form says why it failed; the form with everything written stays.
    if (!answer?.querySelector("linli-report")) {
      this.#failed(answer?.querySelector(".ll-empty p")?.textContent?.trim() ?? "");
      return;
    }
    document.querySelector("main")?.replaceWith(document.adoptNode(answer));
    document.querySelector<HTMLElement>("main .alert, main .is-wrong input, main .is-wrong textarea")?.focus();
    scrollTo({ top: 0 });
  }
}

customElements.define("linli-report", LinliReport);
