/** The map: my area, my tasks in nearest-next order, me. Loaded only when it is opened; works from what the phone has. */
import type { App } from "../app";
import type { Roads, Work } from "../contract";
import { metres, nearestNext, type Fix } from "../phone/place";
import { badge, empty, list, make, note, row, section } from "../ui/pieces";
import { distanceWords, limitWords, t } from "../ui/say";
import { link, type Screen } from "./screen";

function orderList(ordered: readonly Work[], here: Fix | null): HTMLElement {
  let from: { lon: number; lat: number } | null = here;
  let sum = 0;
  const rows = ordered.map((work, at) => {
    const to = work.lon !== null && work.lat !== null ? { lon: work.lon, lat: work.lat } : null;
    const leg = from && to ? metres(from, to) : 0;
    sum += leg;
    if (to) from = to;
    const limit = limitWords(work.due_at);
    const words = [leg ? `+${distanceWords(leg)}` : "", work.address].filter(Boolean).join(" · ");
    return row(link("work", work.about), `${at + 1}. ${work.title}`, [...(limit ? [badge(limit.words, limit.look)] : []), words]);
  });
  return section(sum ? t("按就近顺序（直线共 {far}）", { far: distanceWords(sum) }) : t("按就近顺序"), list(...rows));
}

export async function map(app: App, [chosen = ""]: string[]): Promise<Screen> {
  const box = make("div", { class: "f-map" });
  const order = make("div");
  const sources = app.source<Partial<Roads>>("roads", {}).sources ?? [];
  const thanks = sources.length ? [make("p", { class: "f-map-source" }, `${t("路网")} ${sources.join(" · ")}`)] : [];
  const body = make("div", { class: "f-map-page" }, box, ...thanks, order);
  const drawn = await import("./map-drawn").then(({ draw }) => draw, () => null);
  let shown: { show(ordered: readonly Work[], here: Fix | null): void; end(): void } | null = null;
  const show = (): void => {
    const ordered = nearestNext(app.work, app.where.last);
    shown?.show(ordered, app.where.last);
    order.replaceChildren(ordered.length ? orderList(ordered, app.where.last) : empty(t("现在没有任务"), t("有了任务，这里按就近顺序排好。"), "map-2"));
  };
  if (!drawn) box.replaceWith(note(t("地图还没有存到本机，联网打开一次后离线也能看。下面是同样内容的列表。"), "warn"));
  requestAnimationFrame(() => {
    shown = drawn?.(box, app, chosen) ?? null;
    if (drawn && !shown) box.replaceWith(note(t("这台手机画不出地图，下面是同样内容的列表。"), "warn"));
    show();
  });
  show();
  let last = 0;
  const stop = app.where.follow(() => {
    if (Date.now() - last < 3000) return;
    last = Date.now();
    show();
  });
  return {
    title: t("地图"), tab: "map", body, refresh: show,
    leave: () => {
      stop();
      shown?.end();
    },
  };
}
