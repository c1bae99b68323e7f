/** The frame around every screen: title and way back on top, network and queue always in sight, tabs under the thumb. */
import type { App } from "./app";
import { back, go, link, type Screen } from "./screens/screen";
import { SCREENS } from "./screens/all";
import { unread } from "./screens/messages";
import { empty, icon, make } from "./ui/pieces";
import { t } from "./ui/say";

const TABS = [
  ["home", "home", () => t("今天")],
  ["map", "map-2", () => t("地图")],
  ["scan", "scan", () => t("扫一扫")],
  ["messages", "bell", () => t("消息")],
  ["me", "user-circle", () => t("我的")],
] as const;

/** 离线 · 待传 3 */
export function standingWords(app: App): { words: string; symbol: string; look: string } {
  const { is_online: isOnline, is_busy: isBusy } = app.sync.standing;
  const [left, trouble] = [app.queue.waiting.length, app.queue.troubled.length];
  const tail = [...(left ? [t("待传 {n}", { n: left })] : []), ...(trouble ? [t("要处理 {n}", { n: trouble })] : [])].join(" · ");
  if (!isOnline) return { words: [t("离线"), tail].filter(Boolean).join(" · "), symbol: "wifi-off", look: "is-off" };
  if (isBusy && left) return { words: [t("上传中"), tail].join(" · "), symbol: "cloud-upload", look: "is-busy" };
  return { words: tail || t("已连上"), symbol: tail ? "cloud-upload" : "cloud-check", look: trouble ? "is-late" : left ? "is-busy" : "is-on" };
}

export class Frame {
  readonly node = make("div", { class: "f-frame" });
  private screen: Screen | null = null;
  private readonly state = make("a", { class: "f-state", href: link("outbox"), role: "status" });
  private readonly off = new AbortController();
  private opening = 0;

  constructor(private readonly app: App) {
    addEventListener("hashchange", () => void this.open(), { signal: this.off.signal });
    app.onChange(() => this.changed());
  }

  close(): void {
    this.off.abort();
    this.screen?.leave?.();
  }

  async open(): Promise<void> {
    const [name = "home", ...args] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
    const mine = (this.opening += 1);
    const screen = SCREENS[name || "home"] ?? null;
    const opened = screen ? await screen(this.app, args) : this.unknown();
    if (mine !== this.opening) return opened.leave?.();
    this.screen?.leave?.();
    this.screen = opened;
    this.draw(opened, name || "home");
  }

  private draw(screen: Screen, name: string): void {
    const isHome = screen.tab !== undefined;
    const way = make("button", { type: "button", class: "f-back", "aria-label": t("返回") }, icon("arrow-left"));
    way.addEventListener("click", back);
    const head = make("header", { class: "f-top" }, ...(isHome ? [] : [way]), make("h1", {}, screen.title), this.state);
    const main = make("main", { class: `f-main is-${name}`, tabindex: -1 }, screen.body);
    this.node.replaceChildren(head, main, this.tabs(screen));
    this.changed(false);
    scrollTo(0, 0);
  }

  private tabs(screen: Screen): HTMLElement {
    const count = unread(this.app);
    const links = TABS.map(([name, symbol, words]) => {
      const dot = name === "messages" && count ? [make("span", { class: "f-dot" }, String(count))] : [];
      return make("a", { href: link(name), class: `f-tab is-${name}`, "aria-current": screen.tab === name ? "page" : undefined }, icon(symbol), make("span", {}, words()), ...dot);
    });
    return make("nav", { class: "f-tabs", "aria-label": t("主要页面") }, ...links);
  }

  private changed(refresh = true): void {
    const { words, symbol, look } = standingWords(this.app);
    this.state.className = `f-state ${look}`;
    this.state.replaceChildren(icon(symbol), make("span", {}, words));
    if (refresh) this.screen?.refresh?.();
  }

  private unknown(): Screen {
    const button = make("button", { type: "button", class: "f-btn" }, t("回到今天"));
    button.addEventListener("click", () => go("home"));
    return { title: t("没有这一页"), body: make("div", { class: "f-stack" }, empty(t("没有这一页"), t("链接可能已经旧了。"), "question-mark"), button) };
  }
}
