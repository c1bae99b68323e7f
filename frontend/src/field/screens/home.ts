/** 今天: the large buttons, duties of now, tasks in the order in which they press. */
import type { App } from "../app";
import type { Duty } from "../contract";
import { big, empty, icon, list, make, note, section, tile } from "../ui/pieces";
import { clock, t } from "../ui/say";
import { canInstall, install, onInstallable } from "../install";
import { dutyRow, isNow } from "./duties";
import { link, type Screen } from "./screen";
import { sorted, workRow } from "./work-rows";

const SHOWN = 30;

function actions(): HTMLElement {
  const tiles = make("div", { class: "f-tiles" },
    tile(t("上报"), "camera-plus", link("report"), "is-main"),
    tile(t("当场处置"), "tool", link("settle")),
    tile(t("巡查"), "walk", link("patrol")),
    tile(t("扫一扫"), "scan", link("scan")),
  );
  const alarm = make("a", { class: "f-btn is-danger-line", href: link("major") }, icon("urgent"), make("span", {}, t("4 小时急报")));
  return make("div", { class: "f-actions" }, tiles, alarm);
}

function more(): HTMLElement {
  return make("div", { class: "f-tiles is-small" },
    tile(t("隐患"), "alert-triangle", link("hazards")),
    tile(t("检查"), "checklist", link("inspections")),
    tile(t("走访"), "home", link("visit")),
    tile(t("联系"), "phone-call", link("contact")),
  );
}

function walkBanner(app: App): HTMLElement | null {
  const walk = app.walking.walk;
  if (!walk) return null;
  const words = t("巡查中 · {m} 米 · 已到 {n} 点", { m: Math.round(walk.metres), n: walk.logs });
  return make("a", { class: "f-banner", href: link("patrol") }, icon("walk"), make("span", {}, words), icon("chevron-right"));
}

function notices(app: App): HTMLElement[] {
  const shown: HTMLElement[] = [];
  if (app.clockWasSet) shown.push(note(t("手机时间被改动过，记录的时间可能不准。请打开“自动设置时间”。"), "warn"));
  const drift = Math.abs(app.sync.standing.drift_ms);
  if (drift > 120_000) shown.push(note(t("手机时间与平台相差 {n} 分钟，是否按时以平台收到为准。", { n: Math.round(drift / 60_000) }), "warn"));
  const days = (new Date(app.known.valid_to).getTime() - Date.now()) / 86_400_000;
  if (days < 3) shown.push(note(t("本机登录将于 {at} 到期，请联网后在“我的”里重新登录。", { at: clock(app.known.valid_to) }), "warn"));
  return shown;
}

function installHint(): HTMLElement {
  const box = make("div");
  const show = (): void => box.replaceChildren(...(canInstall() ? [big(t("装到手机桌面"), "device-mobile", install, "quiet")] : []));
  onInstallable(show);
  show();
  return box;
}

function parts(app: App): HTMLElement[] {
  const banner = walkBanner(app);
  const duties = app.source<Duty[]>("duties", []).filter((duty) => isNow(duty));
  const work = sorted(app.work, app.where.last);
  const trouble = app.queue.troubled.length;
  const refused = make("a", { class: "f-banner is-late", href: link("outbox") }, icon("alert-circle"),
    make("span", {}, t("{n} 条未受理，请处理", { n: trouble })), icon("chevron-right"));
  const tasks = work.length
    ? list(...work.slice(0, SHOWN).map((one) => workRow(app, one)))
    : empty(t("现在没有任务"), app.sync.standing.reached_at ? t("派给您的案件、指令和隐患会出现在这里。") : t("联网一次后，任务会出现在这里，离线也能看。"), "circle-check");
  return [
    ...notices(app),
    ...(trouble ? [refused] : []),
    ...(banner ? [banner] : []),
    ...(duties.length ? [section(t("现在该做"), list(...duties.map((duty) => dutyRow(app, duty))))] : []),
    section(work.length ? t("我的任务（{n}）", { n: work.length }) : t("我的任务"), tasks),
  ];
}

export function home(app: App): Screen {
  const changing = make("div");
  const show = (): void => changing.replaceChildren(...parts(app));
  show();
  const hello = make("p", { class: "f-hello" }, t("{name}，今天辛苦了", { name: app.name }));
  const body = make("div", {}, hello, actions(), changing, more(), installHint());
  const stop = app.where.follow(() => undefined);
  return { title: t("今天"), tab: "home", body, refresh: show, leave: stop };
}
