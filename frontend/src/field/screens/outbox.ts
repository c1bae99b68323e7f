/** The outbox: what waits, what was answered, and what was refused with what to do about it. Nothing is lost here. */
import type { App } from "../app";
import type { Entry, State } from "../store/queue";
import { wholeOf } from "../store/whole";
import { ask, badge, big, empty, facts, list, make, note, row, section, toast } from "../ui/pieces";
import { clock, t } from "../ui/say";
import { go, link, type Screen } from "./screen";

const LOOKS: Readonly<Record<State, "ok" | "warn" | "late" | "brand" | "held">> = {
  waiting: "brand", accepted: "ok", refused: "late", conflict: "warn", given_up: "held",
};
const SHOWN = 100;

function labelOf(entry: Entry): string {
  if (entry.replaced_by) return t("已改后重发");
  const labels: Readonly<Record<State, () => string>> = {
    waiting: () => t("待上传"), accepted: () => t("已受理"), refused: () => t("未受理"), conflict: () => t("有冲突"), given_up: () => t("已放弃"),
  };
  return labels[entry.state]();
}

export function entryRow(entry: Entry): HTMLElement {
  const answer = entry.answer?.message ?? "";
  const said = answer ? [make("span", { class: "f-said" }, answer)] : [];
  const under = [badge(labelOf(entry), LOOKS[entry.state]), make("span", {}, clock(entry.taken_at)), ...said];
  return row(link("sent", entry.id), entry.label, under);
}

function parts(app: App): HTMLElement[] {
  const { waiting, troubled } = app.queue;
  const rest = app.queue.all.filter((entry) => entry.state !== "waiting" && !troubled.includes(entry)).slice(0, SHOWN);
  const { standing } = app.sync;
  const reached = standing.reached_at ? t("上次连上：{at}", { at: clock(standing.reached_at) }) : t("还没有连上过平台");
  const head = make("p", { class: "f-hint" }, standing.is_online ? t("网络正常") : t("没有网络，照常使用，联网后自动上传"), " · ", reached);
  const some = (title: string, entries: Entry[]): HTMLElement[] => (entries.length ? [section(title, list(...entries.map(entryRow)))] : []);
  const all = [...some(t("要您处理（{n}）", { n: troubled.length }), troubled), ...some(t("待上传（{n}）", { n: waiting.length }), waiting), ...some(t("已答复（保留 30 天）"), rest)];
  return [head, ...(all.length ? all : [empty(t("还没有记录"), t("您在手机上做的每一步都会先记在这里，再传到平台。"), "cloud-upload")])];
}

export function outbox(app: App): Screen {
  const changing = make("div");
  const show = (): void => changing.replaceChildren(...parts(app));
  show();
  const now = big(t("现在上传"), "cloud-upload", () => app.sync.nudge(), "plain");
  return { title: t("传输箱"), body: make("div", { class: "f-stack" }, now, changing), refresh: show };
}

/** Where a refused command is filled in again. */
function formOf(entry: Entry): string[] | null {
  const forms: Readonly<Record<string, string>> = { "case.report": "report", "case.settle": "settle", "major.raise": "major", "hazard.report": "hazard", "visit.file": "visit" };
  const form = forms[entry.name];
  if (form) return [form, entry.id];
  if (entry.name === "inspection.file") return ["inspect", String(entry.fields.site ?? ""), String(entry.fields.tag ?? ""), entry.id];
  if (entry.about && typeof entry.fields.step === "string") return ["step", entry.about, entry.name, entry.fields.step, entry.id];
  return null;
}

async function giveUp(app: App, entry: Entry): Promise<void> {
  const reason = await ask({ title: t("放弃这一条"), words: t("它不会再上传；理由和内容在本机保留 30 天。"), yes: t("放弃"), look: "danger", reason: t("理由") });
  if (reason === null) return;
  await app.queue.giveUp(entry.id, reason, Date.now());
  toast(t("已放弃，理由已记下"));
}

function choices(app: App, entry: Entry): HTMLElement[] {
  const isOpen = (entry.state === "refused" || entry.state === "conflict") && !entry.replaced_by;
  if (!isOpen) return [];
  const form = formOf(entry);
  const others = form ? 0 : wholeOf(app.queue, entry.id).length - 1;
  const anew = form ? big(t("改一改重发"), "pencil", () => go(...form), "main") : big(t("原样重发"), "refresh", () => again(app, entry), "main");
  const together = others ? [note(t("连在一起的另外 {n} 条会一起重发。", { n: others }), "plain")] : [];
  return [make("div", { class: "f-stack" }, anew, ...together, big(t("放弃，写明理由"), "trash", () => giveUp(app, entry), "quiet"))];
}

async function again(app: App, entry: Entry): Promise<void> {
  if (await app.resendWhole(entry.id)) go("outbox");
}

function serverState(app: App, entry: Entry): HTMLElement[] {
  const work = entry.about ? app.work.find((one) => one.about === entry.about) : undefined;
  if (!work) return [];
  return [section(t("平台上现在的情况"), list(row(link("work", work.about), work.title, [work.state_label], "file-text")))];
}

export function sent(app: App, [id = ""]: string[]): Screen {
  const changing = make("div");
  const show = (): void => {
    const entry = app.queue.find(id);
    if (!entry) return changing.replaceChildren(empty(t("没有这一条"), t("答复满 30 天的记录已清理。"), "history"));
    const { answer } = entry;
    const said = answer?.message ? [note(answer.message, entry.state === "accepted" ? "ok" : "late")] : [];
    const text = entry.fields.text ?? entry.fields.note;
    changing.replaceChildren(
      make("h2", { class: "f-title" }, entry.label),
      badge(labelOf(entry), LOOKS[entry.state]),
      ...said,
      ...choices(app, entry),
      facts([
        [t("时间"), clock(entry.taken_at)], [t("编号"), answer?.number ?? ""], [t("内容"), typeof text === "string" ? text : ""],
        [t("照片"), entry.files.length ? t("{n} 张", { n: entry.files.length }) : ""], [t("放弃理由"), entry.reason],
        [t("说明"), answer?.is_late ? t("上传较晚，是否按时以平台收到为准") : ""],
      ]),
      ...serverState(app, entry),
    );
  };
  show();
  return { title: t("这一条"), body: changing, refresh: show };
}
