/** What the server sends to maps, and small geometry on it. Positions are degrees, WGS84. */
export type Position = [lon: number, lat: number];
export type Look = "ok" | "warn" | "late" | "held" | "done" | "red" | "orange" | "yellow" | "blue";
export type Box = [west: number, south: number, east: number, north: number];

export interface CaseProperties {
  id: string;
  title: string;
  look: Look;
  /** circle, square, triangle or diamond, by kind of case */
  shape?: string;
  number?: string;
  url?: string;
}

export interface CellProperties {
  count: number;
  late?: number;
}

export interface Feature<P = Record<string, unknown>> {
  type: "Feature";
  id?: string | number;
  properties: P;
  geometry: { type: string; coordinates: unknown };
}

export interface Collection<P = Record<string, unknown>> {
  type: "FeatureCollection";
  features: Feature<P>[];
}

export const EMPTY = { type: "FeatureCollection" as const, features: [] as never[] };

/** True for a cell that stands for several cases. */
export function isCell(feature: Feature): boolean {
  return typeof feature.properties.count === "number";
}

/** All positions of any geometry, however deep they lie. */
export function positionsOf(coordinates: unknown): Position[] {
  if (!Array.isArray(coordinates)) return [];
  if (typeof coordinates[0] === "number" && typeof coordinates[1] === "number") return [[coordinates[0], coordinates[1]]];
  return coordinates.flatMap(positionsOf);
}

/** The box around all features, or null when there are none. */
export function boxOf(collection: Collection): Box | null {
  const positions = collection.features.flatMap((feature) => positionsOf(feature.geometry.coordinates));
  if (positions.length === 0) return null;
  const lons = positions.map((one) => one[0]);
  const lats = positions.map((one) => one[1]);
  const least = (numbers: number[]) => numbers.reduce((a, b) => Math.min(a, b));
  const most = (numbers: number[]) => numbers.reduce((a, b) => Math.max(a, b));
  return [least(lons), least(lats), most(lons), most(lats)];
}

/** `address` with the map's box and zoom added to what it already asks. */
export function askFor(address: string, box: Box, zoom: number): string {
  const url = new URL(address, location.href);
  url.searchParams.set("bbox", box.map((number) => number.toFixed(5)).join(","));
  url.searchParams.set("zoom", zoom.toFixed(1));
  return url.href;
}

const METRES_PER_DEGREE = 111_320;

/** Area of a ring in square metres, on a plane laid at its first corner: exact enough for a grid. */
export function areaOf(ring: readonly Position[]): number {
  const first = ring[0];
  if (!first || ring.length < 3) return 0;
  const squeeze = Math.cos((first[1] * Math.PI) / 180);
  let twice = 0;
  ring.forEach(([lon, lat], at) => {
    const [nextLon, nextLat] = ring[(at + 1) % ring.length] ?? first;
    twice += (lon - first[0]) * (nextLat - first[1]) - (nextLon - first[0]) * (lat - first[1]);
  });
  return (Math.abs(twice) / 2) * METRES_PER_DEGREE * METRES_PER_DEGREE * squeeze;
}

/** `0.12 km²` or `850 m²`. */
export function areaWords(square: number): string {
  return square >= 100_000 ? `${(square / 1e6).toFixed(2)} km²` : `${Math.round(square)} m²`;
}
