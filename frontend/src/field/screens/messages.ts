/** Messages: read offline too; that they were read is told when there is network. */
import type { App } from "../app";
import type { Message } from "../contract";
import { badge, empty, list, make, row } from "../ui/pieces";
import { clock, t } from "../ui/say";
import { link, type Screen } from "./screen";

function isRead(app: App, message: Message): boolean {
  return message.read || app.queue.all.some(({ name, fields }) => name === "message.read" && Array.isArray(fields.ids) && fields.ids.includes(message.id));
}

export function unread(app: App): number {
  return app.source<Message[]>("messages", []).filter((message) => !isRead(app, message)).length;
}

export function messages(app: App): Screen {
  const body = make("div");
  const show = (): void => {
    const all = app.source<Message[]>("messages", []);
    const rows = all.map((message) =>
      row(link("message", String(message.id)), message.title, [...(isRead(app, message) ? [] : [badge(t("未读"), "brand")]), clock(message.at)], "message"));
    body.replaceChildren(rows.length ? list(...rows) : empty(t("没有消息"), t("派单、催办、急报和回复会出现在这里。"), "bell"));
  };
  show();
  return { title: t("消息"), tab: "messages", body, refresh: show };
}

export async function message(app: App, [id = ""]: string[]): Promise<Screen> {
  const found = app.source<Message[]>("messages", []).find((one) => String(one.id) === id);
  if (!found) return { title: t("消息"), body: empty(t("没有这条消息"), t("只保留最近 50 条。"), "bell") };
  if (!isRead(app, found)) await app.send({ name: "message.read", label: t("已读：{title}", { title: found.title }), fields: { ids: [found.id] } });
  const number = /[A-Z]+-?\d[\dA-Z-]{4,}/.exec(`${found.title} ${found.text}`)?.[0] ?? "";
  const work = app.work.find((one) => number && one.number === number);
  const body = make("article", {}, make("h2", { class: "f-title" }, found.title), make("p", { class: "f-hint" }, clock(found.at)), make("p", { class: "f-text" }, found.text));
  if (work) body.append(list(row(link("work", work.about), work.title, [work.state_label], "file-text")));
  return { title: t("消息"), body };
}
