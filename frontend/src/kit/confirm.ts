/** `data-confirm` (and `data-reason`) on a button: names the act, asks the reason, then lets the press through. */
import { make } from "./dom";
import { t } from "./words";

const passed = new WeakSet<HTMLElement>();

interface Question {
  words: string;
  /** what the reason is called; null when none is asked */
  reason: string | null;
  isDanger: boolean;
}

/** Asks and answers with the reason ("" when none was asked), or null when it was called off. */
export function ask(question: Question): Promise<string | null> {
  const words = make("textarea", { class: "form-control", rows: 3, required: true, maxlength: 500, id: "ll-reason" });
  const submit = make("button", { class: question.isDanger ? "btn btn-danger" : "btn btn-primary", value: "yes" }, t("确认"));
  const cancel = make("button", { class: "btn", type: "button" }, t("取消"));
  const form = make("form", { method: "dialog" }, make("h2", { id: "ll-question" }, question.words));
  if (question.reason !== null) {
    const label = make("label", { class: "form-label", for: "ll-reason" }, question.reason || t("理由"));
    form.append(make("div", { class: "ll-field" }, label, words));
    words.setCustomValidity("");
  }
  form.append(make("div", { class: "ll-form-actions" }, submit, cancel));
  const dialog = make("dialog", { class: "ll-dialog", "aria-labelledby": "ll-question" }, form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    cancel.addEventListener("click", () => dialog.close(""));
    form.addEventListener("submit", (event) => {
      if (question.reason === null || words.value.trim()) return;
      event.preventDefault();
      words.setCustomValidity(t("请写明理由"));
      words.reportValidity();
    });
    words.addEventListener("input", () => words.setCustomValidity(""));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes" ? (question.reason === null ? "" : words.value.trim()) : null);
    });
    dialog.showModal();
  });
}

async function hold(pressed: HTMLElement): Promise<void> {
  const reason = await ask({
    words: pressed.dataset.confirm ?? "",
    reason: pressed.dataset.reason ?? null,
    isDanger: pressed.classList.contains("btn-danger"),
  });
  if (reason === null) {
    pressed.focus();
    return;
  }
  give(pressed, pressed.dataset.reasonName ?? "reason", reason);
  passed.add(pressed);
  pressed.click();
}

/** The reason travels with the form, or with an htmx button that has none. */
function give(pressed: HTMLElement, name: string, reason: string): void {
  if (pressed.dataset.reason === undefined) return;
  const form = pressed instanceof HTMLButtonElement ? pressed.form : pressed.closest("form");
  if (!form) {
    const values = JSON.parse(pressed.getAttribute("hx-vals") ?? "{}") as Record<string, unknown>;
    pressed.setAttribute("hx-vals", JSON.stringify({ ...values, [name]: reason }));
    return;
  }
  const field = form.querySelector<HTMLInputElement>(`input[type=hidden][name="${name}"]`);
  (field ?? form.appendChild(make("input", { type: "hidden", name }))).value = reason;
}

export function watchConfirms(): void {
  document.addEventListener(
    "click",
    (event) => {
      const pressed = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-confirm]") : null;
      if (!pressed || passed.delete(pressed)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      void hold(pressed);
    },
    true,
  );
}
