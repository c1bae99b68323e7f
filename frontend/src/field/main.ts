/** `<linli-field>`: the field app. It opens from the phone, with or without network, and only with its person's PIN. */
import "../styles/field.css";
import { App } from "./app";
import { enter, forgetAll, signIn, type Gate } from "./gate";
import { Frame } from "./frame";
import { watchInstall } from "./install";
import { applyLook } from "./look";
import { Whereabouts } from "./phone/place";
import type { TurnedAway } from "./store/api";
import { Db } from "./store/db";
import { icon, make, note, toast } from "./ui/pieces";
import { t } from "./ui/say";

/** Left alone in a pocket for this long the app locks itself; not while a patrol runs. */
const LOCK_AFTER_MS = 30 * 60_000;

class LinliField extends HTMLElement {
  private db: Db | null = null;
  private app: App | null = null;
  private frame: Frame | null = null;
  private readonly where = new Whereabouts();
  private hiddenAt = 0;

  connectedCallback(): void {
    applyLook();
    watchInstall();
    void this.begin();
    addEventListener("linli:lock", () => this.lock());
    addEventListener("linli:renew", () => void this.renew());
    addEventListener("linli:forget", () => void this.forget());
    document.addEventListener("visibilitychange", () => this.looked());
  }

  private async begin(): Promise<void> {
    try {
      this.db = await Db.open();
    } catch {
      // Private windows and full disks: without a store nothing would survive, so nothing is promised.
      this.show(make("main", { class: "f-gate" }, note(t("浏览器不让本页在手机上存东西，现场应用用不了。请关闭无痕模式或清理空间。"), "late")));
      return;
    }
    await enter(this.gate(this.db));
    await this.keepFiles();
  }

  private gate(db: Db): Gate {
    const { enrolUrl = "/field/enrol", signInUrl = "/sign-in" } = this.dataset;
    const back = `${signInUrl}?next=${encodeURIComponent(location.pathname)}`;
    return { db, enrolUrl, signInUrl: back, opened: (key) => this.unlocked(db, key), show: (body) => this.show(body), forget: () => this.forget() };
  }

  private show(body: HTMLElement): void {
    this.replaceChildren(body);
  }

  private async unlocked(db: Db, key: CryptoKey): Promise<void> {
    this.app?.close();
    this.frame?.close();
    this.app = await App.open(db, key, this.where, (error) => void this.turnedAway(error));
    this.frame = new Frame(this.app);
    this.show(this.frame.node);
    await this.frame.open();
  }

  private lock(): void {
    this.app?.close();
    this.frame?.close();
    [this.app, this.frame] = [null, null];
    if (this.db) void enter(this.gate(this.db));
  }

  private async renew(): Promise<void> {
    const db = this.db;
    this.lock();
    if (db) await signIn(this.gate(db));
  }

  private async turnedAway(error: TurnedAway): Promise<void> {
    const { app, db } = this;
    if (!app || !db) return;
    if (error.forget) {
      await app.api.forgotten().catch(() => undefined);
      await this.forget(t("这台手机已被停用，本机内容已全部删除。"));
      return;
    }
    toast(t("本机登录已失效，请重新登录。没有上传的都还在。"), "late");
    await this.renew();
  }

  private async forget(words = ""): Promise<void> {
    const db = this.db;
    this.app?.close();
    this.frame?.close();
    [this.app, this.frame, this.db] = [null, null, null];
    if (db) await forgetAll(db);
    history.replaceState(null, "", location.pathname);
    const anew = make("button", { type: "button", class: "f-btn is-main" }, icon("login"), make("span", {}, t("重新登录")));
    anew.addEventListener("click", () => location.reload());
    this.show(make("main", { class: "f-gate" }, note(words || t("本机已清除"), words ? "late" : "ok"), anew));
  }

  private looked(): void {
    if (document.hidden) {
      this.hiddenAt = Date.now();
      return;
    }
    const isLong = this.hiddenAt > 0 && Date.now() - this.hiddenAt > LOCK_AFTER_MS;
    if (isLong && this.app && !this.app.walking.walk) this.lock();
    else this.app?.sync.nudge();
  }

  /** Keeps the app itself on the phone; only the pages of the field are the worker's business. */
  private async keepFiles(): Promise<void> {
    const { workerUrl, scope } = this.dataset;
    if (!workerUrl || !scope || !navigator.serviceWorker) return;
    await navigator.serviceWorker.register(workerUrl, { scope }).catch(() => undefined);
    const ready = await navigator.serviceWorker.ready;
    ready.active?.postMessage("take along");
  }
}

customElements.define("linli-field", LinliField);
