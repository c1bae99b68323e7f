/** Words of the field app: Chinese in the code, English in the table. A test fails when a phrase has none. */
import { ENGLISH } from "./english";

const isEnglish = (): boolean => document.documentElement.lang.startsWith("en");

/** The phrase in the chosen language, with `{names}` filled in. */
export function t(phrase: string, values: Readonly<Record<string, string | number>> = {}): string {
  const words = isEnglish() ? (ENGLISH[phrase] ?? phrase) : phrase;
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

const two = (n: number): string => String(n).padStart(2, "0");

/** 14:05 today, 11-22 14:05 on another day. */
export function clock(at: string | number | null, now = Date.now()): string {
  if (at === null || at === "") return "";
  const time = new Date(at);
  const hour = `${two(time.getHours())}:${two(time.getMinutes())}`;
  const isToday = new Date(now).toDateString() === time.toDateString();
  return isToday ? hour : `${two(time.getMonth() + 1)}-${two(time.getDate())} ${hour}`;
}

const WEEK = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];

/** 11-22 周日, or 今天. */
export function dayWords(at: string | number, now = Date.now()): string {
  const time = new Date(at);
  if (new Date(now).toDateString() === time.toDateString()) return t("今天");
  const day = `${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return isEnglish() ? `${day} ${time.toLocaleDateString("en-GB", { weekday: "short" })}` : `${day} ${WEEK[time.getDay()] ?? ""}`;
}

export type Look = "ok" | "warn" | "late";

/** What is left of a limit, in words, and how pressing it is. */
export function limitWords(due: string | null, now = Date.now()): { words: string; look: Look } | null {
  if (!due) return null;
  const left = new Date(due).getTime() - now;
  const minutes = Math.floor(Math.abs(left) / 60_000);
  const span =
    minutes >= 2880 ? t("{n} 天", { n: Math.floor(minutes / 1440) })
    : minutes >= 60 ? t("{n} 小时", { n: Math.floor(minutes / 60) })
    : t("{n} 分钟", { n: minutes });
  if (left < 0) return { words: t("已超 {span}", { span }), look: "late" };
  return { words: t("剩 {span}", { span }), look: left < 2 * 3_600_000 ? "warn" : "ok" };
}

export function distanceWords(m: number): string {
  if (m < 15) return t("就在附近");
  return m < 950 ? t("{n} 米", { n: Math.round(m / 10) * 10 }) : t("{n} 公里", { n: (m / 1000).toFixed(1) });
}

export function sizeWords(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
