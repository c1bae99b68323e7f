import { expect, test } from "vitest";
import { wordsOf } from "./speak";

test("what is read aloud is what people see, with a pause after each part", () => {
  document.body.innerHTML = `<main><h1>查进度</h1><svg><title>图</title></svg>
    <p>正在处置</p><p hidden>看不见</p><script type="application/json">{"a":1}</script>
    <button><kbd>a</kbd>分派</button></main>`;

  expect(wordsOf(document.querySelector("main") ?? document.body)).toBe("查进度。正在处置。分派。");
});
