/** The patrol under way: its track is kept thin, handed to the queue in stretches, and outlives closing the app. */
import type { App } from "./app";
import { MOST_AT_ONCE, stepped, STRETCH, type Walk } from "./phone/track";
import type { Beside, Entry, NewCommand, NewFile } from "./store/queue";
import { resendWhole } from "./store/whole";
import { t } from "./ui/say";

const NAME = "walk";
const SAVE_MS = 4_000;

export class Walking {
  walk: Walk | null = null;
  private stop: (() => void) | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Writes come one after another: a point that arrives while a stretch is handed over is not lost. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly app: App) {}

  async load(): Promise<void> {
    this.walk = await this.app.drafts.get<Walk>(NAME);
    if (this.walk) this.follow();
  }

  rest(): void {
    this.stop?.();
    clearTimeout(this.timer);
  }

  async begin(walk: Walk, fields: Record<string, string | number | null>): Promise<boolean> {
    const made = { id: walk.id, name: "patrol.begin", label: t("开始巡查：{title}", { title: walk.title }), fields };
    return this.inTurn(async () => {
      // A second touch on the button is no second walk.
      if (this.walk) return false;
      const draft = { store: "drafts" as const, key: NAME, value: await this.app.drafts.sealed(NAME, walk) };
      if (!(await this.app.send(made, [], [draft]))) return false;
      this.walk = walk;
      this.follow();
      return true;
    });
  }

  /** Takes down something about the walk that was just sent, in the same breath. It builds upon the beginning alone:
   *  one line of the log that is refused must not take the rest of the walk with it. */
  async sendWith(made: NewCommand, files: readonly NewFile[], beside: readonly Beside[], change: (walk: Walk) => Walk): Promise<string> {
    return this.inTurn(async () => {
      if (!this.walk) return "";
      const walk = change(this.walk);
      const draft = { store: "drafts" as const, key: NAME, value: await this.app.drafts.sealed(NAME, walk) };
      const entry = await this.app.send({ ...made, after: walk.id }, files, [draft, ...beside]);
      // Points that came while it was kept are of the walk, too.
      if (entry && this.walk) this.walk = change(this.walk);
      return entry?.id ?? "";
    });
  }

  /** Sends a refused command again with all that hangs on it. Was it the beginning of this walk, the walk goes on under
   *  its new id: what comes next builds upon the new beginning. */
  async resend(id: string): Promise<Entry[]> {
    return this.inTurn(async () => {
      const under = async (names: ReadonlyMap<string, string>): Promise<Beside[]> => {
        const renewed = this.walk ? names.get(this.walk.id) : undefined;
        if (!this.walk || !renewed) return [];
        return [{ store: "drafts", key: NAME, value: await this.app.drafts.sealed(NAME, { ...this.walk, id: renewed }) }];
      };
      const sent = await resendWhole(this.app.queue, id, under);
      const by = this.walk ? this.app.queue.find(this.walk.id)?.replaced_by : "";
      if (this.walk && by) this.walk = { ...this.walk, id: by };
      return sent;
    });
  }

  async end(note: string): Promise<boolean> {
    while (this.walk && this.walk.track.length > MOST_AT_ONCE) {
      const before = this.walk.track.length;
      await this.handOver();
      if (this.walk.track.length >= before) break;
    }
    await this.handOver();
    return this.inTurn(async () => {
      const walk = this.walk;
      if (!walk) return false;
      const fields = { patrol: walk.id, metres: Math.round(walk.metres), note };
      const made = { name: "patrol.end", label: t("结束巡查"), after: walk.id, fields };
      const entry = await this.app.send(made, [], [{ store: "drafts", key: NAME, value: null }]);
      if (!entry) return false;
      this.walk = null;
      this.rest();
      this.app.tell();
      return true;
    });
  }

  private follow(): void {
    this.stop?.();
    this.stop = this.app.where.follow((fix) => {
      if (!fix || !this.walk) return;
      const next = stepped(this.walk, fix);
      if (next === this.walk) return;
      this.walk = next;
      this.app.tell();
      if (next.track.length >= STRETCH) void this.handOver();
      else this.saveLater();
    });
  }

  private saveLater(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      void this.inTurn(async () => (this.walk ? this.app.drafts.put(NAME, this.walk) : undefined));
    }, SAVE_MS);
  }

  private async handOver(): Promise<void> {
    await this.inTurn(async () => {
      const walk = this.walk;
      if (!walk?.track.length) return;
      const points = walk.track.slice(0, MOST_AT_ONCE);
      const rest: Walk = { ...walk, track: walk.track.slice(MOST_AT_ONCE) };
      const draft = { store: "drafts" as const, key: NAME, value: await this.app.drafts.sealed(NAME, rest) };
      const made = { name: "patrol.track", label: t("巡查轨迹"), after: walk.id, fields: { patrol: walk.id, points } };
      const entry = await this.app.send(made, [], [draft]);
      // Points that came meanwhile stay for the next stretch.
      if (entry && this.walk) {
        const sent = new Set(points.map(([no]) => no));
        this.walk = { ...this.walk, track: this.walk.track.filter(([no]) => !sent.has(no)) };
      }
    });
  }

  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const next = this.turn.then(act, act);
    this.turn = next.catch(() => undefined);
    return next;
  }
}
