/** Duties: what falls due now, the agenda of the next days, and saying that one was done. */
import type { App } from "../app";
import type { Duty } from "../contract";
import { Form } from "../ui/form";
import { badge, big, empty, facts, list, make, note, row, section, toast } from "../ui/pieces";
import { clock, dayWords, t } from "../ui/say";
import { back, go, link, type Screen } from "./screen";

const LABELS: Readonly<Record<string, () => string>> = {
  due: () => t("待做"), done: () => t("已做"), late: () => t("迟做"), missed: () => t("漏做"), excused: () => t("免做"),
};
const LOOKS: Readonly<Record<string, "ok" | "warn" | "late" | "held">> = { due: "warn", done: "ok", late: "warn", missed: "late" };

export function isNow(duty: Duty, now = Date.now()): boolean {
  return duty.state === "due" && Date.parse(duty.opens_at) <= now && now <= Date.parse(duty.closes_at);
}

/** What is missed may have been done in its time all the same. */
const isToDo = ({ state }: Duty): boolean => state === "due" || state === "missed";

/** Whether the server would still take it: begun, not done, and its grace not over. */
export function isOpen(duty: Duty, now = Date.now()): boolean {
  return isToDo(duty) && Date.parse(duty.opens_at) <= now && now <= Date.parse(duty.misses_at ?? duty.closes_at);
}

/** Whether something about this time was done on the phone and is not answered yet. */
export function isNoted(app: App, duty: Duty): boolean {
  return app.queue.waiting.some((entry) => entry.fields.occurrence === duty.occurrence);
}

export function dutyRow(app: App, duty: Duty): HTMLElement {
  const label = LABELS[duty.state]?.() ?? duty.state;
  const state = isNoted(app, duty) ? badge(t("已记下"), "ok") : badge(label, LOOKS[duty.state] ?? "held");
  const times = `${clock(duty.opens_at)} – ${clock(duty.closes_at)}`;
  return row(link("duty", String(duty.occurrence)), duty.title, [state, times], "calendar-event");
}

export function agenda(app: App): Screen {
  const duties = app.source<Duty[]>("duties", []);
  const days = new Map<string, Duty[]>();
  for (const duty of [...duties].sort((one, other) => one.opens_at.localeCompare(other.opens_at))) {
    const day = dayWords(duty.opens_at);
    days.set(day, [...(days.get(day) ?? []), duty]);
  }
  const parts = [...days].map(([day, some]) => section(day, list(...some.map((duty) => dutyRow(app, duty)))));
  const none = empty(t("没有排班"), t("定时巡查、走访、值班排给您后，两周内的会列在这里。"), "calendar");
  return { title: t("我的排班"), body: make("div", {}, ...(parts.length ? parts : [none])) };
}

function pointsOf(duty: Duty): HTMLElement[] {
  const points = duty.route?.points ?? [];
  if (!points.length) return [];
  return [section(t("点位（{n}）", { n: points.length }), make("ol", { class: "f-points" }, ...points.map((point) => make("li", {}, point.name))))];
}

export async function duty(app: App, [id = ""]: string[]): Promise<Screen> {
  const found = app.source<Duty[]>("duties", []).find((one) => String(one.occurrence) === id);
  if (!found) return { title: t("排班"), body: empty(t("没有这项排班"), t("它可能已经结束或改派。"), "calendar") };
  const body = make("div", {},
    make("h2", { class: "f-title" }, found.title),
    facts([[t("时段"), `${clock(found.opens_at)} – ${clock(found.closes_at)}`], [t("状态"), LABELS[found.state]?.() ?? found.state]]),
    ...pointsOf(found),
  );
  if (isNoted(app, found)) body.append(note(t("已在本机记下，等联网上传"), "ok"));
  else if (found.route && isToDo(found)) body.append(make("div", { class: "f-stack" }, big(t("按这条路线开始巡查"), "walk", () => go("patrol", id), "main")));
  else if (!isOpen(found)) body.append(note(Date.now() < Date.parse(found.opens_at) ? t("还没有到时间") : t("这一班已经不能再记"), "plain"));
  else if (found.kind === "inspection") body.append(make("div", { class: "f-stack" }, note(t("在检查表里选这一项排班，提交后记为完成"), "plain"), big(t("去检查"), "checklist", () => go("inspections", id), "main")));
  else if (found.wants?.some((want) => want === "code" || want === "position")) body.append(note(t("这项要到点扫码或定位，请从巡查里完成"), "plain"));
  else body.append(await doneForm(app, found));
  return { title: t("排班"), body };
}

async function doneForm(app: App, found: Duty): Promise<HTMLElement> {
  const form = await Form.open(app, `duty/${found.occurrence}`);
  const wants = new Set(found.wants ?? []);
  form.text("note", t("做了什么"), { rows: 3, needed: wants.has("note"), most: 400 }).photos(t("拍照"), "report", { least: wants.has("photo") ? 1 : 0 });
  form.end(t("做完了"), async (values, files, beside) => {
    const fields = { occurrence: found.occurrence, note: values.note ?? "" };
    const entry = await app.send({ name: "duty.done", label: t("完成：{title}", { title: found.title }), fields }, files, beside);
    if (entry) {
      toast(t("已记下"));
      back();
    }
    return entry !== null;
  }, "check");
  return form.node;
}
