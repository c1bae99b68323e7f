/** Where it is: the phone's position with its exactness, corrected by a touch, and an address in words. */
import type { App } from "../app";
import { metres, type Fix } from "../phone/place";
import { icon, make } from "./pieces";
import type { Form } from "./form";
import { t } from "./say";
import { ringsOf, sketch } from "./sketch";

const FINE_M = 50;

interface Area {
  areas?: { features: { properties: { mine: boolean } }[] };
}

/** Boundaries taken along: mine, or those next to mine. */
export function areaRings(app: App, isMine: boolean): ReturnType<typeof ringsOf> {
  const features = app.source<Area>("area", {}).areas?.features ?? [];
  return ringsOf(features.filter(({ properties }) => properties.mine === isMine));
}

export function myRings(app: App): ReturnType<typeof ringsOf> {
  return areaRings(app, true);
}

/** Sets lon, lat and accuracy_m of the form; a position touched by hand is not moved by the phone any more. */
export function placeField(form: Form, { needed = false } = {}): HTMLElement {
  const { app, values } = form;
  const says = make("p", { class: "f-hint", "aria-live": "polite" });
  const drawing = make("div");
  let byHand = false;
  /** The last position that the phone gave this form; none while it shows that of a draft or of what was sent before. */
  let held: Fix | null = null;
  const show = (): void => {
    const [lon, lat, accuracy] = [values.lon, values.lat, values.accuracy_m].map((one) => (typeof one === "number" ? one : null));
    const known = typeof lon === "number" && typeof lat === "number";
    const spot = known ? [{ lon, lat, ...(accuracy ? { accuracy_m: accuracy } : {}) }] : [];
    drawing.replaceChildren(sketch(spot, myRings(app), move));
    says.replaceChildren(icon(known ? "current-location" : "map-pin-off"), words(known, accuracy ?? null, byHand));
  };
  const move = (at: { lon: number; lat: number }): void => {
    byHand = true;
    take({ lon: round(at.lon), lat: round(at.lat), accuracy_m: 0, at: Date.now() });
  };
  const take = (fix: Fix): void => {
    Object.assign(values, { lon: fix.lon, lat: fix.lat, accuracy_m: fix.accuracy_m });
    form.set("lon", fix.lon);
    show();
  };
  const isElsewhere = (fix: Fix): boolean => held !== null && metres(held, fix) > held.accuracy_m + fix.accuracy_m;
  const better = (fix: Fix): boolean => typeof values.accuracy_m !== "number" || fix.accuracy_m <= values.accuracy_m || values.accuracy_m > FINE_M || isElsewhere(fix);
  const node = make("div", { class: "f-field" }, make("div", { class: "f-label" }, t("位置")), drawing, says);
  let shown = false;
  let stop: () => void = () => undefined;
  stop = app.where.follow((fix) => {
    if (!node.isConnected && shown) stop();
    else if (fix && !byHand && better(fix)) take((held = fix));
  });
  requestAnimationFrame(() => (shown = true));
  show();
  if (needed) form.check(node, () => (typeof values.lon === "number" || values.address ? "" : t("没有定位，请写明地址")));
  return node;
}

function words(known: boolean, accuracy: number | null, byHand: boolean): string {
  if (!known) return t("正在定位…室内收不到信号时，写明地址也可以。");
  if (byHand) return t("位置由您在图上点定");
  return t("误差约 {m} 米；点图可以改", { m: accuracy ?? 0 });
}

const round = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;
