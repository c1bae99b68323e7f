/** For tests: a phone's store that can be switched off at any moment, and a server as the contract has it. */
import { IDBFactory } from "fake-indexeddb";
import type { Answer, Command, Enrolment, SyncAnswer, SyncRequest } from "../contract";
import { Api } from "./api";
import { Db, type StoreName } from "./db";

export class Killed extends Error {}

/** A database that stops at the n-th write: before it, or after it was kept but before anybody heard of it. */
export class FragileDb extends Db {
  left = Infinity;
  isAfter = false;

  override async write(stores: StoreName[], act: (open: (name: StoreName) => IDBObjectStore) => void | Promise<void>): Promise<void> {
    this.left -= 1;
    if (this.left < 0 && !this.isAfter) throw new Killed();
    await super.write(stores, act);
    if (this.left < 0) throw new Killed();
  }
}

let made = 0;

export async function emptyDb(): Promise<FragileDb> {
  globalThis.indexedDB = new IDBFactory();
  made += 1;
  const db = await Db.open(`phone-${made}`);
  return new FragileDb(db.raw);
}

const secret = (fill: number): string => btoa(String.fromCharCode(...new Uint8Array(32).fill(fill)));

export function enrolled(fill = 7, name = "华网格"): Enrolment {
  return {
    token: `token-${fill}`,
    escrow: secret(fill),
    presence: secret(fill + 1),
    actor: { id: `actor-${fill}`, name, posts: [] },
    valid_to: "2026-12-22T00:00:00Z",
    now: "2026-11-22T00:00:00Z",
  };
}

type Cut = "before" | "after" | "";

/** Keeps what a server keeps. `cut` decides for each request whether the line breaks before it or before its answer. */
export class Server {
  readonly files = new Map<string, string>();
  readonly stored = new Map<string, { content: string; answer: Answer }>();
  readonly order: number[] = [];
  refusals: (command: Command) => Answer["state"] = () => "accepted";
  cut: () => Cut = () => "";
  requests = 0;
  fresh: SyncAnswer["fresh"] = {};

  get api(): Api {
    return new Api("token", (url, init) => this.receive(url, init ?? {}));
  }

  private async receive(url: string, init: RequestInit): Promise<Response> {
    this.requests += 1;
    const cut = this.cut();
    if (cut === "before") throw new TypeError("no network");
    const answer = url.includes("/files/") ? this.file(url, init) : this.sync(JSON.parse(String(init.body)) as SyncRequest);
    if (cut === "after") throw new TypeError("connection reset");
    return Response.json(answer);
  }

  private file(url: string, init: RequestInit): object {
    const id = url.split("/").at(-1) ?? "";
    const sha256 = new Headers(init.headers).get("X-Sha256") ?? "";
    this.files.set(id, sha256);
    return { id, sha256 };
  }

  private sync(body: SyncRequest): object {
    const answers = [...body.commands].sort((one, other) => one.no - other.no).map((command) => this.take(command));
    return { now: body.now, drift_ms: 0, forget: false, answers, fresh: this.fresh };
  }

  private take(command: Command): Answer {
    const known = this.stored.get(command.id);
    if (known) return known.answer;
    const lacks = command.files.some((file) => this.files.get(file.id) !== file.sha256);
    if (lacks || (command.after && !this.stored.has(command.after))) return { id: command.id, state: "wait", message: "" };
    const answer: Answer = { id: command.id, state: this.refusals(command), message: `第 ${command.no} 条` };
    this.stored.set(command.id, { content: JSON.stringify(command.fields), answer });
    this.order.push(command.no);
    return answer;
  }
}
