import { expect, test } from "vitest";
import type { App } from "./app";
import type { Fix } from "./phone/place";
import type { Walk } from "./phone/track";
import { aesKey } from "./store/crypto";
import { Queue, type Beside, type NewCommand, type NewFile } from "./store/queue";
import { Shelf } from "./store/shelf";
import { emptyDb } from "./store/town";
import { Walking } from "./walking";

const key = await aesKey(new Uint8Array(32).fill(3));
const WALK: Walk = { id: "w", title: "早巡", begun_at: "", occurrence: null, points: [], next_no: 0, metres: 0, last: null, track: [], logs: 0 };
const LOG: NewCommand = { name: "patrol.log", label: "到点", fields: { patrol: "w" } };

async function phone() {
  const db = await emptyDb();
  const queue = new Queue(db, key);
  const drafts = new Shelf(db, key, "drafts");
  const heard: ((fix: Fix) => void)[] = [];
  const app = {
    queue, drafts, tell: () => undefined,
    send: (made: NewCommand, files: NewFile[], beside: Beside[]) => queue.add(made, files, beside),
    where: { follow: (listener: (fix: Fix) => void) => (heard.push(listener), () => undefined) },
  };
  const moved = (no: number): void => heard.at(-1)?.({ lon: 121.4 + no * 0.0003, lat: 31.2, accuracy_m: 5, at: 1000 * no });
  return { walking: new Walking(app as unknown as App), queue, drafts, moved };
}

test("all of a walk builds upon its beginning alone, so that one refused line does not take the rest along", async () => {
  const { walking, queue, moved } = await phone();
  await walking.begin(WALK, { kind: "grid" });
  moved(1);
  await walking.sendWith(LOG, [], [], (walk) => ({ ...walk, logs: walk.logs + 1 }));
  moved(2);

  await walking.end("");

  const sent = queue.waiting.map(({ name, after }) => [name, after]);
  expect(sent).toEqual([["patrol.begin", null], ["patrol.log", "w"], ["patrol.track", "w"], ["patrol.end", "w"]]);
  expect(queue.waiting[2]?.fields.points).toHaveLength(2);
});

test("a second touch on the button begins no second walk", async () => {
  const { walking, queue } = await phone();

  const begun = await Promise.all([walking.begin(WALK, {}), walking.begin({ ...WALK, id: "x" }, {})]);

  expect(begun).toEqual([true, false]);
  expect(queue.waiting.map(({ id }) => id)).toEqual(["w"]);
});

test("the form of a point ends in the same breath as its line is kept", async () => {
  const { walking, drafts } = await phone();
  await walking.begin(WALK, {});
  await drafts.put("point/a", { values: {} });

  await walking.sendWith(LOG, [], [{ store: "drafts", key: "point/a", value: null }], (walk) => walk);

  expect(await drafts.get("point/a")).toBeNull();
  walking.rest();
});

test("a stretch that could not be handed over is cut to what the server takes at once", async () => {
  const { walking, queue } = await phone();
  const track = Array.from({ length: 700 }, (_one, no): [number, number, number, number, number] => [no, no, 121, 31, 5]);
  await walking.begin({ ...WALK, track, next_no: 700 }, {});

  await walking.end("");

  const stretches = queue.waiting.filter(({ name }) => name === "patrol.track").map(({ fields }) => (fields.points as unknown[]).length);
  expect(stretches).toEqual([500, 200]);
});

test("a walk whose refused beginning is sent again goes on under its new id, also after the app was closed", async () => {
  const { walking, queue, drafts } = await phone();
  await walking.begin(WALK, { kind: "grid" });
  await walking.sendWith(LOG, [], [], (walk) => walk);
  await queue.answered({ id: "w", state: "refused", message: "不在职责范围" }, 1);

  const [begin] = await walking.resend("w");
  await walking.sendWith({ ...LOG, fields: { patrol: walking.walk?.id ?? "" } }, [], [], (walk) => walk);

  expect(walking.walk?.id).toBe(begin?.id);
  expect((await drafts.get<Walk>("walk"))?.id).toBe(begin?.id);
  expect(queue.waiting.map(({ name, after }) => [name, after])).toEqual([["patrol.begin", null], ["patrol.log", begin?.id], ["patrol.log", begin?.id]]);
  walking.rest();
});
