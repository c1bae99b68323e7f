/** One MapLibre map in our own quiet style: no address but our server's, unless a tile server is configured. */
import { LngLatBounds, Map as MapLibreMap, setWorkerUrl, type StyleSpecification } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { jsonOf } from "../kit/dom";
import { t } from "../kit/words";
import type { Box } from "./places";

setWorkerUrl(new URL(workerUrl, import.meta.url).href);

/** Tiles a deployment may put under our lines (`settings.BASE_MAP`). */
export interface BaseMap {
  tiles?: string[];
  attribution?: string;
  max_zoom?: number;
  /** position system of the tiles: wgs84 (default), gcj02 or bd09 */
  crs?: string;
}

export interface Start {
  lon?: number;
  lat?: number;
  zoom?: number;
  bounds?: Box;
}

export const FONTS = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"];
const WHOLE_CITY: Required<Pick<Start, "lon" | "lat" | "zoom">> = { lon: 121.42, lat: 31.22, zoom: 11 };

export const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function baseMap(): BaseMap {
  return jsonOf<BaseMap>("base-map") ?? {};
}

function ground(): StyleSpecification {
  const { tiles, attribution = "", max_zoom: maxzoom = 18 } = baseMap();
  const background = { id: "ground", type: "background" as const, paint: { "background-color": token("--ll-map-bg") } };
  if (!tiles?.length) return { version: 8, sources: {}, layers: [background] };
  return {
    version: 8,
    sources: { tiles: { type: "raster", tiles, tileSize: 256, maxzoom, attribution } },
    layers: [background, { id: "tiles", type: "raster", source: "tiles", paint: { "raster-opacity": 0.75, "raster-saturation": -0.5 } }],
  };
}

/** Opens a map in `box`. Throws where the browser cannot draw one; the caller then shows its list. */
export function open(box: HTMLElement, start: Start): MapLibreMap {
  const map = new MapLibreMap({
    container: box,
    style: ground(),
    center: [start.lon ?? WHOLE_CITY.lon, start.lat ?? WHOLE_CITY.lat],
    zoom: start.zoom ?? WHOLE_CITY.zoom,
    ...(start.bounds && { bounds: start.bounds, fitBoundsOptions: { padding: 24, maxZoom: 16 } }),
    attributionControl: baseMap().attribution ? { compact: true } : false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxZoom: 19,
    fadeDuration: 0,
    locale: { "Map.Title": t("地图"), "NavigationControl.ZoomIn": t("放大"), "NavigationControl.ZoomOut": t("缩小") },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  return map;
}

export function boxShown(map: MapLibreMap): Box {
  const bounds = map.getBounds();
  return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
}

export function fit(map: MapLibreMap, box: Box): void {
  map.fitBounds(new LngLatBounds(box), { padding: 24, maxZoom: 16, animate: false });
}

/** The numbers of `data-lon`, `data-lat`, `data-zoom` and `data-bounds="w,s,e,n"`. */
export function startOf(dataset: DOMStringMap): Start {
  const number = (text: string | undefined): number | undefined => (text ? Number(text) : undefined);
  const start: Start = {};
  const [lon, lat, zoom] = [number(dataset.lon), number(dataset.lat), number(dataset.zoom)];
  if (lon !== undefined && lat !== undefined) Object.assign(start, { lon, lat, zoom: zoom ?? 15 });
  const box = dataset.bounds?.split(",").map(Number) ?? [];
  if (box.length === 4) start.bounds = box as Box;
  return start;
}
