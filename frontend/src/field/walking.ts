/** The patrol under way: its track is kept thin, handed to the queue in stretches, and outlives closing the app. */
import type { App } from "./app";
import { stepped, STRETCH, type Walk } from "./phone/track";
import { newKey } from "./store/key";
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
    const draft = { store: "drafts" as const, key: NAME, value: await this.app.drafts.sealed(NAME, walk) };
    const made = { id: walk.id, name: "patrol.begin", label: t("开始巡查：{title}", { title: walk.title }), fields };
    const entry = await this.app.send(made, [], [draft]);
    if (!entry) return false;
    this.walk = walk;
    this.follow();
    return true;
  }

  /** Takes down something about the walk that was just sent, in the same breath. */
  async sendWith(made: Parameters<App["send"]>[0], files: Parameters<App["send"]>[1], change: (walk: Walk) => Walk): Promise<string> {
    return this.inTurn(async () => {
      if (!this.walk) return "";
      const id = made.id ?? newKey();
      const walk = { ...change(this.walk), last_command: id };
      const draft = { store: "drafts" as const, key: NAME, value: await this.app.drafts.sealed(NAME, walk) };
      const after = this.walk.last_command;
      const entry = await this.app.send({ ...made, id, after }, files, [draft]);
      if (entry) this.walk = walk;
      return entry?.id ?? "";
    });
  }

  async end(note: string): Promise<boolean> {
    await this.handOver();
    return this.inTurn(async () => {
      const walk = this.walk;
      if (!walk) return false;
      const fields = { patrol: walk.id, metres: Math.round(walk.metres), note };
      const made = { name: "patrol.end", label: t("结束巡查"), after: walk.last_command, fields };
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
      const id = newKey();
      const rest: Walk = { ...walk, track: [], last_command: id };
      const draft = { store: "drafts" as const, key: NAME, value: await this.app.drafts.sealed(NAME, rest) };
      const fields = { patrol: walk.id, points: walk.track };
      const made = { id, name: "patrol.track", label: t("巡查轨迹"), after: walk.last_command, fields };
      const entry = await this.app.send(made, [], [draft]);
      // Points that came meanwhile stay for the next stretch.
      if (entry && this.walk) {
        const sent = new Set(walk.track.map(([no]) => no));
        this.walk = { ...this.walk, last_command: id, track: this.walk.track.filter(([no]) => !sent.has(no)) };
      }
    });
  }

  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const next = this.turn.then(act, act);
    this.turn = next.catch(() => undefined);
    return next;
  }
}
