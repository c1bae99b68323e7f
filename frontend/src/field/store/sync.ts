/** Brings the queue to the server and what is new back: photos first, then commands, one round at a time. */
import type { Answer, Command, Json, SourceName, SyncAnswer } from "../contract";
import { Api, Offline, Problem, TurnedAway } from "./api";
import { batch, pause } from "./order";
import type { Entry, Queue } from "./queue";
import type { Shelf } from "./shelf";
import { wellFormed } from "./wellformed";

export interface Fresh {
  etag: string;
  value: Json;
}

export interface Standing {
  /** null: never reached yet */
  reached_at: number | null;
  is_online: boolean;
  is_busy: boolean;
  drift_ms: number;
  failures: number;
}

interface Of {
  api: Api;
  queue: Queue;
  fresh: Shelf;
  device: string;
  app: string;
  now?: () => number;
  told: (standing: Standing) => void;
  /** called when something new was put on the shelf, before the answers that brought it are taken down */
  renewed?: () => Promise<void>;
  turnedAway: (error: TurnedAway) => void;
}

const ROUNDS = 40;
/** What the browser believes; asked anew each time, for it changes while we wait. */
const hasLine = (): boolean => navigator.onLine !== false;

export class Sync {
  readonly standing: Standing = { reached_at: null, is_online: navigator.onLine, is_busy: false, drift_ms: 0, failures: 0 };
  private timer: ReturnType<typeof setTimeout> | undefined;
  private again = false;
  private stopped = false;
  private readonly now: () => number;

  constructor(private readonly of: Of) {
    this.now = of.now ?? Date.now;
  }

  /** Sends soon, and from then on by itself. */
  nudge(): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    if (this.standing.is_busy) this.again = true;
    else void this.run();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** One stretch: until nothing is left that can go now. Never throws. */
  async run(): Promise<void> {
    const standing = this.standing;
    standing.is_busy = true;
    this.of.told(standing);
    try {
      if (!hasLine()) throw new Offline("no network");
      await exclusive(() => this.rounds());
      Object.assign(standing, { is_online: hasLine(), failures: 0, reached_at: this.now() });
    } catch (problem) {
      this.failed(problem);
    }
    standing.is_busy = false;
    this.of.told(standing);
    if (this.stopped) return;
    const wait = this.again ? 0 : pause(standing.failures);
    this.again = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.nudge(), wait);
  }

  private failed(problem: unknown): void {
    this.standing.failures += 1;
    this.standing.is_online = !(problem instanceof Offline) && hasLine();
    if (!(problem instanceof TurnedAway)) return;
    this.stop();
    this.of.turnedAway(problem);
  }

  private async rounds(): Promise<void> {
    for (let round = 0; round < ROUNDS; round += 1) {
      const missing = await this.sendFiles();
      await this.of.queue.stopFollowers(this.now());
      const ready = batch(this.of.queue.waiting, (command) => command.files.every((file) => !missing.has(file.id)));
      const answer = await this.exchange(ready);
      const isStuck = !answer.answers.some((one) => one.state !== "wait");
      if (isStuck || !this.of.queue.waiting.length) {
        if (missing.size) throw new Offline("files");
        return;
      }
    }
  }

  /** Sends what the server does not have; ids of those that did not get through. */
  private async sendFiles(): Promise<Set<string>> {
    const unsent = await this.of.queue.unsentFiles();
    for (const entry of this.of.queue.waiting) {
      for (const ref of entry.files) {
        if (!unsent.has(ref.id)) continue;
        try {
          if (await this.sendFile(ref.id, entry)) unsent.delete(ref.id);
        } catch (problem) {
          if (!(problem instanceof Offline)) throw problem;
          // The line is too weak for photos; commands without them may still get through.
          return unsent;
        }
      }
    }
    return unsent;
  }

  private async sendFile(id: string, entry: Entry): Promise<boolean> {
    const file = await this.of.queue.file(id);
    if (!file) return false;
    try {
      await this.of.api.putFile(id, file);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      await this.of.queue.stopped(entry.id, problem.message, this.now());
      return false;
    }
    await this.of.queue.fileSent(id);
    return true;
  }

  private async exchange(entries: readonly Command[]): Promise<SyncAnswer> {
    const have = (await this.of.fresh.get<Record<string, string>>("etags")) ?? {};
    const { device, app, api } = this.of;
    const commands = entries.map(plain);
    const answer = await api.sync({ device, app, now: new Date(this.now()).toISOString(), commands, have });
    this.standing.drift_ms = answer.drift_ms;
    // New first, then answers: a step answered while the work is still the old one would be offered once more.
    await this.keepFresh(answer, have);
    for (const one of answer.answers) await this.of.queue.answered(one, this.now());
    if (answer.forget) throw new TurnedAway("revoked", true);
    return answer;
  }

  private async keepFresh(answer: SyncAnswer, have: Record<string, string>): Promise<void> {
    const names = Object.keys(answer.fresh ?? {});
    for (const name of names) {
      const fresh = answer.fresh[name];
      if (!fresh) continue;
      await this.of.fresh.put(name as SourceName, fresh.value);
      have[name] = fresh.etag;
    }
    // The marks last: killed before, the phone asks for it once more.
    if (!names.length) return;
    await this.of.fresh.put("etags", have);
    await this.of.renewed?.();
  }
}

/** Only what the contract names goes out, and only text that can be read: one half of a character would spoil the whole contact. */
function plain(entry: Command): Command {
  const { id, no, name, about, after, seen, taken_at, fields, files } = entry;
  return { id, no, name, about: wellFormed(about), after, seen, taken_at, fields: wellFormed(fields), files };
}

/** Two windows of the app do not send at the same time; ids would make it harmless, but it costs the line. */
async function exclusive(act: () => Promise<void>): Promise<void> {
  if (!("locks" in navigator) || !navigator.locks) return act();
  await navigator.locks.request("linli-field-sync", act);
}

export type { Answer };
