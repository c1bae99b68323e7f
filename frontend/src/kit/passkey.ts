/** `<linli-passkey data-begin data-finish [data-next] [data-adds]>` with a button inside: uses or adds a passkey.
 *
 * Shown only where the browser has passkeys. The server says what to ask and judges the answer; here it is only carried.
 */
import { csrfToken } from "./htmx";
import { closed, opened, type Json } from "./webauthn";
import { t } from "./words";

async function ask(url: string, body?: Json): Promise<Json> {
  const headers: Record<string, string> = { "X-CSRFToken": csrfToken(), Accept: "application/json", "Content-Type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, ...(body && { body: JSON.stringify(body) }) });
  return (await answer.json()) as Json;
}

/** Passkeys need TLS (or localhost) and a name: no browser binds one to a bare address. */
function arePossible(): boolean {
  return isSecureContext && "PublicKeyCredential" in window && !/^[\d.]+$|^\[/.test(location.hostname);
}

export class LinliPasskey extends HTMLElement {
  connectedCallback(): void {
    if (!arePossible()) return;
    this.hidden = false;
    document.querySelectorAll<HTMLElement>("[data-without-passkey]").forEach((note) => (note.hidden = true));
    this.querySelector("button")?.addEventListener("click", () => void this.#go());
  }

  async #go(): Promise<void> {
    const press = this.querySelector("button");
    if (press) press.disabled = true;
    this.#say("");
    try {
      await this.#ceremony();
    } catch (error) {
      this.#say(error instanceof DOMException ? t("没有完成：已取消、超时，或这台设备没有可用的通行密钥。") : t("没有连上服务器，请再试一次。"));
    }
    if (press) press.disabled = false;
  }

  async #ceremony(): Promise<void> {
    const asked = await ask(this.dataset.begin ?? "");
    if (this.#isOver(asked)) return;
    const options = opened(asked);
    const made =
      this.dataset.adds === undefined
        ? await navigator.credentials.get(options as unknown as CredentialRequestOptions)
        : await navigator.credentials.create(options as unknown as CredentialCreationOptions);
    const url = new URL(this.dataset.finish ?? "", location.href);
    if (this.dataset.next) url.searchParams.set("next", this.dataset.next);
    this.#isOver(await ask(url.href, closed(made as PublicKeyCredential)));
  }

  /** Goes where the server says, or shows why not; true when there is nothing more to ask. */
  #isOver(answer: Json): boolean {
    if (typeof answer.next === "string") location.assign(answer.next);
    else if (typeof answer.refusal === "string") this.#say(answer.refusal);
    return "next" in answer || "refusal" in answer;
  }

  #say(words: string): void {
    const place = this.querySelector<HTMLElement>(".error");
    if (!place) return;
    place.textContent = words;
    place.hidden = !words;
  }
}

customElements.define("linli-passkey", LinliPasskey);
