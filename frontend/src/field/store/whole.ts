/** What hangs together in the queue: a command and everything that was built upon it, to be sent once more as one. */
import type { Json } from "../contract";
import { newKey } from "./key";
import type { Beside, Entry, Given, NewFile, Queue } from "./queue";

const isOver = (entry: Entry): boolean => entry.state === "accepted" || entry.state === "given_up" || entry.replaced_by !== "";

/** The commands that build upon `id`, directly or upon one of these, in their order; none that came about or was given up. */
export function upon(id: string, entries: readonly Entry[]): Entry[] {
  const found: Entry[] = [];
  const known = new Set([id]);
  for (const entry of [...entries].sort((one, other) => one.no - other.no)) {
    if (entry.id === id || entry.after === null || !known.has(entry.after) || isOver(entry)) continue;
    known.add(entry.id);
    found.push(entry);
  }
  return found;
}

/** `value` with every id that has a new one under that: the walk of a line, the line of a report, the photos of an item. */
export function renamed<T extends Json>(value: T, names: ReadonlyMap<string, string>): T {
  if (typeof value === "string") return (names.get(value) ?? value) as T;
  if (Array.isArray(value)) return value.map((one) => renamed(one, names)) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, renamed(one, names)])) as T;
}

/** The first of a row of refused ones that build upon each other: only with it the others can come about. */
function rootOf(queue: Queue, entry: Entry): Entry {
  const before = entry.after ? queue.find(entry.after) : undefined;
  return before && before.state !== "waiting" && !isOver(before) ? rootOf(queue, before) : entry;
}

/** `id` and everything that is sent once more with it, the first one first; nothing when there is no such entry. */
export function wholeOf(queue: Queue, id: string): Entry[] {
  const entry = queue.find(id);
  if (!entry) return [];
  const root = rootOf(queue, entry);
  return [root, ...upon(root.id, queue.all)];
}

/** Sends a refused command once more as it was, and with it all that was built upon it, so that a walk stays one walk.
 *  Each gets a new id: under the old one the server gives its first answer for ever. `beside`: told the new ids. */
export async function resendWhole(queue: Queue, id: string, beside: (names: ReadonlyMap<string, string>) => Promise<Beside[]>): Promise<Entry[]> {
  const olds = wholeOf(queue, id);
  const replaced = new Map(olds.map((old) => [old.id, newKey()]));
  const given: Given[] = [];
  for (const old of olds) given.push(await again(queue, old, replaced));
  return queue.addAll(given, await beside(replaced), replaced);
}

async function again(queue: Queue, old: Entry, replaced: ReadonlyMap<string, string>): Promise<Given> {
  const names = new Map(replaced);
  const files: NewFile[] = [];
  for (const { id, kind } of old.files) {
    const file = await queue.file(id);
    if (!file) continue;
    names.set(id, crypto.randomUUID());
    files.push({ id: names.get(id) ?? id, kind, name: file.name, type: file.type, bytes: file.bytes });
  }
  const { name, label, about, taken_at } = old;
  const after = old.after ? (names.get(old.after) ?? null) : null;
  const made = { id: replaced.get(old.id) ?? newKey(), name, label, about, after, seen: null, taken_at, fields: renamed(old.fields, names) };
  return { made, files };
}
