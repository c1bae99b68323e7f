/** Forms with files (`form[data-upload]`): sends them with a progress bar; an answer with errors is put in place. */
import { make } from "./dom";
import { toast } from "./toast";
import { t } from "./words";

function hasFiles(form: HTMLFormElement): boolean {
  return [...form.querySelectorAll<HTMLInputElement>("input[type=file]")].some((input) => (input.files?.length ?? 0) > 0);
}

function settle(request: XMLHttpRequest, form: HTMLFormElement): void {
  const target = new URL(form.action, location.href).href;
  if (request.status < 400 && request.responseURL && request.responseURL !== target) {
    location.assign(request.responseURL);
    return;
  }
  const answer = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main");
  const here = document.querySelector("main");
  if (!answer || !here) {
    toast(t("服务器出错了，刚才这一步没有保存。请稍后再试。"), "error");
    return;
  }
  here.replaceWith(document.adoptNode(answer));
  document.querySelector<HTMLElement>("main .is-wrong input, main .is-wrong textarea, main .alert")?.focus();
  scrollTo({ top: 0 });
}

function send(form: HTMLFormElement, submitter: HTMLElement | null): void {
  const bar = make("progress", { max: 1, value: 0, class: "w-100" });
  const words = make("p", { class: "hint", role: "status" }, t("正在上传 {percent}%", { percent: 0 }));
  const note = make("div", { class: "mt-2" }, bar, words);
  const content = new FormData(form);
  if (submitter instanceof HTMLButtonElement && submitter.name) content.append(submitter.name, submitter.value);
  submitter?.setAttribute("disabled", "");
  form.append(note);
  const done = (): void => {
    note.remove();
    submitter?.removeAttribute("disabled");
  };
  const request = new XMLHttpRequest();
  request.upload.onprogress = ({ loaded, total }) => {
    bar.value = total ? loaded / total : 0;
    const percent = Math.round(bar.value * 100);
    words.textContent = percent < 100 ? t("正在上传 {percent}%", { percent }) : t("已上传，正在登记…");
  };
  request.onload = () => {
    done();
    settle(request, form);
  };
  request.onerror = () => {
    done();
    toast(t("没有连上服务器，刚才这一步没有保存。请检查网络后再试。"), "error");
  };
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "text/html");
  request.send(content);
}

export function watchUploads(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.dataset.upload === undefined || !hasFiles(form)) return;
    if (event.defaultPrevented) return;
    event.preventDefault();
    send(form, event.submitter);
  });
}
