/** How a limit stands, in words: the same rules as `linli.web.times`. */
import { t } from "./words";

export type Look = "ok" | "warn" | "late";

export interface Face {
  look: Look;
  words: string;
  /** part of the limit used, 0–1 */
  share: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const WARN_AT = 0.8;

/** "2 小时 10 分": at most two units, the largest first, rounded down to whole minutes. */
export function span(ms: number): string {
  const minutes = Math.floor(Math.abs(ms) / MINUTE);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const rest = minutes % 60;
  const words: string[] = [];
  if (days) words.push(t("{n} 天", { n: days }));
  if (hours) words.push(t("{n} 小时", { n: hours }));
  if (rest) words.push(t("{n} 分钟", { n: rest }));
  return words.slice(0, 2).join(" ") || t("不到 1 分钟");
}

/** The face of a clock that began at `start` (null: a day before) and is due at `due`, seen at `now` (ms). */
export function face(due: number, start: number | null, now: number): Face {
  if (now >= due) return { look: "late", words: t("已超 {span}", { span: span(now - due) }), share: 1 };
  const begun = start ?? due - DAY;
  const share = due > begun ? Math.min(1, Math.max(0, (now - begun) / (due - begun))) : 1;
  return { look: share >= WARN_AT ? "warn" : "ok", words: t("剩 {span}", { span: span(due - now) }), share };
}
