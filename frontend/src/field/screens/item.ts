/** One piece of work: what and where, photos, what may be done now, what waits on this phone. */
import type { App } from "../app";
import type { Step, Work } from "../contract";
import { Form } from "../ui/form";
import { badge, big, empty, facts, icon, list, make, note, row, section, toast } from "../ui/pieces";
import { myRings, placeField } from "../ui/place-field";
import { clock, limitWords, t } from "../ui/say";
import { sketch } from "../ui/sketch";
import { entryRow } from "./outbox";
import { againFrom } from "./report";
import { back, go, link, type Screen } from "./screen";
import { stepsNow, SYMBOLS } from "./work-rows";

const URGENT = new Set(["return", "refute", "fail_check", "refuse"]);

function workOf(app: App, about: string): Work | undefined {
  return app.work.find((one) => one.about === about);
}

async function photosOf(app: App, work: Work): Promise<HTMLElement[]> {
  const shown: HTMLElement[] = [];
  for (const id of work.photos) {
    const bytes = await photoBytes(app, id);
    if (!bytes) continue;
    const url = URL.createObjectURL(new Blob([bytes]));
    const picture = make("img", { src: url, alt: t("现场照片") });
    picture.addEventListener("load", () => URL.revokeObjectURL(url));
    shown.push(make("li", {}, picture));
  }
  return shown.length ? [make("ul", { class: "f-photos" }, ...shown)] : [];
}

async function photoBytes(app: App, id: string): Promise<ArrayBuffer | null> {
  const kept = await app.photos.getBytes(id);
  if (kept || !navigator.onLine) return kept;
  const bytes = await app.api.photo(id).catch(() => null);
  if (bytes) await app.photos.putBytes(id, bytes).catch(() => undefined);
  return bytes;
}

function head(work: Work): HTMLElement {
  const limit = limitWords(work.due_at);
  return make("header", { class: "f-head" },
    make("div", { class: "f-kind" }, icon(SYMBOLS[work.kind] ?? "file-text"), work.number, badge(work.state_label, "brand"), ...(limit ? [badge(limit.words, limit.look)] : [])),
    make("h2", { class: "f-title" }, work.title),
  );
}

function place(app: App, work: Work): HTMLElement[] {
  if (work.lon === null || work.lat === null) return [];
  const here = app.where.last;
  const spots = [
    { lon: work.lon, lat: work.lat, look: "thing" as const },
    ...(here ? [{ ...here, look: "here" as const }] : []),
  ];
  return [make("a", { href: link("map", work.about), class: "f-map-link" }, sketch(spots, myRings(app)), make("span", {}, icon("map-2"), t("在地图上看")))];
}

function stepButtons(app: App, work: Work): HTMLElement[] {
  const steps = stepsNow(work, app.queue.waiting);
  const waiting = app.queue.waiting.filter((entry) => entry.about === work.about);
  if (!steps.length && waiting.length) return [note(t("已办的这一步上传后，才能接着办下一步。"), "plain")];
  if (!steps.length) return [note(t("现在没有要您办的步骤。"), "plain")];
  return steps.map((step, at) =>
    big(step.label, symbolOf(step), () => go("step", work.about, step.verb, step.step), at === 0 ? "main" : URGENT.has(step.step) ? "quiet" : "plain"));
}

function symbolOf(step: Step): string {
  const symbols: Readonly<Record<string, string>> = {
    take_over: "hand-stop", receive: "hand-stop", arrive: "map-pin-check", note_progress: "pencil", feed_back: "send",
    return: "arrow-back-up", confirm: "circle-check", refute: "circle-x", pass_check: "circle-check", fail_check: "circle-x",
    rectify: "tool", mend: "tool", strike_off: "checks", answer_urge: "message",
  };
  return symbols[step.step] ?? "arrow-right";
}

export async function item(app: App, [about = ""]: string[]): Promise<Screen> {
  const work = workOf(app, about);
  const mine = app.queue.all.filter((entry) => entry.about === about);
  if (!work) {
    const journal = mine.length ? [section(t("本机记录"), list(...mine.map(entryRow)))] : [];
    return { title: about, body: make("div", {}, empty(t("不在您的任务里"), t("它已办完、改派，或本机还没有取到。"), "inbox"), ...journal) };
  }
  const doing = make("div", { class: "f-stack" });
  const journal = make("div");
  const show = (): void => {
    doing.replaceChildren(...stepButtons(app, workOf(app, about) ?? work));
    const entries = app.queue.all.filter((entry) => entry.about === about);
    journal.replaceChildren(...(entries.length ? [section(t("本机记录"), list(...entries.map(entryRow)))] : []));
  };
  show();
  const told = facts([[t("地址"), work.address], [t("时间"), clock(work.opened_at)], [t("到期"), clock(work.due_at)], ...work.facts]);
  const pictures = make("div");
  void photosOf(app, work).then((shown) => pictures.replaceChildren(...shown));
  const body = make("div", {}, head(work), pictures, doing, told, ...place(app, work), journal);
  return { title: work.number || t("任务"), body, refresh: show };
}

async function stepForm(app: App, work: Work, step: Step, id: string): Promise<HTMLElement> {
  const again = await againFrom(app, id);
  const needs = new Set(step.needs.map((need) => need.split(":")[0] === "files" ? need.split(":")[1] ?? "report" : need));
  const form = await Form.open(app, `step/${work.about}/${step.step}`, again?.entry.fields ?? {}, again?.photos ?? []);
  if (again) form.add(note(t("平台的答复：{message}", { message: again.entry.answer?.message ?? "" }), "warn"));
  if (needs.has("before")) form.photos(t("处置前照片"), "before", { least: 1 });
  if (needs.has("after")) form.photos(t("处置后照片"), "after", { least: 1, hint: t("站在同一处、同一角度再拍一张。") });
  if (!needs.has("before") && !needs.has("after")) form.photos(t("拍照"), "report", { least: needs.has("files") || needs.has("report") ? 1 : 0 });
  if (needs.has("outcome")) form.text("outcome", t("办得怎么样"), { rows: 3, needed: true });
  if (needs.has("grade_basis")) form.text("grade_basis", t("定级依据"), { rows: 2, needed: true });
  if (needs.has("due_on")) form.text("due_on", t("限期"), { type: "date", needed: true });
  const isReason = needs.has("reason");
  form.text("note", isReason ? t("理由") : t("说明"), { rows: 3, needed: isReason || needs.has("note") });
  if (needs.has("person") || needs.has("assignee")) people(app, form);
  if (needs.has("position")) form.add(placeField(form));
  form.end(step.label, async (values, files, beside) => {
    const made = { name: step.verb, label: `${step.label}：${work.title}`, ...app.about(work), fields: { step: step.step, ...values } };
    const entry = again ? await app.resend(again.entry.id, made, files, beside) : await app.send(made, files, beside);
    if (!entry) return false;
    toast(t("“{label}”已记下", { label: step.label }));
    back();
    return true;
  }, symbolOf(step));
  return form.node;
}

function people(app: App, form: Form): void {
  const known = app.source<{ id: string; name: string; role_label: string }[]>("people", []);
  form.choice("assignee", t("交给谁"), known.map(({ id, name, role_label }) => [id, `${name} · ${role_label}`]));
}

export async function step(app: App, [about = "", verb = "", name = "", id = ""]: string[]): Promise<Screen> {
  const work = workOf(app, about);
  const known = work ? [...stepsNow(work, app.queue.waiting), ...work.steps].find((one) => one.step === name && one.verb === verb) : undefined;
  if (!work || !known) {
    const gone = empty(t("这一步现在不能办"), t("任务的状态已经变了，请看最新情况。"), "refresh");
    return { title: t("任务"), body: make("div", {}, gone, list(row(link("work", about), t("看这件任务"), [about], "file-text"))) };
  }
  return { title: known.label, body: make("div", {}, make("p", { class: "f-hint" }, work.title), await stepForm(app, work, known, id)) };
}
