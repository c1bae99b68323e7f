/** 检查: only the items of this kind of place, one touch each; what fails becomes a hazard on the server. */
import type { App } from "../app";
import type { CheckItem, Duty, Fields, Json, Site } from "../contract";
import type { NewFile } from "../store/queue";
import { Form } from "../ui/form";
import { empty, icon, list, make, note, row, section, toast } from "../ui/pieces";
import { placeField } from "../ui/place-field";
import { signField } from "../ui/sign-field";
import { metres } from "../phone/place";
import { distanceWords, t } from "../ui/say";
import { isNoted, isOpen } from "./duties";
import { againFrom, type Again } from "./report";
import { go, link, type Screen } from "./screen";
import { siteOf } from "./site";

const MANY_SKIPPED = 0.3;
const SHOWN = 60;
/** Of one inspection, with the signature: more the server does not take with one command. */
const MOST_PHOTOS = 59;

interface Found {
  item: CheckItem;
  node: HTMLElement;
  photos: () => NewFile[];
}

export const itemsFor = (items: readonly CheckItem[], kind: string): CheckItem[] =>
  items.filter(({ kinds }) => !kinds.length || kinds.includes(kind));

/** `duty`: the time of a duty of inspecting that one came from. */
export function inspections(app: App, [duty = ""]: string[]): Screen {
  const sites = app.source<Site[]>("sites", []);
  const input = make("input", { class: "f-input", type: "search", placeholder: t("搜场所名称或编号"), "aria-label": t("搜场所") });
  const shown = make("div");
  const show = (): void => {
    const here = app.where.last;
    const wanted = input.value.trim();
    const far = (site: Site): number => (here ? metres(here, site) : 0);
    const some = sites.filter(({ name, code, is_object }) => is_object !== false && (!wanted || name.includes(wanted) || code.includes(wanted))).sort((one, other) => far(one) - far(other)).slice(0, SHOWN);
    const rows = some.map((site) => row(link("inspect", site.id, "", "", duty), site.name, [[site.kind, here ? distanceWords(far(site)) : ""].filter(Boolean).join(" · ")], "building"));
    shown.replaceChildren(rows.length ? list(...rows) : empty(t("没有找到场所"), t("联网后会取来您片区里的场所。"), "building"));
  };
  input.addEventListener("input", show);
  show();
  return { title: t("检查"), body: make("div", { class: "f-stack" }, input, shown) };
}

function itemBox(form: Form, item: CheckItem, changed: () => void): Found {
  const value = (part: string): string => `${part}:${item.code}`;
  const box = make("fieldset", { class: "f-check" }, make("legend", {}, item.text));
  const results: [string, string][] = [["passed", t("合格")], ["failed", t("不合格")], ["skipped", t("不涉及")]];
  const more = make("div");
  const noted = make("textarea", { class: "f-input", rows: 2, placeholder: t("哪里不合格"), "aria-label": t("哪里不合格") });
  noted.maxLength = 400;
  noted.value = String(form.values[value("note")] ?? "");
  noted.addEventListener("input", () => form.set(value("note"), noted.value.trim()));
  const photos = form.photoSlot(t("拍照"), "report", { slot: item.code, hint: item.angle ? t("角度：{angle}", { angle: item.angle }) : "" });
  const show = (): void => more.replaceChildren(...(form.values[value("result")] === "failed" ? [noted, photos.node] : []));
  const choices = make("div", { class: "f-three" });
  for (const [result, words] of results) {
    const input = make("input", { type: "radio", name: value("result"), value: result, checked: form.values[value("result")] === result });
    input.addEventListener("change", () => {
      form.set(value("result"), result);
      show();
      changed();
    });
    choices.append(make("label", { class: `f-choice is-${result}` }, input, make("span", {}, words)));
  }
  if (item.method) box.append(make("p", { class: "f-hint" }, item.method));
  box.append(choices, more);
  show();
  form.check(box, () => lack(form.values, item));
  return { item, node: box, photos: photos.files };
}

function lack(values: Fields, { code, text }: CheckItem): string {
  const result = values[`result:${code}`];
  if (!result) return t("这一项还没有查：{text}", { text });
  return result === "failed" && !values[`note:${code}`] ? t("请写明哪里不合格：{text}", { text }) : "";
}

function skippedShare(values: Fields, items: readonly CheckItem[]): number {
  return items.length ? items.filter(({ code }) => values[`result:${code}`] === "skipped").length / items.length : 0;
}

function grouped(found: readonly Found[]): HTMLElement[] {
  const groups = new Map<string, HTMLElement[]>();
  for (const { item, node } of found) groups.set(item.group, [...(groups.get(item.group) ?? []), node]);
  return [...groups].map(([group, nodes]) => section(group, ...nodes));
}

/** The values of the form from what was sent of it. */
export function answersOf({ items, ...rest }: Fields): Fields {
  const values: Fields = { ...rest };
  for (const item of Array.isArray(items) ? items : []) {
    if (item === null || typeof item !== "object" || Array.isArray(item)) continue;
    values[`result:${String(item.code)}`] = item.result ?? null;
    values[`note:${String(item.code)}`] = item.note ?? "";
  }
  return values;
}

/** Duties of inspecting that are on now, for one of which the checklist may be filed. */
export const inspectingNow = (app: App): Duty[] =>
  app.source<Duty[]>("duties", []).filter((duty) => duty.kind === "inspection" && isOpen(duty) && !isNoted(app, duty));

/** The duty a checklist is for: the one it was begun from, else what its draft says as long as that is on, else the first. */
export function dutyOf(kept: Json | undefined, asked: string, due: readonly Duty[]): string {
  const open = due.map(({ occurrence }) => String(occurrence));
  if (asked) return asked;
  return kept === "" || open.includes(String(kept)) ? String(kept) : (open[0] ?? "");
}

/** For which duty it is, with what that wants beside the checklist. */
function dutyField(app: App, form: Form, tag: string): NewFiles {
  const due = inspectingNow(app);
  if (!due.length) return () => [];
  const shots = form.photoSlot(t("现场照片"), "report");
  const says = make("div", { class: "f-stack" });
  const wants = (want: string): boolean => due.find(({ occurrence }) => occurrence === form.values.occurrence)?.wants?.includes(want) === true;
  const show = (): void => says.replaceChildren(...(wants("photo") ? [shots.node] : []), ...(wants("code") && !tag ? [note(t("这项排班要扫码：请从“扫一扫”进来"), "warn")] : []));
  form.choice("occurrence", t("计入哪项排班"), [...due.map(({ occurrence, title }): [string, string] => [String(occurrence), title]), ["", t("不计入")]], { needed: false });
  form.add(says);
  form.node.addEventListener("f-choice", show);
  form.check(shots.node, () => (shots.files().length ? "" : t("请拍照：{label}", { label: t("现场照片") })));
  show();
  return () => (wants("photo") ? shots.files() : []);
}

type NewFiles = () => NewFile[];

export async function inspect(app: App, [id = "", tag = "", first = "", duty = ""]: string[]): Promise<Screen> {
  const again = await againFrom(app, first);
  const site = siteOf(app, id);
  const items = itemsFor(app.source<CheckItem[]>("checklists", []), site?.kind_code ?? site?.kind ?? "");
  if (!site || !items.length) return { title: t("检查"), body: empty(t("没有这个场所的检查表"), t("联网后会取来检查表。"), "checklist") };
  const form = await Form.open(app, `inspect/${id}${first && `/${first}`}`, { kind: "daily", occurrence: duty || String(inspectingNow(app)[0]?.occurrence ?? ""), ...answersOf(again?.entry.fields ?? {}) }, again?.photos ?? []);
  if (!again) form.values.occurrence = dutyOf(form.values.occurrence, duty, inspectingNow(app));
  if (again) form.add(note(t("平台的答复：{message}", { message: again.entry.answer?.message ?? "" }), "warn"));
  form.add(make("h2", { class: "f-title" }, site.name), make("p", { class: "f-proof" }, icon(tag ? "qrcode" : "current-location"), tag ? t("已扫码，证明到场") : t("以定位证明到场")));
  form.choice("kind", t("检查种类"), [["daily", t("日常")], ["special", t("专项")], ["seasonal", t("季节性")], ["holiday", t("节假日")]]);
  const shots = dutyField(app, form, tag);
  const progress = make("p", { class: "f-hint", "aria-live": "polite" });
  const count = (): void => {
    const done = items.filter(({ code }) => form.values[`result:${code}`]).length;
    progress.textContent = t("已查 {n} / {all} 项", { n: done, all: items.length });
  };
  const found = items.map((item) => itemBox(form, item, count));
  form.add(progress, ...grouped(found));
  count();
  form.text("note", t("说明"), { rows: 2, hint: t("“不涉及”超过三成时要说明原因") });
  form.check(form.node, () => (form.files.length > MOST_PHOTOS ? t("最多 {n} 张", { n: MOST_PHOTOS }) : ""));
  form.check(form.node, () => (skippedShare(form.values, items) > MANY_SKIPPED && !form.values.note ? t("很多项不涉及，请在说明里写明原因") : ""));
  form.text("with_whom", t("陪同人"), { most: 80, hint: t("写职务，不写姓名和电话") });
  const signature = signField(t("被检查方签名"));
  form.add(placeField(form), signature.node);
  const signed = again?.photos.find(({ kind }) => kind === "signature") ?? null;
  finish(app, form, { site, tag, found, shots, again, sign: async () => (await signature.file()) ?? signed });
  return { title: t("检查"), body: form.node };
}

interface Whole {
  site: Site;
  tag: string;
  found: Found[];
  shots: NewFiles;
  again: Again | null;
  sign: () => Promise<NewFile | null>;
}

function finish(app: App, form: Form, { site, tag, found, shots: ofDuty, again, sign }: Whole): void {
  form.end(t("提交检查"), async (values, _files, beside) => {
    const signature = await sign();
    const shots = found.flatMap(({ item, photos }) => (values[`result:${item.code}`] === "failed" ? photos() : []));
    const items = found.map(({ item: { code }, photos }) => {
      const result = values[`result:${code}`] ?? "skipped";
      return { code, result, note: values[`note:${code}`] ?? "", files: result === "failed" ? photos().map((file) => file.id) : [] };
    });
    const { lon = null, lat = null, accuracy_m = null, note: words = "", with_whom = "", kind = "daily", occurrence = "" } = values;
    const fields: Fields = {
      site: site.id, ...(tag ? { tag } : {}), kind, with_whom, lon, lat, accuracy_m, items, note: words,
      ...(signature ? { signature: signature.id } : {}), ...(occurrence ? { occurrence } : {}),
    };
    const made = { name: "inspection.file", label: t("检查：{name}", { name: site.name }), fields };
    const files = [...shots, ...ofDuty(), ...(signature ? [signature] : [])];
    const entry = again ? await app.resend(again.entry.id, made, files, beside) : await app.send(made, files, beside);
    if (!entry) return false;
    const failed = items.filter(({ result }) => result === "failed").length;
    toast(failed ? t("已记下，{n} 项不合格将转为隐患", { n: failed }) : t("已记下"));
    go("home");
    return true;
  }, "check");
  form.add(note(t("不合格的每一项都会登记为隐患，由平台定级和派发。"), "plain"));
}
