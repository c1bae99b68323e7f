// @vitest-environment node
import { expect, test } from "vitest";
import { aesKey } from "./crypto";
import { FullError } from "./db";
import { Queue, type NewFile } from "./queue";
import { emptyDb, Killed, type FragileDb } from "./town";

const NOW = Date.parse("2026-11-22T08:00:00Z");
const key = await aesKey(new Uint8Array(32).fill(3));

const photo = (id = "p1"): NewFile => ({ id, kind: "report", name: "井盖.jpg", type: "image/jpeg", bytes: new Uint8Array([1, 2, 3]).buffer });
const report = (text = "井盖没了") => ({ name: "case.report", label: "上报", fields: { text } });

async function queueOn(db: FragileDb): Promise<Queue> {
  const queue = new Queue(db, key);
  await queue.load();
  return queue;
}

test("a command is there again after the app was closed, with its photo and its number", async () => {
  const db = await emptyDb();
  const entry = await (await queueOn(db)).add(report(), [photo()]);

  const again = await queueOn(db);

  expect(again.waiting).toEqual([entry]);
  expect(entry.no).toBe(1);
  expect(new Uint8Array((await again.file("p1"))?.bytes ?? new ArrayBuffer())).toEqual(new Uint8Array([1, 2, 3]));
});

test("what is kept does not show a word of the report", async () => {
  const db = await emptyDb();
  await (await queueOn(db)).add(report("柳树路 5 号的王阿姨"), [photo()]);

  const rows = [...(await db.all<{ sealed: { body: ArrayBuffer } }>("commands")), ...(await db.all("files"))];

  const text = JSON.stringify(rows, (_name, value: unknown) =>
    value instanceof ArrayBuffer ? new TextDecoder().decode(value) : value,
  );
  expect(text).not.toContain("王阿姨");
  expect(text).not.toContain("case.report");
});

test.each([0, 1, 2, 3])("killed at write %i a command is there whole or not at all", async (writes) => {
  for (const isAfter of [false, true]) {
    const db = await emptyDb();
    const queue = await queueOn(db);
    Object.assign(db, { left: writes, isAfter });
    for (const id of ["p1", "p2", "p3"]) await queue.add(report(), [photo(id)]).catch(() => null);
    db.left = Infinity;

    const again = await queueOn(db);

    for (const entry of again.waiting) expect(await again.file(entry.files[0]?.id ?? "")).not.toBeNull();
    expect((await db.keys("files")).length).toBe(again.waiting.length);
    expect(new Set(again.waiting.map((entry) => entry.no)).size).toBe(again.waiting.length);
  }
});

test("a draft ends in the same breath as its command begins", async () => {
  const db = await emptyDb();
  const queue = await queueOn(db);
  await db.put("drafts", "report", { words: 1 });
  db.left = 0;

  await expect(queue.add(report(), [], [{ store: "drafts", key: "report", value: null }])).rejects.toThrow(Killed);

  expect(await db.keys("drafts")).toEqual(["report"]);
  db.left = Infinity;
  await queue.add(report(), [], [{ store: "drafts", key: "report", value: null }]);
  expect(await db.keys("drafts")).toEqual([]);
});

test("the first answer stays; a waiting one changes nothing", async () => {
  const queue = await queueOn(await emptyDb());
  const { id } = await queue.add(report());

  await queue.answered({ id, state: "wait", message: "" }, NOW);
  expect(queue.waiting).toHaveLength(1);
  await queue.answered({ id, state: "accepted", message: "已登记", number: "C-1" }, NOW);
  await queue.answered({ id, state: "refused", message: "后来的" }, NOW);

  expect(queue.find(id)).toMatchObject({ state: "accepted", answer: { number: "C-1" } });
});

test("a refused command stays with its photo until somebody says what becomes of it", async () => {
  const db = await emptyDb();
  const queue = await queueOn(db);
  const { id } = await queue.add(report(), [photo()]);
  await queue.answered({ id, state: "refused", message: "不在辖区" }, NOW);

  await queue.prune(NOW + 365 * 86_400_000);
  expect(queue.troubled.map((entry) => entry.id)).toEqual([id]);
  expect(await queue.file("p1")).not.toBeNull();

  const second = await queue.resend(id, report("改过的"));
  const again = await queueOn(db);
  expect(again.troubled).toEqual([]);
  expect(again.find(id)?.replaced_by).toBe(second.id);
  expect(again.waiting.map((entry) => entry.id)).toEqual([second.id]);
});

test("a command given up keeps its reason, and the journal forgets it after 30 days", async () => {
  const queue = await queueOn(await emptyDb());
  const { id } = await queue.add(report());
  await queue.answered({ id, state: "conflict", message: "已被接单" }, NOW);
  await queue.giveUp(id, "别人在办了", NOW);

  expect(await queue.prune(NOW + 29 * 86_400_000)).toBe(0);
  expect(queue.find(id)).toMatchObject({ state: "given_up", reason: "别人在办了" });
  expect(await queue.prune(NOW + 31 * 86_400_000)).toBe(1);
});

test("a full phone is said, and nothing half is kept", async () => {
  const db = await emptyDb();
  const queue = await queueOn(db);
  db.write = () => Promise.reject(new FullError());

  await expect(queue.add(report())).rejects.toThrow(FullError);

  expect(queue.waiting).toEqual([]);
});
