// @vitest-environment node
import { expect, test } from "vitest";
import { aesKey } from "./crypto";
import { Queue, type NewFile } from "./queue";
import { emptyDb, Killed } from "./town";
import { resendWhole, wholeOf } from "./whole";

const NOW = Date.parse("2026-11-22T08:00:00Z");
const key = await aesKey(new Uint8Array(32).fill(3));
const photo = (id: string): NewFile => ({ id, kind: "report", name: "a.jpg", type: "image/jpeg", bytes: new Uint8Array([9]).buffer });

/** A walk whose beginning was refused: a line with a photo refused with it, a report on that line, and an end not sent. */
async function walked() {
  const db = await emptyDb();
  const queue = new Queue(db, key);
  await queue.load();
  const begin = await queue.add({ id: "w", name: "patrol.begin", label: "开始巡查", fields: { kind: "grid" } });
  const line = await queue.add({ name: "patrol.log", label: "到点", after: "w", fields: { patrol: "w", note: "堆物" } }, [photo("p1")]);
  const report = await queue.add({ name: "case.report", label: "上报", after: line.id, fields: { log: line.id, text: "堆物" } });
  const end = await queue.add({ name: "patrol.end", label: "结束巡查", after: "w", fields: { patrol: "w" } });
  const other = await queue.add({ name: "case.report", label: "别的", fields: {} });
  for (const { id } of [begin, line, report]) await queue.answered({ id, state: "refused", message: "不在职责范围" }, NOW);
  return { db, queue, begin, line, report, end, other };
}

const nothing = async () => [];

test("a beginning sent again takes along all that was built upon it, under the new id and in its order", async () => {
  const { queue, begin, line, report, end, other } = await walked();

  const sent = await resendWhole(queue, begin.id, nothing);

  expect(sent.map(({ name }) => name)).toEqual(["patrol.begin", "patrol.log", "case.report", "patrol.end"]);
  const [anew, second, third, last] = sent;
  expect([second?.after, second?.fields.patrol, last?.after, last?.fields.patrol]).toEqual(Array(4).fill(anew?.id));
  expect([third?.after, third?.fields.log]).toEqual([second?.id, second?.id]);
  expect(sent.map(({ taken_at }) => taken_at)).toEqual([begin, line, report, end].map(({ taken_at }) => taken_at));
  expect(queue.waiting.map(({ id }) => id)).toEqual([other.id, ...sent.map(({ id }) => id)]);
  expect(queue.troubled).toEqual([]);
});

test("the photo of a line goes along under an id of its own", async () => {
  const { queue, begin } = await walked();

  const [, line] = await resendWhole(queue, begin.id, nothing);

  const [ref] = line?.files ?? [];
  expect(ref?.id).not.toBe("p1");
  expect((await queue.file(ref?.id ?? ""))?.is_sent).toBe(false);
});

test("sent again from any of its parts it is the same whole, from the refused beginning on", async () => {
  const { queue, begin, line, report, end } = await walked();

  for (const part of [begin, line, report, end]) {
    expect(wholeOf(queue, part.id).map(({ id }) => id)).toEqual([begin.id, line.id, report.id, end.id]);
  }
});

test("what was accepted or given up is not sent once more", async () => {
  const { queue, begin, line, report, end } = await walked();
  await queue.answered({ id: end.id, state: "accepted", message: "" }, NOW);
  await queue.giveUp(report.id, "已另报", NOW);

  expect(wholeOf(queue, begin.id).map(({ id }) => id)).toEqual([begin.id, line.id]);
});

test("killed while it is sent again, either all of the walk goes or nothing has changed", async () => {
  for (const isAfter of [false, true]) {
    const { db, queue, begin } = await walked();
    const before = queue.all.length;
    Object.assign(db, { left: 0, isAfter });

    await expect(resendWhole(queue, begin.id, nothing)).rejects.toThrow(Killed);

    db.left = Infinity;
    const again = new Queue(db, key);
    await again.load();
    expect(again.all).toHaveLength(isAfter ? before + 4 : before);
    expect(again.troubled).toHaveLength(isAfter ? 0 : 3);
  }
});
