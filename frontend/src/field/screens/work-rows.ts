/** Work as lines of a list: what it is, how long it has, how far it is, and what waits on this phone. */
import type { App } from "../app";
import type { Step, Work } from "../contract";
import { metres, type Fix } from "../phone/place";
import type { Entry } from "../store/queue";
import { badge, make, row } from "../ui/pieces";
import { distanceWords, limitWords, t } from "../ui/say";
import { link } from "./screen";

export const SYMBOLS: Readonly<Record<string, string>> = {
  case: "file-text", instruction: "flag", major: "urgent", co_handling: "users", task: "checklist",
  hazard: "alert-triangle", listing: "alert-octagon", deployment: "car", joint_patrol: "walk",
};

const FAR = "9999";

/** Overdue first, then by what is due next; among equals the nearest. */
export function sorted(work: readonly Work[], here: Fix | null): Work[] {
  const key = (one: Work): string => (one.due_at ? new Date(one.due_at).toISOString().slice(0, 15) : FAR);
  return [...work].sort((one, other) => key(one).localeCompare(key(other)) || away(one, here) - away(other, here));
}

function away(work: Work, here: Fix | null): number {
  if (!here || work.lon === null || work.lat === null) return Number.MAX_SAFE_INTEGER;
  return metres(here, { lon: work.lon, lat: work.lat });
}

export function workRow(app: App, work: Work): HTMLElement {
  const limit = limitWords(work.due_at);
  const far = away(work, app.where.last);
  const waits = app.queue.waiting.filter((entry) => entry.about === work.about).length;
  const under = [
    ...(limit ? [badge(limit.words, limit.look)] : []),
    ...(waits ? [badge(t("待传 {n}", { n: waits }), "brand")] : []),
    make("span", {}, [work.state_label, work.address, far < 1e6 ? distanceWords(far) : ""].filter(Boolean).join(" · ")),
  ];
  return row(link("work", work.about), work.title, under, SYMBOLS[work.kind] ?? "file-text");
}

/** What may be done now: after what was done on this phone and is not answered, what the server said comes then. */
export function stepsNow(work: Work, waiting: readonly Entry[]): Step[] {
  const last = waiting.filter((entry) => entry.about === work.about && typeof entry.fields.step === "string").at(-1);
  if (!last) return work.steps;
  const then = work.then?.[String(last.fields.step)];
  if (then) return then;
  return [];
}
