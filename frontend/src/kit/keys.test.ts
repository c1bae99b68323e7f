import { beforeEach, expect, test, vi } from "vitest";
import { onKey } from "./keys";
import { currentRow, pickedIds, watchRows } from "./rows";

watchRows();
document.addEventListener("keydown", onKey);
Element.prototype.getClientRects = () => [{}] as unknown as DOMRectList;
Element.prototype.scrollIntoView = () => undefined;

const press = (key: string, target: EventTarget = document.body) =>
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

beforeEach(() => {
  document.body.innerHTML = `
    <input data-key-focus="/" id="search">
    <a data-key-go="w" id="workbench">工作台</a>
    <button data-key="a" id="assign">分派</button>
    <form data-rows>
      <p data-id="1"><input type="checkbox" data-pick value="1"></p>
      <p data-id="2"><input type="checkbox" data-pick value="2"></p>
      <div data-bulk hidden><b data-bulk-count></b></div>
    </form>`;
});

test("j and k walk the rows and stop at both ends", () => {
  press("j");
  expect(currentRow()?.dataset.id).toBe("1");

  press("j");
  press("j");
  expect(currentRow()?.dataset.id).toBe("2");

  press("k");
  press("k");
  expect(currentRow()?.dataset.id).toBe("1");
});

test("x ticks the current row and brings the bulk bar", () => {
  press("j");
  press("x");

  expect(pickedIds()).toEqual(["1"]);
  expect(document.querySelector<HTMLElement>("[data-bulk]")?.hidden).toBe(false);
  expect(document.querySelector("[data-bulk-count]")?.textContent).toBe("1");
});

test("g then a letter goes to the page of that letter", () => {
  const gone = vi.fn();
  document.getElementById("workbench")?.addEventListener("click", gone);

  press("g");
  press("w");

  expect(gone).toHaveBeenCalledOnce();
});

test("a slash puts the cursor into the search box", () => {
  press("/");

  expect(document.activeElement?.id).toBe("search");
});

test("keys typed into a field are text, not commands", () => {
  const pressed = vi.fn();
  document.getElementById("assign")?.addEventListener("click", pressed);

  press("a", document.getElementById("search") ?? document.body);
  expect(pressed).not.toHaveBeenCalled();

  press("a");
  expect(pressed).toHaveBeenCalledOnce();
});

test("the question mark lists the keys of this very page", () => {
  press("?");

  expect(document.querySelector("#ll-keys")?.textContent).toContain("分派");
});
