/** 隐患: those I have to do with, and reporting a new one. The grade is the platform's to say; here it is proposed at most. */
import type { App } from "../app";
import type { CheckItem } from "../contract";
import { Form } from "../ui/form";
import { big, empty, list, make, note } from "../ui/pieces";
import { placeField } from "../ui/place-field";
import { t } from "../ui/say";
import { againFrom, sending, short } from "./report";
import { go, type Screen } from "./screen";
import { siteOf } from "./site";
import { sorted, workRow } from "./work-rows";

export function hazards(app: App): Screen {
  const mine = app.work.filter(({ kind }) => kind === "hazard" || kind === "listing");
  const rows = mine.length ? list(...sorted(mine, app.where.last).map((one) => workRow(app, one))) : empty(t("没有要您办的隐患"), t("检查、巡查发现的隐患派到您这里后会列出来。"), "shield-check");
  return { title: t("隐患"), body: make("div", { class: "f-stack" }, big(t("报隐患"), "camera-plus", () => go("hazard"), "main"), rows) };
}

export async function hazard(app: App, [id = "", at = "", seen = ""]: string[]): Promise<Screen> {
  const again = await againFrom(app, id);
  const log = seen || String(again?.entry.fields.log ?? "");
  const site = siteOf(app, at || String(again?.entry.fields.site ?? ""));
  const groups = [...new Set(app.source<CheckItem[]>("checklists", []).map(({ group }) => group))];
  const form = await Form.open(app, `hazard/${id}${at}${seen}`, again?.entry.fields ?? {}, again?.photos ?? []);
  if (again) form.add(note(t("平台的答复：{message}", { message: again.entry.answer?.message ?? "" }), "warn"));
  if (site) form.add(make("h2", { class: "f-title" }, site.name));
  form.photos(t("拍照"), "before", { least: 1 });
  if (groups.length) form.choice("category", t("哪一类"), [...groups.map((group): [string, string] => [group, group]), ["", t("其他")]], { needed: false });
  form.text("text", t("哪里不安全"), { rows: 3, needed: true });
  form.add(placeField(form, { needed: !site }));
  form.text("address", t("地址"));
  form.text("proposed_major", t("认为是重大隐患的，写明为什么"), { hint: t("由专管员定级") });
  form.tick("on_spot", t("已当场整改"));
  const mended = form.apart(() => form.photos(t("整改后照片"), "after", { least: 1 }).text("outcome", t("怎么整改的"), { rows: 2, needed: true }));
  const outcome = make("div");
  form.add(outcome);
  const show = (): void => outcome.replaceChildren(...(form.values.on_spot ? [mended] : []));
  form.node.addEventListener("change", show);
  show();
  const send = sending(app, again, (values) => ({
    name: "hazard.report", label: t("隐患：{text}", { text: short(values.text) }), after: seen || null,
    fields: {
      text: values.text ?? "", category: values.category ?? "", lon: values.lon ?? null, lat: values.lat ?? null, accuracy_m: values.accuracy_m ?? null,
      address: values.address ?? "", proposed_major: values.proposed_major ?? "", on_spot: values.on_spot === true,
      ...(values.on_spot ? { outcome: values.outcome ?? "" } : {}), ...(site ? { site: site.id } : {}), ...(log ? { log } : {}),
    },
  }));
  form.end(t("报隐患"), (values, files, beside) => send(values, values.on_spot ? files : files.filter(({ kind }) => kind !== "after"), beside));
  return { title: t("报隐患"), body: form.node };
}
