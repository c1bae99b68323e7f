/** What every screen has at hand once the phone is unlocked: queue, what was taken along, whereabouts, the walk under way. */
import type { Json, SourceName, Work } from "./contract";
import type { Whereabouts } from "./phone/place";
import { Api, type TurnedAway } from "./store/api";
import { ClockWatch } from "./store/clockwatch";
import type { Db } from "./store/db";
import { FullError } from "./store/db";
import { Queue, type Beside, type Entry, type NewCommand, type NewFile } from "./store/queue";
import { Shelf } from "./store/shelf";
import { Sync, type Standing } from "./store/sync";
import { Vault, type Known } from "./store/vault";
import { toast } from "./ui/pieces";
import { t } from "./ui/say";
import { Walking } from "./walking";

export const APP_VERSION = "1";
const SOURCES: SourceName[] = ["work", "duties", "sites", "checklists", "categories", "area", "roads", "messages", "people", "visits"];

interface Registration {
  sync?: { register(tag: string): Promise<void> };
}

export class App {
  readonly queue: Queue;
  readonly drafts: Shelf;
  readonly photos: Shelf;
  readonly fresh: Shelf;
  readonly sync: Sync;
  readonly api: Api;
  readonly walking: Walking;
  clockWasSet = false;
  private readonly data = new Map<string, Json>();
  private readonly listeners = new Set<() => void>();
  private readonly clock = new ClockWatch();
  private readonly off = new AbortController();

  private constructor(
    readonly db: Db,
    key: CryptoKey,
    readonly vault: Vault,
    readonly known: Known,
    readonly device: string,
    readonly where: Whereabouts,
    turnedAway: (error: TurnedAway) => void,
  ) {
    this.queue = new Queue(db, key, () => this.tell());
    this.fresh = new Shelf(db, key, "fresh");
    this.drafts = new Shelf(db, key, "drafts");
    this.photos = new Shelf(db, key, "photos");
    this.api = new Api(known.token);
    this.walking = new Walking(this);
    const told = (standing: Standing): void => void this.heard(standing);
    this.sync = new Sync({ api: this.api, queue: this.queue, fresh: this.fresh, device, app: APP_VERSION, told, turnedAway, renewed: () => this.readFresh() });
  }

  static async open(db: Db, key: CryptoKey, where: Whereabouts, turnedAway: (error: TurnedAway) => void): Promise<App> {
    const vault = new Vault(db);
    const known = await vault.enrolment(key);
    const app = new App(db, key, vault, known, await vault.deviceId(), where, turnedAway);
    await app.queue.load();
    await app.queue.prune(Date.now());
    await app.readFresh();
    await app.dropPhotos();
    await app.walking.load();
    app.listen();
    app.sync.nudge();
    return app;
  }

  source<T>(name: SourceName, otherwise: T): T {
    return (this.data.get(name) as T | undefined | null) ?? otherwise;
  }

  get work(): Work[] {
    return this.source<Work[]>("work", []);
  }

  get name(): string {
    return this.known.actor.name;
  }

  /** Calls `listener` after each change of queue, network or what was taken along; returns how to stop. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Keeps a command on the phone and has it sent as soon as there is network. Null when the phone is full. */
  async send(made: NewCommand, files: readonly NewFile[] = [], beside: readonly Beside[] = []): Promise<Entry | null> {
    return this.kept(() => this.queue.add(made, files, beside));
  }

  async resend(id: string, made: NewCommand, files: readonly NewFile[] = [], beside: readonly Beside[] = []): Promise<Entry | null> {
    return this.kept(() => this.queue.resend(id, made, files, beside));
  }

  /** Sends a refused command again as it was, with all that hangs on it. Null when the phone is full. */
  async resendWhole(id: string): Promise<Entry[] | null> {
    return this.kept(() => this.walking.resend(id));
  }

  /** What follows on a thing builds upon what was done to it here and is not answered yet. */
  about(work: { about: string; seen: number }): { about: string; after: string | null; seen: number | null } {
    const before = this.queue.lastAbout(work.about);
    return { about: work.about, after: before?.id ?? null, seen: before ? null : work.seen };
  }

  close(): void {
    this.off.abort();
    this.sync.stop();
    this.walking.rest();
    this.listeners.clear();
  }

  tell(): void {
    this.listeners.forEach((listener) => listener());
  }

  private async kept<T>(act: () => Promise<T>): Promise<T | null> {
    try {
      if (this.clock.jump()) this.clockWasSet = true;
      const entry = await act();
      void wakeLater();
      this.sync.nudge();
      return entry;
    } catch (problem) {
      if (!(problem instanceof FullError)) throw problem;
      toast(t("手机存储已满，这一步没有保存。请先清理照片或联网上传。"), "late");
      return null;
    }
  }

  private async heard(standing: Standing): Promise<void> {
    if (this.clock.jump()) this.clockWasSet = true;
    if (!standing.is_busy) await this.readFresh();
    this.tell();
  }

  private async readFresh(): Promise<void> {
    for (const name of SOURCES) {
      const value = await this.fresh.get<Json>(name);
      if (value !== null) this.data.set(name, value);
    }
  }

  /** Photos taken along stay no longer than the work they belong to. */
  private async dropPhotos(): Promise<void> {
    const wanted = new Set(this.work.flatMap(({ photos }) => photos));
    for (const id of await this.photos.keys()) if (!wanted.has(id)) await this.photos.delete(id);
  }

  private listen(): void {
    const { signal } = this.off;
    addEventListener("online", () => this.sync.nudge(), { signal });
    addEventListener("offline", () => this.offline(), { signal });
    addEventListener("focus", () => this.sync.nudge(), { signal });
    navigator.serviceWorker?.addEventListener("message", () => this.sync.nudge(), { signal });
  }

  private offline(): void {
    this.sync.standing.is_online = false;
    this.tell();
  }
}

/** Where the browser can, it wakes the app when there is network again. */
async function wakeLater(): Promise<void> {
  const registration = (await navigator.serviceWorker?.getRegistration()) as Registration | undefined;
  await registration?.sync?.register("linli-field").catch(() => undefined);
}
