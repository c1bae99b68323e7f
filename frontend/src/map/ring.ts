/** The corners of one outline while somebody draws it: every change can be undone. Knows no map.
 *
 * Holes of the part that is edited and the other parts of a boundary are carried along unchanged.
 */
import { areaOf, type Position } from "./places";

const MOST_UNDO = 200;

export interface Geometry {
  type: string;
  coordinates: unknown;
}

type Rings = Position[][];

interface State {
  corners: Position[];
  holes: Rings;
  rest: Rings[];
}

export class Ring {
  #corners: Position[] = [];
  #holes: Rings = [];
  #rest: Rings[] = [];
  #before: State[] = [];

  constructor(corners: readonly Position[] = []) {
    this.#corners = [...corners];
  }

  /** From a GeoJSON polygon or multi-polygon; of several parts the largest is edited first. */
  static from(geometry: Geometry | null): Ring {
    if (!geometry) return new Ring();
    const parts = (geometry.type === "MultiPolygon" ? geometry.coordinates : [geometry.coordinates]) as Rings[];
    const [largest = [], ...rest] = [...parts].sort((a, b) => areaOf(b[0] ?? []) - areaOf(a[0] ?? []));
    const ring = new Ring(opened(largest[0] ?? []));
    ring.#holes = largest.slice(1);
    ring.#rest = rest;
    return ring;
  }

  /** How many parts the boundary has. */
  get parts(): number {
    return this.#rest.length + 1;
  }

  get corners(): readonly Position[] {
    return this.#corners;
  }

  get canUndo(): boolean {
    return this.#before.length > 0;
  }

  /** Adds a corner where it makes the outline least longer. */
  add(corner: Position): number {
    const at = this.#corners.length < 3 ? this.#corners.length : this.#cheapest(corner);
    this.#change([...this.#corners.slice(0, at), corner, ...this.#corners.slice(at)]);
    return at;
  }

  /** Moves a corner; `isNew` begins a new step to undo, else the drag going on is continued. */
  move(at: number, to: Position, isNew: boolean): void {
    const moved = this.#corners.map((corner, index) => (index === at ? to : corner));
    if (isNew) this.#change(moved);
    else this.#corners = moved;
  }

  remove(at: number): void {
    this.#change(this.#corners.filter((_corner, index) => index !== at));
  }

  /** Takes everything away, holes and other parts too. */
  clear(): void {
    this.#change([]);
    [this.#holes, this.#rest] = [[], []];
  }

  undo(): void {
    const before = this.#before.pop();
    if (before) ({ corners: this.#corners, holes: this.#holes, rest: this.#rest } = before);
  }

  /** Goes on with the next part; the one left stays as it is now. */
  next(): void {
    const [part, ...others] = this.#rest;
    if (!part) return;
    const left = this.#part();
    this.#change(opened(part[0] ?? []));
    [this.#holes, this.#rest] = [part.slice(1), left ? [...others, left] : others];
  }

  /** The whole boundary as GeoJSON, outlines closed and counter-clockwise; null when nothing of it is an outline. */
  polygon(): Geometry | null {
    const part = this.#part();
    const [first, ...more] = part ? [part, ...this.#rest] : this.#rest;
    if (!first) return null;
    return more.length ? { type: "MultiPolygon", coordinates: [first, ...more] } : { type: "Polygon", coordinates: first };
  }

  /** Square metres of the whole boundary. */
  area(): number {
    const parts = [[this.#corners, ...this.#holes], ...this.#rest];
    return parts.reduce((sum, [outer = [], ...holes]) => holes.reduce((left, hole) => left - areaOf(hole), sum + areaOf(outer)), 0);
  }

  #part(): Rings | null {
    const first = this.#corners[0];
    if (!first || this.#corners.length < 3) return null;
    const turned = signedArea(this.#corners) < 0 ? [first, ...this.#corners.slice(1).reverse()] : this.#corners;
    return [[...turned, first], ...this.#holes];
  }

  /** True when two sides cross. */
  crosses(): boolean {
    const n = this.#corners.length;
    for (let a = 0; a < n; a++) {
      for (let b = a + 2; b < n; b++) {
        if (a === 0 && b === n - 1) continue;
        if (meet(this.#at(a), this.#at(a + 1), this.#at(b), this.#at(b + 1))) return true;
      }
    }
    return false;
  }

  #at(index: number): Position {
    return this.#corners[index % this.#corners.length] ?? [0, 0];
  }

  #cheapest(corner: Position): number {
    let best = this.#corners.length;
    let least = Infinity;
    this.#corners.forEach((from, index) => {
      const to = this.#at(index + 1);
      const longer = away(from, corner) + away(corner, to) - away(from, to);
      if (longer < least) [least, best] = [longer, index + 1];
    });
    return best;
  }

  #change(corners: Position[]): void {
    this.#before.push({ corners: this.#corners, holes: this.#holes, rest: this.#rest });
    if (this.#before.length > MOST_UNDO) this.#before.shift();
    this.#corners = corners;
  }
}

/** A ring without the corner that closes it. */
function opened(ring: readonly Position[]): Position[] {
  const [first, last] = [ring[0], ring[ring.length - 1]];
  const isClosed = ring.length > 1 && first?.[0] === last?.[0] && first?.[1] === last?.[1];
  return isClosed ? ring.slice(0, -1) : [...ring];
}

function away(a: Position, b: Position): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

function signedArea(ring: readonly Position[]): number {
  return ring.reduce((sum, [lon, lat], at) => {
    const next = ring[(at + 1) % ring.length] ?? [0, 0];
    return sum + lon * next[1] - next[0] * lat;
  }, 0);
}

function side(a: Position, b: Position, c: Position): number {
  return Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
}

function meet(a: Position, b: Position, c: Position, d: Position): boolean {
  return side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b);
}
