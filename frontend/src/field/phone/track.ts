/** The way of a patrol, kept thin: a point only after 15 m, and none that the phone itself hardly believes. */
import { metres, type Fix } from "./place";

export type TrackPoint = [no: number, epoch_ms: number, lon: number, lat: number, accuracy: number];

export interface Walk {
  /** id of the command that began it: the patrol's key */
  id: string;
  title: string;
  begun_at: string;
  occurrence: number | string | null;
  points: { site: string | null; name: string; lon: number; lat: number; ask: string; done: string }[];
  next_no: number;
  metres: number;
  last: { lon: number; lat: number } | null;
  /** points that are not handed to the queue yet */
  track: TrackPoint[];
  logs: number;
}

export const APART_M = 15;
const WORST_M = 60;
export const STRETCH = 40;
/** More in one command the server does not take. */
export const MOST_AT_ONCE = 500;

/** The walk with `fix` taken in; the same object when the point adds nothing. */
export function stepped(walk: Walk, fix: Fix): Walk {
  if (fix.accuracy_m > WORST_M) return walk;
  const gone = walk.last ? metres(walk.last, fix) : 0;
  if (walk.last && gone < Math.max(APART_M, fix.accuracy_m / 2)) return walk;
  const point: TrackPoint = [walk.next_no, Math.round(fix.at), fix.lon, fix.lat, fix.accuracy_m];
  return {
    ...walk,
    next_no: walk.next_no + 1,
    metres: walk.metres + gone,
    last: { lon: fix.lon, lat: fix.lat },
    track: [...walk.track, point],
  };
}
