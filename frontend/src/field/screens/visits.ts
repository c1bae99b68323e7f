/** 走访 and 联系: short forms; no names or telephone numbers in the words. */
import type { App } from "../app";
import type { VisitChoices } from "../contract";
import { Form } from "../ui/form";
import { icon, make, note, toast } from "../ui/pieces";
import { placeField } from "../ui/place-field";
import { t } from "../ui/say";
import { againFrom, sending, short } from "./report";
import { go, type Screen } from "./screen";
import { siteOf } from "./site";

const NOTHING: VisitChoices = { purposes: [], ways: [], grids: [], committees: [] };
const choicesOf = (app: App): VisitChoices => app.source<VisitChoices>("visits", NOTHING);

export async function visit(app: App, [id = "", present = "", at = ""]: string[]): Promise<Screen> {
  const again = await againFrom(app, id);
  const first = again?.entry.fields ?? {};
  const site = siteOf(app, at || String(first.site ?? ""));
  const here = present || String(first.present ?? "");
  const form = await Form.open(app, `visit/${id}${at}`, { ...first, met: first.met === false ? "no" : "yes" }, again?.photos ?? []);
  if (again) form.add(note(t("平台的答复：{message}", { message: again.entry.answer?.message ?? "" }), "warn"));
  if (site) form.add(make("h2", { class: "f-title" }, site.name));
  if (here) form.add(make("p", { class: "f-proof" }, icon("user-check"), t("已扫到对方的在场码")));
  form.choice("purpose", t("为什么走访"), choicesOf(app).purposes);
  form.choice("met", t("见到人了吗"), [["yes", t("见到了")], ["no", t("没见到")]]);
  form.text("address", t("地址"), { needed: !site, hint: t("门牌、楼层、房间，或旁边的明显标志") });
  form.text("note", t("说了什么"), { rows: 3, hint: t("不写姓名、电话、证件号") });
  form.text("case", t("有事要办的，写在这里"), { rows: 2, hint: t("写了就同时上报为事件") });
  form.photos(t("拍照"), "report").add(placeField(form));
  form.end(t("记下走访"), sending(app, again, (values) => ({
    name: "visit.file", label: t("走访：{text}", { text: short(values.note || values.address) }),
    fields: {
      address: values.address ?? "", purpose: values.purpose ?? "", met: values.met !== "no", note: values.note ?? "",
      lon: values.lon ?? null, lat: values.lat ?? null, accuracy_m: values.accuracy_m ?? null,
      ...(values.case ? { case: values.case } : {}), ...(site ? { site: site.id } : {}), ...(here ? { present: here } : {}),
    },
  })), "check");
  return { title: t("走访"), body: form.node };
}

export async function contact(app: App): Promise<Screen> {
  const form = await Form.open(app, "contact");
  const { ways, grids, committees } = choicesOf(app);
  if (grids.length > 1) form.choice("grid", t("哪个网格"), grids);
  if (committees.length > 1) form.choice("committee", t("哪个居(村)委会"), committees);
  form.choice("way", t("怎么联系"), ways);
  form.text("topics", t("说了哪些事"), { rows: 3, needed: true, hint: t("网格与居(村)委的联系；不写姓名、电话") });
  form.text("agreed", t("商定了什么"), { rows: 2 });
  form.end(t("记下联系"), async (values, files, beside) => {
    const units = { ...(values.grid ? { grid: Number(values.grid) } : {}), ...(values.committee ? { committee: Number(values.committee) } : {}) };
    const fields = { ...units, way: values.way ?? "", topics: values.topics ?? "", agreed: values.agreed ?? "" };
    const entry = await app.send({ name: "contact.file", label: t("联系：{text}", { text: short(values.topics) }), fields }, files, beside);
    if (!entry) return false;
    toast(t("已记下"));
    go("home");
    return true;
  }, "check");
  return { title: t("联系"), body: form.node };
}
