/** The corners of one polygon while somebody draws it: every change can be undone. Knows no map. */
import type { Position } from "./places";

const MOST_UNDO = 200;

export interface Geometry {
  type: string;
  coordinates: unknown;
}

export class Ring {
  #corners: Position[] = [];
  #before: Position[][] = [];

  constructor(corners: readonly Position[] = []) {
    this.#corners = [...corners];
  }

  /** From a GeoJSON polygon (its outer ring) or, of a multi-polygon, the largest part's. */
  static from(geometry: Geometry | null): Ring {
    if (!geometry) return new Ring();
    const parts = (geometry.type === "MultiPolygon" ? geometry.coordinates : [geometry.coordinates]) as Position[][][];
    const outer = parts.map((part) => part[0] ?? []).sort((a, b) => b.length - a.length)[0] ?? [];
    return new Ring(isClosed(outer) ? outer.slice(0, -1) : outer);
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

  clear(): void {
    this.#change([]);
  }

  undo(): void {
    this.#corners = this.#before.pop() ?? this.#corners;
  }

  /** A closed GeoJSON polygon, counter-clockwise, or null with fewer than three corners. */
  polygon(): { type: "Polygon"; coordinates: [Position[]] } | null {
    const first = this.#corners[0];
    if (!first || this.#corners.length < 3) return null;
    const turned = signedArea(this.#corners) < 0 ? [first, ...this.#corners.slice(1).reverse()] : this.#corners;
    return { type: "Polygon", coordinates: [[...turned, first]] };
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
    this.#before.push(this.#corners);
    if (this.#before.length > MOST_UNDO) this.#before.shift();
    this.#corners = corners;
  }
}

function isClosed(ring: readonly Position[]): boolean {
  const [first, last] = [ring[0], ring[ring.length - 1]];
  return ring.length > 1 && first?.[0] === last?.[0] && first?.[1] === last?.[1];
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
