/** Text as any server can read it: half of a character, cut off by a keyboard or a limit, becomes the sign for one that is missing. */
import type { Json } from "../contract";

/** Matches only halves without their other half; what `toWellFormed` does, also in browsers that do not know it. */
const HALF = /[\ud800-\udfff]/gu;

export function wellFormed<T extends Json>(value: T): T {
  if (typeof value === "string") return value.replace(HALF, "\ufffd") as T;
  if (Array.isArray(value)) return value.map(wellFormed) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [wellFormed(name), wellFormed(one)])) as T;
}
