/** What MapLibre draws: the chunk that only the map screen loads. */
import "maplibre-gl/dist/maplibre-gl.css";
import { Marker, setWorkerUrl, type GeoJSONSource, type Map as MapLibreMap } from "maplibre-gl";
import { fit, open, token } from "../../map/view";
import type { Box } from "../../map/places";
import type { App } from "../app";
import type { Roads, Work } from "../contract";
import type { Fix } from "../phone/place";
import { areaRings, myRings } from "../ui/place-field";
import { limitWords } from "../ui/say";
import { go } from "./screen";

// A worker of another folder is beyond the service worker, and the map would not open without network.
setWorkerUrl(new URL("map-worker.js", location.origin + location.pathname).href);

type Drawn = { show(ordered: readonly Work[], here: Fix | null): void; end(): void };

const lines = (rings: [number, number][][]): GeoJSON.FeatureCollection => ({
  type: "FeatureCollection",
  features: rings.map((ring) => ({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: ring } })),
});

function boxOf(points: readonly (readonly [number, number])[]): Box | null {
  if (!points.length) return null;
  const [lons, lats] = [points.map(([lon]) => lon), points.map(([, lat]) => lat)];
  const pad = 0.0008;
  return [Math.min(...lons) - pad, Math.min(...lats) - pad, Math.max(...lons) + pad, Math.max(...lats) + pad];
}

const placed = (work: Work): work is Work & { lon: number; lat: number } => work.lon !== null && work.lat !== null;

const NAMED = 40;
const NEAR_ZOOM = 14;

/** The road's name stands at the middle of its longest line. */
function middle(lines: readonly [number, number][][]): [number, number] | null {
  const longest = [...lines].sort((a, b) => b.length - a.length)[0] ?? [];
  return longest[longest.length >> 1] ?? null;
}

function addRoads(map: MapLibreMap, box: HTMLElement, roads: Roads["roads"]): void {
  map.addSource("roads", { type: "geojson", data: lines(roads.flatMap((road) => road.lines)) });
  map.addLayer({
    id: "roads", type: "line", source: "roads", layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": token("--ll-map-road"), "line-width": ["interpolate", ["linear"], ["zoom"], 12, 1, 17, 7] },
  });
  for (const road of roads.slice(0, NAMED)) {
    const at = middle(road.lines);
    const name = document.createElement("span");
    name.className = "f-road-name";
    name.textContent = road.name;
    if (at) new Marker({ element: name }).setLngLat(at).addTo(map);
  }
  const near = (): boolean => box.classList.toggle("is-near", map.getZoom() >= NEAR_ZOOM);
  map.on("zoom", near);
  near();
}

function addGround(map: MapLibreMap, app: App, box: HTMLElement): void {
  const add = (id: string, rings: [number, number][][], colour: string, width: number): void => {
    map.addSource(id, { type: "geojson", data: lines(rings) });
    map.addLayer({ id, type: "line", source: id, paint: { "line-color": token(colour), "line-width": width } });
  };
  addRoads(map, box, app.source<Partial<Roads>>("roads", {}).roads ?? []);
  add("neighbours", areaRings(app, false), "--ll-map-area", 0.8);
  add("mine", myRings(app), "--ll-brand", 2.4);
  add("way", [], "--ll-accent", 2);
}

function number(at: number, work: Work): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = `f-pin is-${limitWords(work.due_at)?.look ?? "ok"}`;
  button.textContent = String(at + 1);
  button.setAttribute("aria-label", work.title);
  button.addEventListener("click", () => go("work", work.about));
  return button;
}

/** Null where the browser cannot draw a map. */
export function draw(box: HTMLElement, app: App, chosen: string): Drawn | null {
  const begin = app.work.filter(placed).map(({ lon, lat }) => [lon, lat] as const);
  const one = app.work.filter(placed).find(({ about }) => about === chosen);
  const bounds = boxOf(one ? [[one.lon, one.lat]] : [...begin, ...myRings(app).flat()]);
  let map: MapLibreMap;
  try {
    map = open(box, bounds ? { bounds } : {});
  } catch {
    // No WebGL: the list below the map has the same content.
    return null;
  }
  const pins: Marker[] = [];
  let me: Marker | null = null;
  let latest: [readonly Work[], Fix | null] = [[], null];
  const show = (ordered: readonly Work[], here: Fix | null): void => {
    latest = [ordered, here];
    if (!map.getSource("way")) return;
    pins.splice(0).forEach((pin) => pin.remove());
    const some = ordered.filter(placed);
    some.forEach((work, at) => pins.push(new Marker({ element: number(at, work), anchor: "center" }).setLngLat([work.lon, work.lat]).addTo(map)));
    const way: [number, number][] = [...(here ? [[here.lon, here.lat] as [number, number]] : []), ...some.map(({ lon, lat }) => [lon, lat] as [number, number])];
    map.getSource<GeoJSONSource>("way")?.setData(lines(way.length > 1 ? [way] : []));
    if (!here) return;
    me ??= new Marker({ color: token("--ll-accent") }).setLngLat([here.lon, here.lat]).addTo(map);
    me.setLngLat([here.lon, here.lat]);
  };
  map.on("load", () => {
    addGround(map, app, box);
    if (bounds) fit(map, bounds);
    show(...latest);
  });
  return { show, end: () => map.remove() };
}
