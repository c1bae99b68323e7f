/** 巡查: begin, go on after closing the app, points proved by code or position, problems, end. */
import type { App } from "../app";
import type { Duty, RoutePoint } from "../contract";
import { metres } from "../phone/place";
import type { Walk } from "../phone/track";
import { newKey } from "../store/key";
import { Form } from "../ui/form";
import { ask, badge, big, empty, icon, list, make, note, row, section, toast } from "../ui/pieces";
import { myRings, placeField } from "../ui/place-field";
import { clock, distanceWords, t } from "../ui/say";
import { sketch } from "../ui/sketch";
import { isNoted, isNow } from "./duties";
import { siteByTag } from "./scan";
import { go, link, type Screen } from "./screen";
import { siteOf } from "./site";

type Points = Walk["points"];

const pointsOf = (points: readonly RoutePoint[]): Points =>
  [...points].sort((one, other) => one.position - other.position).map(({ site, name, lon, lat, ask: wanted }) => ({ site, name, lon, lat, ask: wanted, done: "" }));

async function begin(app: App, duty: Duty | null, kind: string): Promise<void> {
  const id = newKey();
  const title = duty?.title ?? t("自由巡查");
  const walk: Walk = {
    id, title, begun_at: new Date().toISOString(), occurrence: duty?.occurrence ?? null,
    points: pointsOf(duty?.route?.points ?? []), next_no: 0, metres: 0, last: null, track: [], logs: 0,
  };
  const fields = { kind: duty?.route?.kind ?? kind, people: 1, ...(duty?.route ? { route: duty.route.id, occurrence: duty.occurrence } : {}) };
  if (await app.walking.begin(walk, fields)) toast(t("巡查已开始，轨迹只有您和排班的人看得到"));
}

function starting(app: App, chosen: string): HTMLElement {
  const routes = app.source<Duty[]>("duties", []).filter((duty) => duty.route && duty.state === "due");
  const now = routes.filter((duty) => isNow(duty) || String(duty.occurrence) === chosen);
  const words = (duty: Duty): string => (isNoted(app, duty) ? t("已记下，再走一次") : t("到 {at}", { at: clock(duty.closes_at) }));
  const start = (duty: Duty): HTMLElement => big(`${duty.title}（${words(duty)}）`, "player-play", () => begin(app, duty, "grid"), isNoted(app, duty) ? "plain" : "main");
  const isFree = now.every((duty) => isNoted(app, duty));
  return make("div", { class: "f-stack" },
    ...(now.length ? now.map(start) : [empty(t("现在没有排定的路线"), t("可以自由巡查；到排定的时段，路线会出现在这里。"), "walk")]),
    big(t("自由巡查"), "walk", () => begin(app, null, "grid"), isFree ? "main" : "plain"),
    note(t("巡查时请让本页开着。轨迹每 15 米记一点，保留 30 天。"), "plain"),
  );
}

function pointRow(app: App, walk: Walk, at: number): HTMLElement {
  const point = walk.points[at];
  if (!point) return make("li");
  const here = app.where.last;
  const far = here ? distanceWords(metres(here, point)) : "";
  const words = point.done ? badge(point.done, "ok") : make("span", {}, [far, point.ask].filter(Boolean).join(" · "));
  return row(link("point", "", point.site ?? "", String(at)), `${at + 1}. ${point.name}`, [words], point.done ? "circle-check" : "circle-dashed");
}

function going(app: App, walk: Walk): HTMLElement[] {
  const here = app.where.last;
  const spots = [
    ...walk.points.map(({ lon, lat, done }) => ({ lon, lat, look: done ? ("done" as const) : ("thing" as const) })),
    ...(here ? [{ ...here, look: "here" as const }] : []),
  ];
  const number = (value: string, label: string): HTMLElement => make("div", { class: "f-number" }, make("strong", {}, value), make("span", {}, label));
  const minutes = Math.max(0, Math.round((Date.now() - Date.parse(walk.begun_at)) / 60_000));
  return [
    make("h2", { class: "f-title" }, walk.title),
    make("div", { class: "f-numbers" }, number(String(Math.round(walk.metres)), t("米")), number(String(minutes), t("分钟")), number(String(walk.logs), t("条记录"))),
    sketch(spots, myRings(app)),
    ...(here ? [] : [note(t("收不到定位。扫点位上的码也能证明到点。"), "warn")]),
    ...(walk.points.length ? [section(t("点位"), list(...walk.points.map((_point, at) => pointRow(app, walk, at))))] : []),
  ];
}

async function end(app: App): Promise<void> {
  const walk = app.walking.walk;
  const left = walk?.points.filter((point) => !point.done).length ?? 0;
  const words = left ? t("还有 {n} 个点没到。结束后照实记为未到。", { n: left }) : t("点位都到了。");
  const answer = await ask({ title: t("结束巡查？"), words, yes: t("结束巡查") });
  if (answer === null) return;
  if (await app.walking.end("")) toast(t("巡查已结束"));
}

export function patrol(app: App, [chosen = ""]: string[]): Screen {
  const changing = make("div");
  const buttons = make("div", { class: "f-stack" });
  let shown = "";
  const show = (): void => {
    const walk = app.walking.walk;
    changing.replaceChildren(...(walk ? going(app, walk) : [starting(app, chosen)]));
    const state = walk ? "going" : "none";
    if (state === shown) return;
    shown = state;
    buttons.replaceChildren(...(walk ? [
      big(t("扫码到点"), "scan", () => go("scan", "patrol"), "main"),
      big(t("定位记一条"), "map-pin-check", () => go("point"), "plain"),
      big(t("结束巡查"), "flag", () => end(app), "plain"),
    ] : []));
  };
  show();
  const stop = app.where.follow(() => show());
  return { title: t("巡查"), body: make("div", {}, changing, buttons), refresh: show, leave: stop };
}

interface At {
  tag: string;
  site: string;
  name: string;
  /** which point of the route; -1 for none */
  index: number;
}

async function atPoint(app: App, tag: string, id: string, index: string): Promise<At> {
  const site = tag ? await siteByTag(app, tag) : siteOf(app, id);
  const points = app.walking.walk?.points ?? [];
  const known = site?.id ?? id;
  const found = index ? Number(index) : points.findIndex((point) => point.site === known && known !== "");
  return { tag, site: known, name: site?.name ?? points[found]?.name ?? "", index: found };
}

export async function point(app: App, [tag = "", id = "", index = ""]: string[]): Promise<Screen> {
  if (!app.walking.walk) return { title: t("巡查"), body: make("div", { class: "f-stack" }, empty(t("还没有开始巡查"), t("开始后才能记点位。"), "walk"), big(t("去开始"), "player-play", () => go("patrol"), "main")) };
  const at = await atPoint(app, tag, id, index);
  const form = await Form.open(app, `point/${at.site || tag || "free"}`, { condition: "fine" });
  form.add(make("h2", { class: "f-title" }, at.name || t("巡查记录")));
  form.add(make("p", { class: "f-proof" }, icon(tag ? "qrcode" : "current-location"), tag ? t("已扫码，证明到点") : t("以定位证明到点")));
  form.choice("condition", t("情况"), [["fine", t("正常")], ["mended", t("当场处置了")], ["problem", t("有问题")]]);
  form.text("note", t("说明"), { rows: 2 });
  form.photos(t("拍照"), "report");
  form.add(placeField(form));
  form.check(form.node, () => (form.values.condition !== "fine" && !form.values.note ? t("请写明是什么情况") : ""));
  form.end(t("记下"), async (values, files, beside) => {
    const { lon = null, lat = null, accuracy_m = null, condition = "fine", note: words = "" } = values;
    const fields = { patrol: app.walking.walk?.id ?? "", ...(tag ? { tag } : {}), ...(at.site ? { site: at.site } : {}), lon, lat, accuracy_m, condition, note: words };
    const label = t("到点：{name}", { name: at.name || t("巡查记录") });
    const sent = await app.walking.sendWith({ name: "patrol.log", label, fields }, files, beside, (walk) => marked(walk, at.index));
    if (!sent) return false;
    // Where a problem is to go next says itself that the entry is kept.
    if (condition === "problem") go("problem", sent, at.site);
    else {
      toast(t("已记下"));
      go("patrol");
    }
    return true;
  }, "check");
  return { title: t("记一条巡查"), body: form.node };
}

function marked(walk: Walk, index: number): Walk {
  const done = clock(new Date().toISOString());
  return { ...walk, logs: walk.logs + 1, points: walk.points.map((one, at) => (at === index ? { ...one, done } : one)) };
}

/** What was seen on the way becomes a case or a hazard, tied to the entry. */
export function problem(_app: App, [log = "", site = ""]: string[]): Screen {
  const body = make("div", { class: "f-stack" },
    note(t("巡查记录已记下。这个问题要交给谁？"), "ok"),
    big(t("上报为事件"), "file-text", () => go("report", "", log), "main"),
    big(t("报为安全隐患"), "alert-triangle", () => go("hazard", "", site, log), "plain"),
    big(t("只留记录，继续巡查"), "walk", () => go("patrol"), "quiet"),
  );
  return { title: t("发现问题"), body };
}
