/** What phone and server say to each other. The server decides; nothing here knows a rule. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Fields = Record<string, Json>;

export interface FileRef {
  id: string;
  sha256: string;
  /** report, before, after, signature… */
  kind: string;
}

/** A command as it is sent. `about`: number or key of what it is done to, "" for something new. */
export interface Command {
  id: string;
  no: number;
  name: string;
  about: string;
  after: string | null;
  seen: number | null;
  taken_at: string;
  fields: Fields;
  files: FileRef[];
}

export interface Answer {
  id: string;
  state: "accepted" | "refused" | "conflict" | "wait";
  message: string;
  number?: string;
  url?: string;
  facts?: Fields;
  is_late?: boolean;
  field?: string;
}

export interface SyncRequest {
  device: string;
  app: string;
  now: string;
  commands: Command[];
  have: Record<string, string>;
}

export interface SyncAnswer {
  now: string;
  drift_ms: number;
  forget: boolean;
  answers: Answer[];
  fresh: Record<string, { etag: string; value: Json }>;
}

export interface HeldPost {
  id: number;
  role: string;
  role_label: string;
  unit: string;
  unit_id: number;
  over_id: number;
}

export interface Enrolment {
  token: string;
  escrow: string;
  presence: string;
  actor: { id: string; name: string; posts: HeldPost[] };
  valid_to: string;
  now: string;
}

export interface Step {
  verb: string;
  step: string;
  label: string;
  needs: string[];
}

export interface Work {
  kind: string;
  about: string;
  number: string;
  title: string;
  state: string;
  state_label: string;
  opened_at: string;
  due_at: string | null;
  lon: number | null;
  lat: number | null;
  address: string;
  seen: number;
  steps: Step[];
  facts: [string, string][];
  photos: string[];
  /** step → what may be done after it, so that one can go on without network */
  then?: Record<string, Step[]>;
}

export interface RoutePoint {
  site: string | null;
  name: string;
  lon: number;
  lat: number;
  ask: string;
  position: number;
}

export interface Duty {
  occurrence: number | string;
  title: string;
  kind: string;
  opens_at: string;
  closes_at: string;
  /** until then it still counts, as late */
  misses_at?: string;
  state: string;
  /** photo, note: what a report must have; code, position: shown by a patrol alone */
  wants?: string[];
  route?: { id: string | number; kind: string; in_order: boolean; points: RoutePoint[] } | null;
}

export interface Site {
  id: string;
  code: string;
  name: string;
  kind: string;
  kind_code?: string;
  address?: string;
  lon: number;
  lat: number;
  tag_hash: string;
  /** false: not under safety management, so that no checklist is taken of it */
  is_object?: boolean;
  colour?: string;
  target?: string;
}

export interface CheckItem {
  code: string;
  group: string;
  text: string;
  kinds: string[];
  method?: string;
  angle?: string;
  basis?: string;
}

export interface Category {
  code: string;
  name: string;
  parent: string;
}

/** Lists of [code or key, name] for visits and contacts. */
export interface VisitChoices {
  purposes: [string, string][];
  ways: [string, string][];
  grids: [string, string][];
  committees: [string, string][];
}

/** Roads of one's ground, the longest first. `sources`: whose data that is, named beside the map. */
export interface Roads {
  roads: { name: string; lines: [number, number][][] }[];
  sources: string[];
}

export interface Message {
  id: string | number;
  title: string;
  text: string;
  at: string;
  read: boolean;
  url?: string;
}

/** The names under which the server gives data to be taken along. */
export type SourceName = "work" | "duties" | "sites" | "checklists" | "categories" | "area" | "roads" | "messages" | "people" | "visits";
