/** Where the phone is, and how far things are. */
export interface Fix {
  lon: number;
  lat: number;
  accuracy_m: number;
  at: number;
}

type Listener = (fix: Fix | null) => void;

const PATIENCE = 20_000;
/** Where the phone was longer ago than this says nothing of where it is. */
const STALE_MS = 60_000;
const EARTH_M = 6_371_008;

/** Metres between two positions on the ground. */
export function metres(one: { lon: number; lat: number }, other: { lon: number; lat: number }): number {
  const [x, y] = [one, other].map(({ lat }) => (lat * Math.PI) / 180) as [number, number];
  const dx = ((other.lon - one.lon) * Math.PI) / 180;
  const half = Math.sin((y - x) / 2) ** 2 + Math.cos(x) * Math.cos(y) * Math.sin(dx / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(half));
}

/** Nearest next, from `start`: short enough for a day's dozen of places. What has no place comes last. */
export function nearestNext<T extends { lon: number | null; lat: number | null }>(items: readonly T[], start: Fix | null): T[] {
  const placed = items.filter((item) => item.lon !== null && item.lat !== null) as (T & { lon: number; lat: number })[];
  const ordered: T[] = [];
  let here: { lon: number; lat: number } | null = start ?? placed[0] ?? null;
  while (placed.length && here) {
    const from = here;
    const next = placed.reduce((best, item) => (metres(from, item) < metres(from, best) ? item : best));
    placed.splice(placed.indexOf(next), 1);
    ordered.push(next);
    here = next;
  }
  return [...ordered, ...items.filter((item) => item.lon === null || item.lat === null)];
}

/** One source of positions for the whole app: it watches only while somebody listens. */
export class Whereabouts {
  last: Fix | null = null;
  private heardAt = 0;
  private listeners = new Set<Listener>();
  private watch: number | undefined;

  /** Calls `listener` with the position of now and every new one, null when there is none; returns how to stop. */
  follow(listener: Listener): () => void {
    this.listeners.add(listener);
    if (this.last && Date.now() - this.heardAt < STALE_MS) listener(this.last);
    else if (this.last) this.end(); // A watch speaks again only when the phone moves: who stands still has to ask anew.
    this.begin();
    return () => {
      this.listeners.delete(listener);
      if (!this.listeners.size) this.end();
    };
  }

  private begin(): void {
    if (this.watch !== undefined || !navigator.geolocation) return;
    const options = { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 5_000 };
    this.watch = navigator.geolocation.watchPosition((found) => this.tell(fixOf(found)), () => this.tell(null), options);
  }

  private end(): void {
    if (this.watch !== undefined) navigator.geolocation.clearWatch(this.watch);
    this.watch = undefined;
  }

  private tell(fix: Fix | null): void {
    if (fix) [this.last, this.heardAt] = [fix, Date.now()];
    this.listeners.forEach((listener) => listener(fix));
  }
}

function fixOf({ coords, timestamp }: GeolocationPosition): Fix {
  const round = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;
  return { lon: round(coords.longitude), lat: round(coords.latitude), accuracy_m: Math.ceil(coords.accuracy), at: timestamp };
}
