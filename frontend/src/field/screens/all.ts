/** The table of screens: first part of the address → what opens. */
import { agenda, duty } from "./duties";
import { hazard, hazards } from "./hazards";
import { home } from "./home";
import { inspect, inspections } from "./inspect";
import { item, step } from "./item";
import { map } from "./map";
import { me, presence, settings } from "./me";
import { message, messages } from "./messages";
import { outbox, sent } from "./outbox";
import { patrol, point, problem } from "./patrol";
import { major, report, settle } from "./report";
import { scan } from "./scan";
import type { Open } from "./screen";
import { site, siteByCode } from "./site";
import { contact, visit } from "./visits";

export const SCREENS: Readonly<Record<string, Open>> = {
  home, work: item, step, report, settle, major, scan, s: siteByCode, site, patrol, point, problem, inspections, inspect,
  hazards, hazard, visit, contact, duties: agenda, duty, messages, message, outbox, sent, me, presence, settings, map,
};
