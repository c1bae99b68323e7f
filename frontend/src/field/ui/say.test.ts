import { afterEach, expect, test } from "vitest";
import { ENGLISH } from "./english";
import { clock, distanceWords, limitWords, t } from "./say";

const SOURCES = import.meta.glob<string>(["../**/*.ts", "!../**/*.test.ts"], { query: "?raw", import: "default", eager: true });
const NOW = Date.parse("2026-11-22T08:00:00");
const later = (minutes: number): string => new Date(NOW + minutes * 60_000).toISOString();

function spoken(): Set<string> {
  const all = Object.values(SOURCES).flatMap((source) => [...source.matchAll(/\bt\(\s*"([^"]+)"/g)]);
  return new Set(all.map((match) => match[1] ?? ""));
}

const blanks = (words: string): string[] => (words.match(/\{\w+\}/g) ?? []).sort();

afterEach(() => document.documentElement.removeAttribute("lang"));

test("every phrase has an English one with the same blanks, and none is left over", () => {
  expect([...spoken()].sort()).toEqual(Object.keys(ENGLISH).sort());
  for (const [chinese, english] of Object.entries(ENGLISH)) expect(blanks(english), chinese).toEqual(blanks(chinese));
});

test("no phrase is put together from Chinese outside the table", () => {
  const loose = Object.entries(SOURCES).flatMap(([path, source]) => {
    const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "").replace(/\bt\(\s*"[^"]+"/g, "");
    return [...code.matchAll(/"[^"\n]*\p{Script=Han}[^"\n]*"/gu)].map((match) => `${path}: ${match[0]}`);
  });

  expect(loose.filter((line) => !/english|周|"中文"|store\/town/.test(line))).toEqual([]);
});

test("the chosen language speaks", () => {
  expect(t("待传 {n}", { n: 3 })).toBe("待传 3");

  document.documentElement.lang = "en";

  expect(t("待传 {n}", { n: 3 })).toBe("3 waiting");
});

test("a limit says what is left and how pressing it is", () => {
  expect(limitWords(later(30), NOW)).toEqual({ words: "剩 30 分钟", look: "warn" });
  expect(limitWords(later(300), NOW)).toEqual({ words: "剩 5 小时", look: "ok" });
  expect(limitWords(later(-3000), NOW)).toEqual({ words: "已超 2 天", look: "late" });
  expect(limitWords(null, NOW)).toBeNull();
});

test("times of today are short, distances are round", () => {
  expect(clock("2026-11-22T14:05:00", NOW)).toBe("14:05");
  expect(clock("2026-11-21T14:05:00", NOW)).toBe("11-21 14:05");
  expect([distanceWords(123), distanceWords(1530)]).toEqual(["120 米", "1.5 公里"]);
});
