/** Commands made on this phone, sealed, in order. None is dropped: an answered one moves to a journal of 30 days. */
import type { Answer, Command, Fields } from "../contract";
import { digest, open, openBytes, seal, sealBytes, type Sealed } from "./crypto";
import { newKey } from "./key";
import { asked, type Db, type StoreName } from "./db";

export type State = "waiting" | "accepted" | "refused" | "conflict" | "given_up";
export const JOURNAL_DAYS = 30;

export interface NewFile {
  id: string;
  kind: string;
  name: string;
  type: string;
  bytes: ArrayBuffer;
}

/** `label`: what the person did, in words, for the outbox. */
export interface NewCommand {
  id?: string;
  name: string;
  label: string;
  about?: string;
  after?: string | null;
  seen?: number | null;
  taken_at?: string;
  fields: Fields;
}

interface Body extends Omit<Command, "no"> {
  label: string;
  answer: Answer | null;
  /** why it was given up, or the command sent in its place */
  reason: string;
  replaced_by: string;
}

export interface Entry extends Body {
  no: number;
  state: State;
  answered_at: number;
}

interface Row {
  no: number;
  state: State;
  answered_at: number;
  sealed: Sealed;
}

interface FileRow {
  command: string;
  name: string;
  type: string;
  sha256: string;
  is_sent: boolean;
  size: number;
  sealed: Sealed;
}

/** A command with its files, to be put in. */
export interface Given {
  made: NewCommand;
  files: readonly NewFile[];
}

interface Part {
  entry: Entry;
  sealed: Sealed;
  rows: [string, FileRow][];
}

/** Something else that is written in the same breath: a draft ended, a stretch of a track handed over. */
export interface Beside {
  store: StoreName;
  key: string;
  value: unknown;
}

const needsHand = (entry: Entry): boolean => (entry.state === "refused" || entry.state === "conflict") && !entry.replaced_by;

export class Queue {
  private entries = new Map<string, Entry>();

  constructor(
    private readonly db: Db,
    private readonly key: CryptoKey,
    private readonly changed: () => void = () => undefined,
  ) {}

  /** Reads what is there. A row that another key sealed is left alone: it is not ours to delete. */
  async load(): Promise<void> {
    this.entries.clear();
    const ids = await this.db.keys("commands");
    for (const id of ids) {
      const row = await this.db.get<Row>("commands", id);
      if (!row) continue;
      const body = await open<Body>(this.key, row.sealed, `commands/${id}`);
      this.entries.set(id, { ...body, no: row.no, state: row.state, answered_at: row.answered_at });
    }
  }

  get all(): Entry[] {
    return [...this.entries.values()].sort((one, other) => other.no - one.no);
  }

  get waiting(): Entry[] {
    return this.all.filter((entry) => entry.state === "waiting").reverse();
  }

  /** Refused or overtaken, and nobody has said yet what becomes of it. */
  get troubled(): Entry[] {
    return this.all.filter(needsHand);
  }

  find(id: string): Entry | undefined {
    return this.entries.get(id);
  }

  /** The last command about this thing that still waits: what comes next builds upon it. */
  lastAbout(about: string): Entry | undefined {
    return about ? this.waiting.filter((entry) => entry.about === about).at(-1) : undefined;
  }

  /** Puts a command with its files in; either all of it is kept or nothing. Throws FullError. */
  async add(made: NewCommand, files: readonly NewFile[] = [], beside: readonly Beside[] = []): Promise<Entry> {
    const [entry] = await this.addAll([{ made, files }], beside);
    return entry as Entry;
  }

  /** A refused command is sent once more in another form; the first stays readable. */
  async resend(id: string, made: NewCommand, files: readonly NewFile[] = [], beside: readonly Beside[] = []): Promise<Entry> {
    const by = made.id ?? newKey();
    const [entry] = await this.addAll([{ made: { ...made, id: by }, files }], beside, new Map([[id, by]]));
    return entry as Entry;
  }

  /** Several in their order, all or none. `replaced`: earlier ones, each with the one that is sent in its place. */
  async addAll(given: readonly Given[], beside: readonly Beside[] = [], replaced: ReadonlyMap<string, string> = new Map()): Promise<Entry[]> {
    const parts: Part[] = [];
    for (const { made, files } of given) parts.push(await this.sealed(made, files));
    const olds = [...this.entries.values()].filter(({ id }) => replaced.has(id)).map((old) => left(old, replaced.get(old.id) ?? ""));
    const rows: Beside[] = [];
    for (const old of olds) rows.push({ store: "commands", key: old.id, value: rowOf(old, await this.body(old)) });
    await this.store(parts, [...rows, ...beside]);
    for (const entry of [...olds, ...parts.map((part) => part.entry)]) this.entries.set(entry.id, entry);
    this.changed();
    return parts.map((part) => part.entry);
  }

  async giveUp(id: string, reason: string, at: number): Promise<void> {
    const old = this.entries.get(id);
    if (old) await this.keep({ ...old, state: "given_up", reason, answered_at: at });
  }

  /** Takes down what the server said. `wait` changes nothing; a second answer neither. */
  async answered(answer: Answer, at: number): Promise<void> {
    const old = this.entries.get(answer.id);
    if (!old || old.state !== "waiting" || answer.state === "wait") return;
    await this.keep({ ...old, state: answer.state, answer, answered_at: at });
    if (answer.state === "accepted") await this.dropFiles(answer.id);
  }

  /** The command cannot go as it is, said on the phone's own account: a file that the server does not take. */
  async stopped(id: string, message: string, at: number): Promise<void> {
    await this.answered({ id, state: "refused", message }, at);
  }

  /** What builds upon something that did not come about is said not to have come about either: of a first one that
   *  was stopped on the phone the server never hears, and would let the second wait for ever. */
  async stopFollowers(at: number): Promise<void> {
    for (const entry of this.waiting) {
      const before = entry.after ? this.entries.get(entry.after) : undefined;
      if (!before || before.state === "waiting" || before.state === "accepted") continue;
      await this.stopped(entry.id, before.answer?.message ?? before.reason, at);
    }
  }

  /** What was answered 30 days ago and needs nobody any more. */
  async prune(now: number): Promise<number> {
    const limit = now - JOURNAL_DAYS * 86_400_000;
    const old = this.all.filter((entry) => entry.state !== "waiting" && !needsHand(entry) && entry.answered_at < limit);
    for (const entry of old) {
      await this.dropFiles(entry.id);
      await this.db.delete("commands", entry.id);
      this.entries.delete(entry.id);
    }
    return old.length;
  }

  async file(id: string): Promise<(Omit<FileRow, "sealed"> & { bytes: ArrayBuffer }) | null> {
    const row = await this.db.get<FileRow>("files", id);
    if (!row) return null;
    const { sealed, ...rest } = row;
    return { ...rest, bytes: await openBytes(this.key, sealed, `files/${id}`) };
  }

  async fileSent(id: string): Promise<void> {
    await this.db.write(["files"], async (store) => {
      const row = await asked<FileRow | undefined>(store("files").get(id));
      if (row) store("files").put({ ...row, is_sent: true }, id);
    });
  }

  /** Files of waiting commands that the server does not have yet. */
  async unsentFiles(): Promise<Set<string>> {
    const found = new Set<string>();
    for (const id of this.waiting.flatMap((entry) => entry.files.map((file) => file.id))) {
      const row = await this.db.get<FileRow>("files", id);
      if (row && !row.is_sent) found.add(id);
    }
    return found;
  }

  private async sealed(made: NewCommand, files: readonly NewFile[]): Promise<Part> {
    const id = made.id ?? newKey();
    const rows: [string, FileRow][] = [];
    const refs = [];
    for (const file of files) {
      const sha256 = await digest(file.bytes);
      const sealed = await sealBytes(this.key, file.bytes, `files/${file.id}`);
      const { name, type } = file;
      rows.push([file.id, { command: id, name, type, sha256, is_sent: false, size: file.bytes.byteLength, sealed }]);
      refs.push({ id: file.id, sha256, kind: file.kind });
    }
    const entry: Entry = {
      id,
      no: 0,
      name: made.name,
      label: made.label,
      about: made.about ?? "",
      after: made.after ?? null,
      seen: made.seen ?? null,
      taken_at: made.taken_at ?? new Date().toISOString(),
      fields: made.fields,
      files: refs,
      answer: null,
      reason: "",
      replaced_by: "",
      state: "waiting",
      answered_at: 0,
    };
    return { entry, rows, sealed: await this.body(entry) };
  }

  private async store(parts: readonly Part[], beside: readonly Beside[]): Promise<void> {
    const stores: StoreName[] = ["commands", "files", "plain", ...beside.map((one) => one.store)];
    await this.db.write([...new Set(stores)], async (store) => {
      let last = (await asked<number | undefined>(store("plain").get("no"))) ?? 0;
      for (const { entry, sealed, rows } of parts) {
        entry.no = last += 1;
        for (const [id, row] of rows) store("files").put(row, id);
        store("commands").put(rowOf(entry, sealed), entry.id);
      }
      store("plain").put(last, "no");
      for (const one of beside) {
        if (one.value === null) store(one.store).delete(one.key);
        else store(one.store).put(one.value, one.key);
      }
    });
  }

  private async keep(entry: Entry): Promise<void> {
    await this.db.put("commands", entry.id, rowOf(entry, await this.body(entry)));
    this.entries.set(entry.id, entry);
    this.changed();
  }

  private body(entry: Entry): Promise<Sealed> {
    const { no: _no, state: _state, answered_at: _at, ...body } = entry;
    return seal(this.key, body, `commands/${entry.id}`);
  }

  private async dropFiles(command: string): Promise<void> {
    const ids = this.entries.get(command)?.files.map((file) => file.id) ?? [];
    if (ids.length) await this.db.write(["files"], (store) => ids.forEach((id) => store("files").delete(id)));
  }
}

function rowOf(entry: Entry, sealed: Sealed): Row {
  return { no: entry.no, state: entry.state, answered_at: entry.answered_at, sealed };
}

/** An entry in whose place another is sent: if it still waited, it waits no more. */
function left(old: Entry, by: string): Entry {
  const isWaiting = old.state === "waiting";
  return { ...old, replaced_by: by, ...(isWaiting && { state: "given_up" as const, answered_at: Date.now() }) };
}
