import { expect, test } from "vitest";
import { arrows, place, type FlowFigure } from "./layout";

const FIGURE: FlowFigure = {
  start: "reported",
  now: "handling",
  states: ["reported", "refused", "accepted", "handling", "closed", "lost"].map((code) => ({ code, label: code })),
  steps: [
    { source: "reported", target: "accepted", label: "受理" },
    { source: "reported", target: "refused", label: "不予受理" },
    { source: "accepted", target: "handling", label: "派遣" },
    { source: "handling", target: "handling", label: "到场" },
    { source: "handling", target: "accepted", label: "退单" },
    { source: "handling", target: "accepted", label: "改派" },
    { source: "handling", target: "closed", label: "结案" },
  ],
};

const at = (code: string) => place(FIGURE).find((state) => state.code === code);

test("a state stands as many columns from the start as steps lead to it", () => {
  expect([at("reported"), at("accepted"), at("handling"), at("closed")].map((state) => state?.column)).toEqual([0, 1, 2, 3]);
});

test("states of one column stand below each other in the order of the table", () => {
  expect([at("refused")?.row, at("accepted")?.row]).toEqual([0, 1]);
});

test("a way back does not move a state", () => {
  expect(at("accepted")?.column).toBe(1);
});

test("what no step leads to stands behind everything", () => {
  expect(at("lost")?.column).toBe(4);
});

test("steps between the same two states share an arrow, and a step that stays has none", () => {
  const back = arrows(FIGURE).find(({ source, target }) => source === "handling" && target === "accepted");

  expect(back?.labels).toEqual(["退单", "改派"]);
  expect(arrows(FIGURE).some(({ source, target }) => source === target)).toBe(false);
});
