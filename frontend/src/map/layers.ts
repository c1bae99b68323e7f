/** The layers over the ground: areas and roads as thin lines, cases as dots (colour by clock, shape by kind), cells. */
import type { ExpressionSpecification, GeoJSONSource, Map as MapLibreMap } from "maplibre-gl";
import { EMPTY, type Collection } from "./places";
import { FONTS, token } from "./view";

const LOOKS = ["ok", "warn", "late", "held", "done", "red", "orange", "yellow", "blue"] as const;
/** The four colours of risk (双重预防). */
const RISKS: readonly string[] = ["red", "orange", "yellow", "blue"];
const SHAPES = ["circle", "square", "triangle", "diamond"] as const;
const SIZE = 44;

const WIDTHS: ExpressionSpecification = [
  "match", ["get", "kind"], "district", 2.2, "street", 1.6, "committee", 1, "road", 1.2, "track", 4, "walked", 0.2, "unwalked", 0.4, 0.7,
];
/** Small areas are named only when there is room for their names. */
const NAMED: ExpressionSpecification = [
  "step", ["zoom"], ["==", ["get", "kind"], "district"],
  11, ["in", ["get", "kind"], ["literal", ["district", "street"]]],
  13, ["in", ["get", "kind"], ["literal", ["street", "committee"]]],
  14.5, ["!=", ["get", "kind"], "road"],
] as unknown as ExpressionSpecification;

/** Ground that somebody on patrol came through. */
const WALKED: ExpressionSpecification = ["==", ["get", "kind"], "walked"];

function colourOf(look: (typeof LOOKS)[number]): string {
  if (look === "held") return token("--ll-held");
  if (RISKS.includes(look)) return token(`--ll-risk-${look}`);
  return look === "done" ? token("--ll-ink-3") : token(`--ll-${look}-bar`);
}

function trace(pen: CanvasRenderingContext2D, shape: (typeof SHAPES)[number], middle: number, radius: number): void {
  pen.beginPath();
  if (shape === "circle") pen.arc(middle, middle, radius, 0, 2 * Math.PI);
  else if (shape === "square") pen.rect(middle - radius * 0.9, middle - radius * 0.9, radius * 1.8, radius * 1.8);
  else {
    const corners = shape === "triangle" ? [-90, 30, 150] : [-90, 0, 90, 180];
    corners.forEach((angle, at) => {
      const [x, y] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
      pen[at ? "lineTo" : "moveTo"](middle + x * radius * 1.2, middle + y * radius * 1.2);
    });
    pen.closePath();
  }
}

/** Colour never stands alone: late carries a point, near its limit a bar, at rest two bars; done is hollow. Of risks red
 *  carries a point, orange two bars across, yellow one; blue none. */
function sign(pen: CanvasRenderingContext2D, look: (typeof LOOKS)[number]): void {
  const middle = SIZE / 2;
  const bar = (x: number, y: number, width: number, height: number): void => pen.fillRect(middle + x, middle + y, width, height);
  pen.fillStyle = token("--ll-surface");
  if (look === "warn" || look === "yellow") bar(-6, -1.5, 12, 3);
  if (look === "orange") [-5, 2].forEach((y) => bar(-6, y, 12, 3));
  if (look === "held") [-5, 2].forEach((x) => bar(x, -5, 3, 10));
  if (look === "late" || look === "red") {
    pen.beginPath();
    pen.arc(middle, middle, SIZE * 0.09, 0, 2 * Math.PI);
    pen.fill();
  }
  if (look === "done") {
    pen.strokeStyle = colourOf("done");
    pen.stroke();
  }
}

function mark(shape: (typeof SHAPES)[number], look: (typeof LOOKS)[number]): ImageData | null {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  trace(pen, shape, SIZE / 2, SIZE * 0.3);
  pen.lineWidth = 3;
  pen.strokeStyle = token("--ll-surface");
  pen.fillStyle = look === "done" ? token("--ll-surface") : colourOf(look);
  pen.fill();
  pen.stroke();
  sign(pen, look);
  return pen.getImageData(0, 0, SIZE, SIZE);
}

function addMarks(map: MapLibreMap): void {
  for (const shape of SHAPES) {
    for (const look of LOOKS) {
      const drawn = mark(shape, look);
      if (drawn) map.addImage(`${shape}-${look}`, drawn, { pixelRatio: 2 });
    }
  }
}

function addAreas(map: MapLibreMap): void {
  const isRoad: ExpressionSpecification = ["==", ["get", "kind"], "road"];
  map.addSource("areas", { type: "geojson", data: EMPTY, promoteId: "id" });
  map.addLayer({ id: "areas-fill", type: "fill", source: "areas", filter: ["all", ["!", isRoad], ["==", ["geometry-type"], "Polygon"]],
    paint: {
      "fill-color": ["match", ["get", "kind"], "walked", token("--ll-ok-bar"), "unwalked", token("--ll-late-bar"), token("--ll-brand")],
      "fill-opacity": ["case", WALKED, 0.35, ["==", ["get", "kind"], "unwalked"], 0.16, ["boolean", ["feature-state", "lit"], false], 0.14, 0.02],
    } });
  map.addLayer({ id: "areas-line", type: "line", source: "areas",
    paint: { "line-color": ["case", isRoad, token("--ll-map-road"), ["==", ["get", "kind"], "track"], token("--ll-accent"), token("--ll-map-area")], "line-width": WIDTHS } });
  map.addLayer({ id: "areas-name", type: "symbol", source: "areas", filter: NAMED,
    layout: { "text-field": ["get", "name"], "text-font": FONTS, "text-size": 12, "text-max-width": 9, "text-padding": 6 },
    paint: { "text-color": token("--ll-ink-3"), "text-halo-color": token("--ll-map-bg"), "text-halo-width": 1.5 } });
}

function addCases(map: MapLibreMap): void {
  const isCell: ExpressionSpecification = ["has", "count"];
  const lit: ExpressionSpecification = ["boolean", ["feature-state", "lit"], false];
  const chosen: ExpressionSpecification = ["boolean", ["feature-state", "chosen"], false];
  map.addSource("cases", { type: "geojson", data: EMPTY, promoteId: "id" });
  map.addLayer({ id: "cells", type: "circle", source: "cases", filter: isCell,
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["log10", ["max", 1, ["get", "count"]]], 0, 12, 2, 20, 5, 40],
      "circle-color": ["case", [">", ["coalesce", ["get", "late"], 0], 0], token("--ll-late-soft"), token("--ll-brand-soft")],
      "circle-stroke-color": ["case", [">", ["coalesce", ["get", "late"], 0], 0], token("--ll-late-bar"), token("--ll-brand")],
      "circle-stroke-width": ["case", lit, 3, 1.2], "circle-opacity": 0.92,
    } });
  map.addLayer({ id: "cells-count", type: "symbol", source: "cases", filter: isCell,
    layout: { "text-field": ["to-string", ["get", "count"]], "text-font": FONTS, "text-size": 12, "text-allow-overlap": true },
    paint: { "text-color": token("--ll-ink") } });
  map.addLayer({ id: "cases-halo", type: "circle", source: "cases", filter: ["!", isCell],
    paint: { "circle-radius": ["case", chosen, 15, lit, 13, 0], "circle-color": token("--ll-accent"), "circle-opacity": ["case", chosen, 0.45, 0.3] } });
  map.addLayer({ id: "cases-mark", type: "symbol", source: "cases", filter: ["!", isCell],
    layout: {
      "icon-image": ["concat", ["coalesce", ["get", "shape"], "circle"], "-", ["get", "look"]],
      "icon-allow-overlap": true, "icon-padding": 0,
    } });
}

/** All sources and layers, empty. Called again when the theme changes, after `map.setStyle`. */
export function addLayers(map: MapLibreMap): void {
  addMarks(map);
  addAreas(map);
  addCases(map);
}

export function fill(map: MapLibreMap, source: "areas" | "cases", content: Collection): void {
  map.getSource<GeoJSONSource>(source)?.setData(content as unknown as GeoJSON.FeatureCollection);
}
