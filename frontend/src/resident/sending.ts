/** Sends a form with a progress bar, and keeps trying while there is no network. The form's id makes that harmless. */
import { button, icon, make } from "../kit/dom";
import { t } from "../kit/words";

const TRY_AGAIN = 15_000;

/** The server's answer: where it leads, or a page to be shown in place. */
export interface Sent {
  url: string;
  html: string;
}

class Unreachable extends Error {}

function post(form: HTMLFormElement, content: FormData, progress: (share: number) => void): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const target = new URL(form.action, location.href).href;
    request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
    request.onload = () => {
      // A gateway that cannot reach us is as good as no network: nothing was decided.
      if (request.status >= 502 && request.status <= 504) reject(new Unreachable());
      else if (request.status < 400 && request.responseURL && request.responseURL !== target) resolve({ url: request.responseURL, html: "" });
      else resolve({ url: "", html: request.responseText });
    };
    request.onerror = () => reject(new Unreachable());
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "text/html");
    request.send(content);
  });
}

/** Resolves when the network may be back: by its own word, after a while, or when somebody presses `now`. */
function mayBeBack(now: HTMLElement): Promise<void> {
  return new Promise((resolve) => {
    const off = new AbortController();
    const done = (): void => {
      off.abort();
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, TRY_AGAIN);
    addEventListener("online", done, { signal: off.signal });
    now.addEventListener("click", done, { signal: off.signal });
  });
}

/** Sends `form` until the server has answered; `answered` gets what it said. A second call while sending does nothing. */
export async function sendForm(form: HTMLFormElement, submitter: HTMLElement | null, answered: (sent: Sent) => void): Promise<void> {
  if (form.dataset.sending !== undefined) return;
  form.dataset.sending = "";
  const content = new FormData(form);
  if (submitter instanceof HTMLButtonElement && submitter.name) content.set(submitter.name, submitter.value);
  const bar = make("progress", { max: 1, value: 0, class: "w-100" });
  const words = make("p", { class: "hint", role: "status" });
  const again = button(t("现在再试"), "refresh", "btn");
  const note = make("div", { class: "ll-sending" }, bar, words);
  form.querySelectorAll("button").forEach((one) => (one.disabled = true));
  (submitter?.closest(".ll-next, li") ?? form).append(note);
  for (;;) {
    try {
      const sent = await post(form, content, (share) => {
        bar.value = share;
        const percent = Math.round(share * 100);
        words.textContent = percent < 100 ? t("正在上传 {percent}%", { percent }) : t("已上传，正在登记…");
      });
      answered(sent);
      break;
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      note.replaceChildren(offline(), again);
      again.disabled = false;
      await mayBeBack(again);
      note.replaceChildren(bar, words);
    }
  }
  note.remove();
  delete form.dataset.sending;
  form.querySelectorAll("button").forEach((one) => (one.disabled = false));
}

function offline(): HTMLElement {
  const words = make("div", {}, t("没有连上网络。写好的都在这个页面上，网络恢复后会自动再发，不会重复上报。请不要关闭页面。"));
  return make("div", { class: "alert is-warn", role: "alert" }, icon("alert-triangle"), words);
}
