/** A small drawing of the area with the position and how exact it is: enough without a map, and always there. */
import { make } from "../../kit/dom";
import { distanceWords } from "./say";

const NAMESPACE = "http://www.w3.org/2000/svg";
const WIDTH = 320;
const HEIGHT = 180;

export type Ring = [number, number][];
export interface Spot {
  lon: number;
  lat: number;
  accuracy_m?: number;
  look?: "here" | "thing" | "done";
}

type Shape = { type: string; coordinates?: unknown; geometries?: Shape[] };

/** The outer rings of any GeoJSON the server gave. */
export function ringsOf(content: unknown): Ring[] {
  if (Array.isArray(content)) return content.flatMap(ringsOf);
  if (typeof content !== "object" || content === null) return [];
  const found = content as { type?: string; features?: unknown[]; geometry?: unknown; coordinates?: unknown };
  if (found.features) return found.features.flatMap(ringsOf);
  if (found.geometry) return ringsOf(found.geometry);
  const shape = found as Shape;
  if (shape.type === "Polygon") return (shape.coordinates as Ring[]).slice(0, 1);
  if (shape.type === "MultiPolygon") return (shape.coordinates as Ring[][]).flatMap((polygon) => polygon.slice(0, 1));
  if (shape.type === "LineString") return [shape.coordinates as Ring];
  return [];
}

function element(name: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

interface Window {
  x: (lon: number) => number;
  y: (lat: number) => number;
  lonLat: (x: number, y: number) => { lon: number; lat: number };
  perMetre: number;
}

/** The part of the earth that shows all spots, at least 240 m wide. */
function windowOf(spots: readonly Spot[], rings: readonly Ring[]): Window {
  const points: Ring = spots.length ? spots.map(({ lon, lat }) => [lon, lat]) : rings.flat();
  const [lons, lats] = [points.map(([lon]) => lon), points.map(([, lat]) => lat)];
  const middle = { lon: (Math.min(...lons) + Math.max(...lons)) / 2, lat: (Math.min(...lats) + Math.max(...lats)) / 2 };
  const eastM = 111_195 * Math.cos((middle.lat * Math.PI) / 180);
  const needed = Math.max(240, ...spots.map((spot) => (spot.accuracy_m ?? 0) * 2.6));
  const wide = Math.max(needed, (Math.max(...lons) - Math.min(...lons)) * eastM * 1.25);
  const high = Math.max(needed * 0.56, (Math.max(...lats) - Math.min(...lats)) * 111_195 * 1.25);
  const perMetre = Math.min(WIDTH / wide, HEIGHT / high);
  return {
    perMetre,
    x: (lon) => WIDTH / 2 + (lon - middle.lon) * eastM * perMetre,
    y: (lat) => HEIGHT / 2 - (lat - middle.lat) * 111_195 * perMetre,
    lonLat: (x, y) => ({
      lon: middle.lon + (x - WIDTH / 2) / (eastM * perMetre),
      lat: middle.lat - (y - HEIGHT / 2) / (111_195 * perMetre),
    }),
  };
}

/** A bar of a round length, so that one sees how near things are. */
function scale(perMetre: number): SVGElement[] {
  const length = [20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000].find((m) => m * perMetre >= 44) ?? 20_000;
  const width = length * perMetre;
  const bar = element("path", { d: `M12 ${HEIGHT - 14}v5h${width.toFixed(1)}v-5`, class: "scale" });
  const words = element("text", { x: 12 + width / 2, y: HEIGHT - 14, class: "scale-words" });
  words.textContent = distanceWords(length);
  return [bar, words];
}

/** `pressed` is told where the drawing was touched, to correct a position by hand. */
export function sketch(spots: readonly Spot[], rings: readonly Ring[], pressed?: (at: { lon: number; lat: number }) => void): HTMLElement {
  const box = make("div", { class: "f-sketch" });
  if (!spots.length && !rings.length) return box;
  const view = windowOf(spots, rings);
  const svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" });
  for (const ring of rings) {
    const points = ring.map(([lon, lat]) => `${view.x(lon).toFixed(1)},${view.y(lat).toFixed(1)}`).join(" ");
    svg.append(element("polygon", { points, class: "area" }));
  }
  for (const { lon, lat, accuracy_m, look = "here" } of spots) {
    const at = { cx: view.x(lon).toFixed(1), cy: view.y(lat).toFixed(1) };
    if (accuracy_m) svg.append(element("circle", { ...at, r: (accuracy_m * view.perMetre).toFixed(1), class: "round" }));
    svg.append(element("circle", { ...at, r: 6, class: `spot is-${look}` }));
  }
  svg.append(...scale(view.perMetre));
  box.append(svg);
  if (pressed) {
    svg.addEventListener("click", (event) => {
      const frame = svg.getBoundingClientRect();
      const scale = WIDTH / frame.width;
      pressed(view.lonLat((event.clientX - frame.left) * scale, (event.clientY - frame.top) * scale));
    });
  }
  return box;
}
