import { expect, test } from "vitest";
import { codeOf, presenceCode, tagHash } from "./codes";
import { readPixels } from "./decode";
import { codeSvg } from "./draw-code";
import { metres, nearestNext } from "./place";
import { stepped, type Walk } from "./track";
import encodeQR from "qr";

const HERE = { lon: 121.4, lat: 31.2, accuracy_m: 8, at: 0 };
const east = (m: number) => ({ ...HERE, lon: HERE.lon + m / 95_200 });
const WALK: Walk = {
  id: "w", title: "", begun_at: "", occurrence: null, points: [], next_no: 0, metres: 0, last: null, track: [], logs: 0,
};

test("a code on the spot says its tag, a phone says who is there, and anything else is not ours", () => {
  expect(codeOf("https://linli.example/s/K7QWERTYUP")).toEqual({ kind: "site", tag: "k7qwertyup" });
  expect(codeOf(" k7qwertyup ")).toEqual({ kind: "site", tag: "k7qwertyup" });
  const person = "LINLI-HERE:0192f0a0-0000-7000-8000-000000000001:29400000:0123456789ab";
  expect(codeOf(person)).toEqual({ kind: "person", code: person });
  expect(codeOf("https://example.com/pay?x=1").kind).toBe("other");
});

test("a tag is compared by its hash alone", async () => {
  expect(await tagHash("abc")).toBe("ba7816bf8f01cfea");
});

test("the code of presence changes by the minute and carries it", async () => {
  const secret = new Uint8Array(32).fill(1);
  const [first, same, later] = await Promise.all([0, 59_999, 60_000].map((ms) => presenceCode(secret, "d", 1_764_000_000_000 + ms)));

  expect(first).toMatch(/^LINLI-HERE:d:29400000:[0-9a-f]{12}$/);
  expect(same).toBe(first);
  expect(later).not.toBe(first);
});

test("what is drawn as a code is read again", () => {
  const words = "https://linli.example/s/K7QWERTYUP";
  const cells = encodeQR(words, "raw", { border: 4, scale: 6 });
  const data = new Uint8ClampedArray(cells.flatMap((row) => row.flatMap((dark) => (dark ? [0, 0, 0, 255] : [255, 255, 255, 255]))));

  expect(readPixels({ width: cells.length, height: cells.length, data } as unknown as ImageData)).toBe(words);
  expect(readPixels({ width: 20, height: 20, data: new Uint8ClampedArray(1600) } as unknown as ImageData)).toBe("");
  expect(codeSvg(words).querySelector("path")?.getAttribute("d")).toContain("h1v1");
});

test("tasks are put nearest next, and those without a place last", () => {
  const places = [{ n: 3, ...east(900) }, { n: 0, lon: null, lat: null }, { n: 1, ...east(100) }, { n: 2, ...east(400) }];

  expect(nearestNext(places, HERE).map((place) => place.n)).toEqual([1, 2, 3, 0]);
});

test("a degree of latitude is 111 km", () => {
  expect(Math.round(metres({ lon: 0, lat: 0 }, { lon: 0, lat: 1 }) / 1000)).toBe(111);
});

test("a track takes a point only after 15 metres and none that is hardly known", () => {
  let walk = stepped(WALK, HERE);
  walk = stepped(walk, east(8));
  walk = stepped(walk, { ...east(40), accuracy_m: 200 });
  walk = stepped(walk, east(30));

  expect(walk.track.map(([no]) => no)).toEqual([0, 1]);
  expect(Math.round(walk.metres)).toBe(30);
});
