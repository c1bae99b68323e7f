import { expect, test } from "vitest";
import type { CheckItem, Duty, Step, Work } from "../contract";
import type { Entry } from "../store/queue";
import { found } from "../ui/category-field";
import { ringsOf, sketch } from "../ui/sketch";
import { answersOf, dutyOf, itemsFor } from "./inspect";
import { isNow, isOpen } from "./duties";
import { sorted, stepsNow } from "./work-rows";

const step = (name: string): Step => ({ verb: "case.step", step: name, label: name, needs: [] });
const work = (more: Partial<Work> = {}): Work => ({
  kind: "case", about: "C-1", number: "C-1", title: "井盖", state: "dispatched", state_label: "待接单", opened_at: "", due_at: null,
  lon: null, lat: null, address: "", seen: 3, steps: [step("take_over")], facts: [], photos: [], ...more,
});
const queued = (about: string, name: string): Entry => ({
  id: name, no: 1, name: "case.step", label: "", about, after: null, seen: 3, taken_at: "", fields: { step: name }, files: [],
  answer: null, reason: "", replaced_by: "", state: "waiting", answered_at: 0,
});

test("after a step taken without network the phone offers what the server said comes then, and no more", () => {
  const one = work({ then: { take_over: [step("arrive"), step("feed_back")] } });

  expect(stepsNow(one, []).map(({ step }) => step)).toEqual(["take_over"]);
  expect(stepsNow(one, [queued("C-1", "take_over")]).map(({ step }) => step)).toEqual(["arrive", "feed_back"]);
  expect(stepsNow(one, [queued("C-1", "feed_back")])).toEqual([]);
  expect(stepsNow(one, [queued("C-2", "take_over")]).map(({ step }) => step)).toEqual(["take_over"]);
});

test("what is due first stands first, among equals the nearest", () => {
  const here = { lon: 121.4, lat: 31.2, accuracy_m: 5, at: 0 };
  const at = (about: string, lon: number, due_at: string | null): Work => work({ about, lon, lat: 31.2, due_at });

  const order = sorted([at("never", 121.4, null), at("far", 121.5, "2026-11-22T10:00:00Z"), at("near", 121.41, "2026-11-22T10:00:00Z"), at("late", 121.9, "2026-11-21T10:00:00Z")], here);

  expect(order.map(({ about }) => about)).toEqual(["late", "near", "far", "never"]);
});

test("a category is found by a few characters in any order, the plainest first", () => {
  const categories = [["0101", "上水井盖"], ["0102", "污水井盖"], ["0201", "公共厕所"]].map(([code = "", name = ""]) => ({ code, name, parent: "" }));

  expect(found(categories, "井盖").map(({ code }) => code)).toEqual(["0101", "0102"]);
  expect(found(categories, "盖污").map(({ code }) => code)).toEqual(["0102"]);
  expect(found(categories, "").length).toBe(3);
  expect(found(categories, "飞船")).toEqual([]);
});

test("only items of this kind of place are asked, and those that are asked everywhere", () => {
  const item = (code: string, kinds: string[]): CheckItem => ({ code, group: "", text: "", kinds });

  expect(itemsFor([item("a", ["mall"]), item("b", []), item("c", ["school"])], "school").map(({ code }) => code)).toEqual(["b", "c"]);
});

test("a duty is of now only inside its window and while it is due", () => {
  const duty = { occurrence: 1, title: "", kind: "", opens_at: "2026-11-22T08:00:00Z", closes_at: "2026-11-22T10:00:00Z", state: "due" };

  expect(isNow(duty, Date.parse("2026-11-22T09:00:00Z"))).toBe(true);
  expect(isNow(duty, Date.parse("2026-11-22T11:00:00Z"))).toBe(false);
  expect(isNow({ ...duty, state: "done" }, Date.parse("2026-11-22T09:00:00Z"))).toBe(false);
});

test("a duty may be told of from its opening to the end of its grace, missed or not, and never twice", () => {
  const at = (time: string): number => Date.parse(`2026-11-22T${time}:00Z`);
  const duty = { occurrence: "o", title: "", kind: "", opens_at: "2026-11-22T08:00:00Z", closes_at: "2026-11-22T10:00:00Z", misses_at: "2026-11-22T11:00:00Z", state: "due" };

  expect([at("07:00"), at("09:00"), at("10:30"), at("11:30")].map((now) => isOpen(duty, now))).toEqual([false, true, true, false]);
  expect(["missed", "done", "late", "excused"].map((state) => isOpen({ ...duty, state }, at("10:30")))).toEqual([true, false, false, false]);
});

test("a refused checklist opens again with each of its answers", () => {
  const sent = { kind: "special", note: "停业", items: [{ code: "XF01", result: "failed", note: "锁着", files: [] }, { code: "RQ02", result: "passed", note: "", files: [] }] };

  expect(answersOf(sent)).toEqual({
    kind: "special", note: "停业", "result:XF01": "failed", "note:XF01": "锁着", "result:RQ02": "passed", "note:RQ02": "",
  });
});

test("the drawing takes outer rings of whatever shape and shows how exact a position is", () => {
  const ring: [number, number][] = [[121, 31], [121.01, 31], [121.01, 31.01], [121, 31]];
  const collection = { type: "FeatureCollection", features: [{ type: "Feature", geometry: { type: "MultiPolygon", coordinates: [[ring]] } }] };

  expect(ringsOf(collection)).toEqual([ring]);
  const drawn = sketch([{ lon: 121.005, lat: 31.005, accuracy_m: 20 }], ringsOf(collection));
  expect(drawn.querySelectorAll("polygon, circle.round, circle.spot")).toHaveLength(3);
});

test("a checklist counts for the duty it was begun from, and a draft's duty only as long as that is on", () => {
  const due = ["one", "two"].map((occurrence) => ({ occurrence }) as Duty);

  expect(dutyOf("two", "", due)).toBe("two");
  expect(dutyOf("two", "one", due)).toBe("one");
  expect(dutyOf("yesterday", "", due)).toBe("one");
  expect(dutyOf("", "", due)).toBe("");
  expect(dutyOf("yesterday", "", [])).toBe("");
});
