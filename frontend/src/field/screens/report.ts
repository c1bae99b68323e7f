/** 上报, 当场处置, 4小时急报: photo first, then where, then words. */
import type { App } from "../app";
import type { Fields, Json } from "../contract";
import type { Entry, NewCommand } from "../store/queue";
import { categoryField } from "../ui/category-field";
import { Form, type KeptFile, type Submit } from "../ui/form";
import { icon, make, note, toast } from "../ui/pieces";
import { placeField } from "../ui/place-field";
import { t } from "../ui/say";
import { go, type Screen } from "./screen";

/** A refused command opened again: its words and photos are in the form, and it is sent in the place of the first. */
export interface Again {
  entry: Entry;
  photos: KeptFile[];
}

/** The item of a checklist that a photo was taken for, "" for any other photo. */
function slotOf({ items }: Fields, file: string): string {
  const found = (Array.isArray(items) ? items : []).find((item) => isItem(item) && item.files.includes(file));
  return found && isItem(found) ? found.code : "";
}

const isItem = (item: Json): item is { code: string; files: Json[] } =>
  item !== null && typeof item === "object" && !Array.isArray(item) && typeof item.code === "string" && Array.isArray(item.files);

export async function againFrom(app: App, id: string | undefined): Promise<Again | null> {
  const entry = id ? app.queue.find(id) : undefined;
  if (!entry) return null;
  const photos: KeptFile[] = [];
  for (const ref of entry.files) {
    const file = await app.queue.file(ref.id);
    // A new id: the server holds the first one for the command it has refused.
    if (file) photos.push({ id: crypto.randomUUID(), kind: ref.kind, name: file.name, type: file.type, bytes: file.bytes, slot: slotOf(entry.fields, ref.id) });
  }
  return { entry, photos };
}

export function short(words: unknown): string {
  const said = String(words ?? "");
  return said.length > 18 ? `${said.slice(0, 18)}…` : said;
}

/** Keeps, says so, and goes home. */
export function sending(app: App, again: Again | null, made: (values: Fields) => NewCommand): Submit {
  return async (values, files, beside) => {
    const command = made(values);
    const entry = again ? await app.resend(again.entry.id, command, files, beside) : await app.send(command, files, beside);
    if (!entry) return false;
    toast(navigator.onLine ? t("已记下，正在上传") : t("已存在本机，联网后自动上传"));
    go("home");
    return true;
  };
}

const call = (number: string): HTMLElement => make("a", { class: "f-btn is-danger-line", href: `tel:${number}` }, icon("phone"), number);

function found(values: Fields): Fields {
  const { text, lon, lat, accuracy_m, address, category, log } = values;
  return {
    text: text ?? "", lon: lon ?? null, lat: lat ?? null, accuracy_m: accuracy_m ?? null,
    address: address ?? "", category: category ?? "", ...(log ? { log } : {}),
  };
}

async function opened(app: App, key: string, again: Again | null): Promise<Form> {
  const form = await Form.open(app, again ? `${key}/${again.entry.id}` : key, again?.entry.fields ?? {}, again?.photos ?? []);
  if (again) form.add(note(t("平台的答复：{message}", { message: again.entry.answer?.message ?? "" }), "warn"));
  return form;
}

/** `log` ties it to the entry of a patrol on which the problem was seen. */
export async function report(app: App, [id = "", log = ""]: string[]): Promise<Screen> {
  const again = await againFrom(app, id);
  const form = await opened(app, log ? `report/${log}` : "report", again);
  if (log) form.values.log = log;
  form.photos(t("拍照"), "report", { hint: t("先拍现场，再拍近处；照片在手机上压缩。") });
  form.add(placeField(form, { needed: true }));
  form.text("address", t("地址"), { hint: t("门牌、楼层、房间，或旁边的明显标志") });
  form.text("text", t("什么情况"), { rows: 3, needed: true }).voice();
  form.add(categoryField(form));
  const send = sending(app, again, (values) => ({
    name: "case.report", label: t("上报：{text}", { text: short(values.text) }), after: log || null, fields: found(values),
  }));
  form.end(t("上报"), send);
  return { title: t("上报"), body: form.node };
}

export async function settle(app: App, [id = ""]: string[]): Promise<Screen> {
  const again = await againFrom(app, id);
  const form = await opened(app, "settle", again);
  form.photos(t("处置前照片"), "before", { least: 1 });
  form.photos(t("处置后照片"), "after", { least: 1, hint: t("站在同一处、同一角度再拍一张。") });
  form.add(placeField(form, { needed: true }));
  form.text("address", t("地址"));
  form.text("text", t("什么情况"), { rows: 2, needed: true });
  form.text("outcome", t("怎么处置的"), { rows: 2, needed: true });
  form.add(categoryField(form));
  const send = sending(app, again, (values) => ({
    name: "case.settle", label: t("当场处置：{text}", { text: short(values.text) }), fields: { ...found(values), outcome: values.outcome ?? "" },
  }));
  form.end(t("登记当场处置"), send, "check");
  return { title: t("当场处置"), body: form.node };
}

export async function major(app: App, [id = "", about = ""]: string[]): Promise<Screen> {
  const again = await againFrom(app, id);
  const form = await opened(app, "major", again);
  form.add(note(t("重大紧急情况先打电话报告，再在这里发急报。从您得知起四小时内逐级报到区。"), "warn"));
  form.add(make("p", { class: "f-calls" }, ...["110", "119", "120"].map(call)));
  form.text("text", t("什么情况，伤亡和处置"), { rows: 4, needed: true });
  form.photos(t("拍照"), "report");
  form.add(placeField(form));
  // Sent once more, it counts from when it was known the first time.
  const told = again?.entry.fields.known_at ?? null;
  if (!told) form.choice("known", t("什么时候得知"), [["0", t("刚刚")], ["30", t("半小时前")], ["60", t("1 小时前")], ["120", t("2 小时前")]]);
  const send = sending(app, again, (values) => {
    const known_at = told ?? new Date(Date.now() - Number(values.known ?? 0) * 60_000).toISOString();
    const { text, lon, lat, accuracy_m } = values;
    const of = about || again?.entry.fields.case;
    const fields = { text: text ?? "", known_at, lon: lon ?? null, lat: lat ?? null, accuracy_m: accuracy_m ?? null, ...(of ? { case: of } : {}) };
    return { name: "major.raise", label: t("4 小时急报：{text}", { text: short(text) }), fields };
  });
  form.end(t("发出急报"), send, "urgent", "danger");
  return { title: t("4 小时急报"), body: form.node };
}
