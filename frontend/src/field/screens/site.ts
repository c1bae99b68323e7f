/** A place: what it is, and what may be done there — log entry, inspection, report. Also what `/s/<tag>` leads to. */
import type { App } from "../app";
import type { Site } from "../contract";
import { metres } from "../phone/place";
import { big, empty, facts, make, note } from "../ui/pieces";
import { distanceWords, t } from "../ui/say";
import { myRings } from "../ui/place-field";
import { sketch } from "../ui/sketch";
import { siteByTag } from "./scan";
import { go, type Screen } from "./screen";

export function siteOf(app: App, id: string): Site | undefined {
  return app.source<Site[]>("sites", []).find((site) => site.id === id);
}

function away(app: App, site: Site): string {
  const here = app.where.last;
  return here ? distanceWords(metres(here, site)) : "";
}

function page(app: App, site: Site, tag: string): HTMLElement {
  const walk = app.walking.walk;
  const doing = [
    ...(walk ? [big(t("记一条巡查"), "walk", () => go("point", tag, site.id), "main")] : []),
    ...(site.is_object === false ? [] : [big(t("检查"), "checklist", () => go("inspect", site.id, tag), walk ? "plain" : "main")]),
    big(t("报隐患"), "alert-triangle", () => go("hazard", "", site.id), "plain"),
    big(t("走访"), "home", () => go("visit", "", "", site.id), "plain"),
  ];
  return make("div", {},
    make("h2", { class: "f-title" }, site.name),
    facts([[t("编号"), site.code], [t("种类"), site.kind], [t("地址"), site.address ?? ""], [t("巡查类别"), site.target ?? ""], [t("风险"), site.colour ?? ""], [t("离我"), away(app, site)]]),
    make("div", { class: "f-stack" }, ...doing),
    sketch([{ lon: site.lon, lat: site.lat, look: "thing" }, ...(app.where.last ? [app.where.last] : [])], myRings(app)),
  );
}

function unknown(tag: string): HTMLElement {
  return make("div", { class: "f-stack" },
    empty(t("本机没有这个场所"), t("它可能不在您的片区，或刚登记；码已认出，可以照样巡查和上报，由平台核对。"), "qrcode"),
    big(t("记一条巡查"), "walk", () => go("point", tag), "main"),
    big(t("上报"), "camera-plus", () => go("report"), "plain"),
  );
}

export async function siteByCode(app: App, [tag = ""]: string[]): Promise<Screen> {
  const site = await siteByTag(app, tag);
  return { title: t("场所"), body: site ? page(app, site, tag) : unknown(tag) };
}

export function site(app: App, [id = ""]: string[]): Screen {
  const found = siteOf(app, id);
  const body = found ? page(app, found, "") : empty(t("本机没有这个场所"), t("联网后再看看。"), "building");
  if (found) body.prepend(note(t("没有扫码：到点由定位证实"), "plain"));
  return { title: t("场所"), body };
}
