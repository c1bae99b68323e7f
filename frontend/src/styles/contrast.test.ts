/** Words must be readable: 4.5:1 for text (WCAG AA and the national rule for elders), 3:1 for what borders a control. */
import { expect, test } from "vitest";
import sheet from "./tokens.css?raw";

function tokens(selector: string): Map<string, string> {
  const start = sheet.indexOf(`${selector} {`);
  const block = sheet.slice(start, sheet.indexOf("}", start));
  return new Map([...block.matchAll(/--ll-([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, colour]) => [name ?? "", colour ?? ""]));
}

function light(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [bright = 0, dark = 0] = [light(one), light(other)].sort((a, b) => b - a);
  return (bright + 0.05) / (dark + 0.05);
}

const GROUNDS = ["bg", "surface", "sunken", "hover"];
const TEXT: [ink: string, grounds: string[]][] = [
  ["ink", [...GROUNDS, "brand-soft", "ok-soft", "warn-soft", "late-soft", "held-soft"]],
  ["ink-2", [...GROUNDS, "held-soft"]],
  ["ink-3", GROUNDS],
  ["brand", GROUNDS],
  ["brand-strong", [...GROUNDS, "brand-soft"]],
  ["accent", ["surface", "accent-soft"]],
  ["ok", ["surface", "hover", "ok-soft"]],
  ["warn", ["surface", "hover", "warn-soft"]],
  ["late", ["surface", "hover", "late-soft"]],
  ["held", ["surface", "hover", "held-soft"]],
  ["on-brand", ["brand", "brand-strong"]],
];

for (const [theme, selector] of [["light", '[data-bs-theme="light"]'], ["dark", '[data-bs-theme="dark"]']] as const) {
  const values = tokens(selector);
  const colour = (name: string): string => values.get(name) ?? "#808080";

  test(`every ink can be read on every ground it stands on (${theme})`, () => {
    const weak = TEXT.flatMap(([ink, grounds]) =>
      grounds.map((ground) => [ink, ground, contrast(colour(ink), colour(ground))] as const),
    ).filter(([, , found]) => found < 4.5);

    expect(weak).toEqual([]);
  });

  test(`borders of fields and bars of clocks stand out (${theme})`, () => {
    const weak = ["line-strong", "ok-bar", "late-bar", "brand"].filter((name) => contrast(colour(name), colour("surface")) < 3);

    expect(weak).toEqual([]);
  });
}
