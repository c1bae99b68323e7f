import { beforeEach, expect, test } from "vitest";
import type { Command } from "../contract";
import { TurnedAway } from "./api";
import { ClockWatch } from "./clockwatch";
import { aesKey } from "./crypto";
import { batch, pause } from "./order";
import { Queue, type NewFile } from "./queue";
import { Shelf } from "./shelf";
import { Sync } from "./sync";
import { emptyDb, Server, type FragileDb } from "./town";

const key = await aesKey(new Uint8Array(32).fill(3));
let db: FragileDb;
let server: Server;

beforeEach(async () => {
  db = await emptyDb();
  server = new Server();
});

async function started(): Promise<{ queue: Queue; sync: Sync; away: TurnedAway[] }> {
  const queue = new Queue(db, key);
  await queue.load();
  const away: TurnedAway[] = [];
  const fresh = new Shelf(db, key, "fresh");
  const of = { api: server.api, queue, fresh, device: "d", app: "test", told: () => undefined };
  const sync = new Sync({ ...of, turnedAway: (error) => void away.push(error) });
  return { queue, sync, away };
}

async function round(sync: Sync): Promise<void> {
  await sync.run();
  sync.stop();
}

const photo = (id: string): NewFile => ({ id, kind: "report", name: "a.jpg", type: "image/jpeg", bytes: new Uint8Array([9]).buffer });
const command = (no: number, more: Partial<Command> = {}): Command => ({
  id: `c${no}`, no, name: "case.report", about: "", after: null, seen: null, taken_at: "", fields: {}, files: [], ...more,
});

/** A row of numbers that looks like chance and is the same in every run. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

test("what was queued arrives with its photo and is answered", async () => {
  const { queue, sync } = await started();
  await queue.add({ name: "case.report", label: "上报", fields: { text: "井盖" } }, [photo("p1")]);

  await round(sync);

  expect(queue.waiting).toEqual([]);
  expect(server.files.has("p1")).toBe(true);
  expect(await queue.file("p1")).toBeNull();
  expect(sync.standing).toMatchObject({ is_online: true, failures: 0 });
});

test("more than fifty commands go in several rounds, in order", async () => {
  const { queue, sync } = await started();
  for (let at = 0; at < 120; at += 1) await queue.add({ name: "patrol.log", label: "", fields: {} });

  await round(sync);

  expect(queue.waiting).toEqual([]);
  expect(server.order).toEqual([...server.order].sort((one, other) => one - other));
});

test("what the server refuses does not stop the next", async () => {
  server.refusals = ({ no }) => (no === 1 ? "refused" : "accepted");
  const { queue, sync } = await started();
  await queue.add({ name: "case.report", label: "", fields: {} });
  await queue.add({ name: "case.report", label: "", fields: {} });

  await round(sync);

  expect(queue.troubled).toHaveLength(1);
  expect(queue.waiting).toEqual([]);
});

test("a line that breaks, an app that is killed and answers that get lost end with both sides agreeing", async () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    db = await emptyDb();
    server = new Server();
    const next = chance(seed);
    server.cut = () => (next() < 0.3 ? "before" : next() < 0.3 ? "after" : "");
    const kept: string[] = [];
    for (let step = 0; step < 12; step += 1) {
      const { queue, sync } = await started();
      Object.assign(db, { left: Math.floor(next() * 12), isAfter: next() < 0.5 });
      const files = next() < 0.4 ? [photo(`p${seed}-${step}`)] : [];
      const after = queue.waiting.at(-1)?.id ?? null;
      await queue.add({ name: "case.step", label: "", after, fields: { step } }, files).catch(() => null);
      await round(sync);
      db.left = Infinity;
      kept.splice(0, kept.length, ...(await db.keys("commands")));
    }
    server.cut = () => "";

    const { queue, sync } = await started();
    await round(sync);

    expect(queue.waiting).toEqual([]);
    expect([...server.stored.keys()].sort()).toEqual([...kept].sort());
    expect(server.order).toEqual([...server.order].sort((one, other) => one - other));
    for (const entry of queue.all) expect(entry.answer?.message).toBe(server.stored.get(entry.id)?.answer.message);
  }
});

test("without network nothing is lost and the pauses grow", async () => {
  server.cut = () => "before";
  const { queue, sync } = await started();
  await queue.add({ name: "case.report", label: "", fields: {} });

  await round(sync);

  expect(queue.waiting).toHaveLength(1);
  expect(sync.standing).toMatchObject({ is_online: false, failures: 1 });
  expect([1, 2, 3, 9].map(pause)).toEqual([30_000, 60_000, 120_000, 600_000]);
});

test("a phone that was turned away stops and says so", async () => {
  const { sync, away } = await started();
  Object.assign(sync, { of: { ...sync["of"], api: { sync: () => Promise.reject(new TurnedAway("revoked", true)) } } });

  await round(sync);

  expect(away.map((one) => one.forget)).toEqual([true]);
});

test("a file that the server does not take is said beside its command, and the rest goes on", async () => {
  const { queue, sync } = await started();
  await queue.add({ name: "case.report", label: "", fields: {} }, [photo("bad")]);
  await queue.add({ name: "case.report", label: "", fields: {} });
  const receive = server["receive"].bind(server);
  server["receive"] = async (url: string, init: RequestInit) =>
    url.includes("/files/") ? Response.json({ detail: "不是照片" }, { status: 422 }) : receive(url, init);

  await round(sync);

  expect(queue.troubled.map((entry) => entry.answer?.message)).toEqual(["不是照片"]);
  expect(server.order).toEqual([2]);
});

test("a command whose photo is not through holds back what hangs on it, and nothing else", () => {
  const stuck = command(1, { about: "C-1", files: [{ id: "p", sha256: "", kind: "after" }] });
  const same = command(2, { about: "C-1" });
  const builds = command(3, { after: "c2" });
  const other = command(4, { about: "C-2" });

  const chosen = batch([other, builds, same, stuck], (one) => !one.files.length);

  expect(chosen.map((one) => one.no)).toEqual([4]);
});

test("the log of a patrol waits for its beginning", () => {
  const begin = command(1, { id: "walk", name: "patrol.begin", files: [{ id: "p", sha256: "", kind: "report" }] });
  const log = command(2, { fields: { patrol: "walk" } });

  expect(batch([begin, log], (one) => !one.files.length)).toEqual([]);
});

test("a clock that is set back is noticed, one that runs or a phone that slept is not", () => {
  let [wall, counted] = [1_000_000, 0];
  const watch = new ClockWatch(() => wall, () => counted);

  [wall, counted] = [wall + 60_000, counted + 60_000];
  expect(watch.jump()).toBe(0);
  [wall, counted] = [wall + 3_600_000, counted + 1_000];
  expect(watch.jump()).toBe(0);
  [wall, counted] = [wall - 3_600_000, counted + 1_000];
  expect(watch.jump()).toBeGreaterThan(3_600_000);
});

test("what builds upon something stopped on the phone is stopped, too, and does not wait for ever", async () => {
  const { queue, sync } = await started();
  const first = await queue.add({ name: "case.step", label: "到场", about: "C-1", fields: {} }, [photo("p1")]);
  const second = await queue.add({ name: "case.step", label: "反馈", about: "C-1", after: first.id, fields: {} });
  const third = await queue.add({ name: "case.step", label: "再反馈", about: "C-1", after: second.id, fields: {} });
  const other = await queue.add({ name: "case.report", label: "上报", fields: {} });
  await queue.stopped(first.id, "照片太大", 1);

  await round(sync);

  expect([second, third].map(({ id }) => queue.find(id)?.state)).toEqual(["refused", "refused"]);
  expect(queue.find(third.id)?.answer?.message).toBe("照片太大");
  expect(server.order).toEqual([other.no]);
});

test("what is new is there before the answer that brought it, so that no step is offered twice", async () => {
  const queue = new Queue(db, key);
  await queue.load();
  const seen: number[] = [];
  const fresh = new Shelf(db, key, "fresh");
  server.fresh = { work: { etag: "1", value: [] } };
  const renewed = async (): Promise<void> => void seen.push(queue.waiting.length);
  const sync = new Sync({ api: server.api, queue, fresh, device: "d", app: "test", told: () => undefined, turnedAway: () => undefined, renewed });
  await queue.add({ name: "case.step", label: "接单", about: "C-1", fields: {} });

  await round(sync);

  expect(seen[0]).toBe(1);
  expect(queue.waiting).toEqual([]);
  expect(await fresh.get("work")).toEqual([]);
});

test("half of a character cut off by a keyboard reaches the server as the sign for one that is missing", async () => {
  const { queue, sync } = await started();
  await queue.add({ name: "case.report", label: "", about: "C-\ud83d", fields: { text: "堵\ud83d", items: [{ note: "\udeab门" }], fine: "🚫 好" } });

  await round(sync);

  const [got] = [...server.stored.values()].map(({ content }) => JSON.parse(content) as unknown);
  expect(got).toEqual({ text: "堵\ufffd", items: [{ note: "\ufffd门" }], fine: "🚫 好" });
});
