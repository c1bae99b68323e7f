import { expect, test } from "vitest";
import { face, span } from "./clock-words";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test("a span names its two largest units and drops the rest", () => {
  expect(span(2 * HOUR + 10 * MINUTE)).toBe("2 小时 10 分钟");
  expect(span(DAY + 3 * HOUR + 59 * MINUTE)).toBe("1 天 3 小时");
  expect(span(DAY + 5 * MINUTE)).toBe("1 天 5 分钟");
});

test("less than a minute is shown as no minutes rather than nothing", () => {
  expect(span(59_999)).toBe("不到 1 分钟");
});

test("a clock warns once eight tenths of its limit are used", () => {
  expect(face(10 * HOUR, 0, 7 * HOUR).look).toBe("ok");
  expect(face(10 * HOUR, 0, 8 * HOUR)).toEqual({ look: "warn", words: "剩 2 小时", share: 0.8 });
});

test("a clock is late at the very moment it falls due and says by how much afterwards", () => {
  expect(face(HOUR, 0, HOUR).look).toBe("late");
  expect(face(HOUR, 0, HOUR + DAY + 3 * HOUR).words).toBe("已超 1 天 3 小时");
});

test("without a beginning the bar shows the last day before the limit", () => {
  expect(face(2 * DAY, null, 1.5 * DAY).share).toBe(0.5);
});

test("a clock that ends before it begins is simply full", () => {
  expect(face(HOUR, 2 * HOUR, 0).share).toBe(1);
});
