import { afterEach, expect, test } from "vitest";
import { ENGLISH, t } from "./words";

const SOURCES = import.meta.glob<string>(["../**/*.ts", "!../**/*.test.ts", "!./words.ts", "!../field/**"], {
  query: "?raw",
  import: "default",
  eager: true,
});

function spoken(): Set<string> {
  const found = new Set<string>();
  for (const source of Object.values(SOURCES)) {
    for (const match of source.matchAll(/\bt\(\s*"([^"]+)"/g)) found.add(match[1] ?? "");
  }
  return found;
}

afterEach(() => document.documentElement.removeAttribute("lang"));

test("every phrase that scripts say has an English one, and no English one is left over", () => {
  expect([...spoken()].sort()).toEqual(Object.keys(ENGLISH).sort());
});

test("a phrase is spoken in the language of the page with its values filled in", () => {
  expect(t("已选 {n} 件", { n: 3 })).toBe("已选 3 件");

  document.documentElement.lang = "en";

  expect(t("已选 {n} 件", { n: 3 })).toBe("3 selected");
});
