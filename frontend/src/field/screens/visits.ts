/** 走访 and 联系: short forms; no names or telephone numbers in the words. */
import type { App } from "../app";
import { Form } from "../ui/form";
import { icon, make, note, toast } from "../ui/pieces";
import { placeField } from "../ui/place-field";
import { t } from "../ui/say";
import { againFrom, sending, short } from "./report";
import { go, type Screen } from "./screen";
import { siteOf } from "./site";

const PURPOSES = (): [string, string][] => [
  ["routine", t("日常走访")], ["elder", t("看望老人")], ["help", t("困难帮扶")], ["safety", t("安全提醒")], ["dispute", t("矛盾调处")], ["policy", t("政策宣传")], ["other", t("其他")],
];

export async function visit(app: App, [id = "", present = "", at = ""]: string[]): Promise<Screen> {
  const again = await againFrom(app, id);
  const site = siteOf(app, at);
  const form = await Form.open(app, `visit/${id}${at}`, { met: "yes", ...again?.entry.fields }, again?.photos ?? []);
  if (again) form.add(note(t("平台的答复：{message}", { message: again.entry.answer?.message ?? "" }), "warn"));
  if (site) form.add(make("h2", { class: "f-title" }, site.name));
  if (present) form.add(make("p", { class: "f-proof" }, icon("user-check"), t("已扫到对方的在场码")));
  form.choice("purpose", t("为什么走访"), PURPOSES());
  form.choice("met", t("见到人了吗"), [["yes", t("见到了")], ["no", t("没见到")]]);
  form.text("address", t("地址"), { hint: t("门牌、楼层、房间，或旁边的明显标志") });
  form.text("note", t("说了什么"), { rows: 3, hint: t("不写姓名、电话、证件号") });
  form.photos(t("拍照"), "report").add(placeField(form));
  form.end(t("记下走访"), sending(app, again, (values) => ({
    name: "visit.file", label: t("走访：{text}", { text: short(values.note || values.address) }),
    fields: {
      address: values.address ?? "", purpose: values.purpose ?? "", met: values.met !== "no", note: values.note ?? "",
      lon: values.lon ?? null, lat: values.lat ?? null, accuracy_m: values.accuracy_m ?? null,
      ...(site ? { site: site.id } : {}), ...(present ? { present } : {}),
    },
  })), "check");
  return { title: t("走访"), body: form.node };
}

export async function contact(app: App): Promise<Screen> {
  const form = await Form.open(app, "contact");
  form.choice("way", t("怎么联系"), [["meeting", t("当面")], ["phone", t("电话")], ["group", t("群里")], ["visit", t("上门")]]);
  form.text("topics", t("说了哪些事"), { rows: 3, needed: true, hint: t("网格与居(村)委的联系；不写姓名、电话") });
  form.text("agreed", t("商定了什么"), { rows: 2 });
  form.end(t("记下联系"), async (values, files, beside) => {
    const fields = { way: values.way ?? "", topics: values.topics ?? "", agreed: values.agreed ?? "" };
    const entry = await app.send({ name: "contact.file", label: t("联系：{text}", { text: short(values.topics) }), fields }, files, beside);
    if (!entry) return false;
    toast(t("已记下"));
    go("home");
    return true;
  }, "check");
  return { title: t("联系"), body: form.node };
}
