import { afterEach, expect, test, vi } from "vitest";
import type { App } from "../app";
import type { Fields } from "../contract";
import { Whereabouts, type Fix } from "../phone/place";
import { toKeep, type Form } from "./form";
import { placeField } from "./place-field";

const GATE: Fix = { lon: 121.4, lat: 31.2, accuracy_m: 7, at: 0 };
/** Some 95 m east of the gate, and known a little less well. */
const YARD: Fix = { ...GATE, lon: 121.401, accuracy_m: 9 };

/** A form whose phone says where it is when `moved` is called. */
function opened(values: Fields = {}) {
  const heard: ((fix: Fix) => void)[] = [];
  const where = { follow: (listener: (fix: Fix) => void) => (heard.push(listener), () => undefined) };
  const app = { where, source: (_name: string, otherwise: unknown) => otherwise } as unknown as App;
  const form = { app, values, set: () => undefined, check: () => undefined } as unknown as Form;
  document.body.replaceChildren(placeField(form));
  return { values, moved: (fix: Fix) => heard.forEach((listener) => listener(fix)) };
}

afterEach(() => vi.useRealTimers());

test("whoever walks on is where the phone says now, not where it knew best", () => {
  const { values, moved } = opened();

  moved(GATE);
  moved(YARD);

  expect(values).toMatchObject({ lon: YARD.lon, accuracy_m: 9 });
});

test("a worse fix of the same spot does not move it", () => {
  const { values, moved } = opened();

  moved(GATE);
  moved({ ...GATE, lon: GATE.lon + 0.0001, accuracy_m: 30 });

  expect(values).toMatchObject({ lon: GATE.lon, accuracy_m: 7 });
});

test("what was sent before keeps its place when it is opened again somewhere else", () => {
  const { values, moved } = opened({ lon: GATE.lon, lat: GATE.lat, accuracy_m: 7 });

  moved(YARD);

  expect(values).toMatchObject({ lon: GATE.lon });
});

test("where the phone was minutes ago is not told as where it is", () => {
  vi.useFakeTimers();
  const tell: ((found: object) => void)[] = [];
  vi.stubGlobal("navigator", { geolocation: { watchPosition: (told: (found: object) => void) => tell.push(told), clearWatch: () => undefined } });
  const where = new Whereabouts();
  where.follow(() => undefined)();
  tell[0]?.({ coords: { longitude: 121.4, latitude: 31.2, accuracy: 7 }, timestamp: 0 });

  const seen: (Fix | null)[] = [];
  where.follow((fix) => seen.push(fix))();
  vi.advanceTimersByTime(120_000);
  where.follow((fix) => seen.push(fix))();

  expect(seen).toHaveLength(1);
  expect(where.last?.lon).toBe(121.4);
  vi.unstubAllGlobals();
});

test("who has stood still for minutes is asked for anew: a watch speaks only when the phone moves", () => {
  vi.useFakeTimers();
  const tell: ((found: object) => void)[] = [];
  vi.stubGlobal("navigator", { geolocation: { watchPosition: (told: (found: object) => void) => tell.push(told), clearWatch: () => undefined } });
  const where = new Whereabouts();
  where.follow(() => undefined);
  tell[0]?.({ coords: { longitude: 121.4, latitude: 31.2, accuracy: 7 }, timestamp: 0 });

  vi.advanceTimersByTime(120_000);
  where.follow(() => undefined);

  expect(tell).toHaveLength(2);
  vi.unstubAllGlobals();
});

test("a draft keeps a place set by hand, not where the phone was then", () => {
  const said = { text: "井盖" };

  expect(toKeep({ ...said, lon: GATE.lon, lat: GATE.lat, accuracy_m: 7 })).toEqual(said);
  expect(toKeep({ ...said, lon: GATE.lon, lat: GATE.lat, accuracy_m: 0 })).toMatchObject({ lon: GATE.lon });
});
