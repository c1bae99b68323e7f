import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchConfirms } from "./confirm";

watchConfirms();
const sent = vi.fn<(reason: string) => void>();

beforeEach(() => {
  document.body.innerHTML = `<form><button data-confirm="作废？" data-reason="作废理由">作废</button></form>`;
  const form = document.querySelector("form");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    sent(String(new FormData(form).get("reason")));
  });
});
afterEach(() => sent.mockClear());

const press = () => document.querySelector<HTMLElement>("[data-confirm]")?.click();
const soon = () => new Promise((done) => setTimeout(done));

test("a press asks first and sends nothing", () => {
  press();

  expect(document.querySelector("dialog h2")?.textContent).toBe("作废？");
  expect(sent).not.toHaveBeenCalled();
  document.querySelector("dialog")?.close("");
});

test("the reason given travels with the form", async () => {
  press();
  const dialog = document.querySelector("dialog");
  const words = dialog?.querySelector("textarea");
  if (words) words.value = " 重复上报 ";

  dialog?.close("yes");
  await soon();

  expect(sent).toHaveBeenCalledExactlyOnceWith("重复上报");
});

test("called off, nothing is sent", async () => {
  press();

  document.querySelector("dialog")?.close("");
  await soon();

  expect(sent).not.toHaveBeenCalled();
});
