/** The few requests of the field app. Every failure is one of three: no network, turned away, or words of the server. */
import type { Enrolment, SyncAnswer, SyncRequest } from "../contract";

/** No answer, or none that came from our server. */
export class Offline extends Error {}

/** The phone's token is worth nothing any more. `forget`: everything on this phone is to be deleted. */
export class TurnedAway extends Error {
  constructor(
    readonly reason: string,
    readonly forget: boolean,
  ) {
    super(reason);
  }
}

/** Nobody is signed in: `url` is where one signs in. */
export class NotSignedIn extends Error {
  constructor(readonly url: string) {
    super("not signed in");
  }
}

/** The server understood and said no, in words fit to show. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly field = "",
  ) {
    super(message);
  }
}

/** Later may help: the server is busy or out of order. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);
const ROOT = "/api/v1/field/";
const PATIENCE = 60_000;

type Fetch = (input: string, init?: RequestInit) => Promise<Response>;
type Words = { title?: string; detail?: string; reason?: string; forget?: boolean; sign_in?: string; field?: string };

const here: Fetch = (input, init) => fetch(input, init);

async function ask(get: Fetch, url: string, init: RequestInit): Promise<Response> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  const answer = await get(url, { ...init, signal: stop.signal, cache: "no-store" }).catch(() => null);
  clearTimeout(timer);
  if (!answer || PASSING.has(answer.status)) throw new Offline(String(answer?.status ?? ""));
  if (answer.ok) return answer;
  // A gate of a hotel or a proxy answers with pages of its own: no word of our server is in them.
  const words = (await answer.json().catch(() => null)) as Words | null;
  if (!words) throw new Offline(String(answer.status));
  if (words.sign_in) throw new NotSignedIn(words.sign_in);
  if (answer.status === 401) throw new TurnedAway(words.reason ?? "expired", words.forget === true);
  throw new Problem(answer.status, words.detail || words.title || String(answer.status), words.field);
}

async function json<T>(answer: Response): Promise<T> {
  return (await answer.json().catch(() => Promise.reject(new Offline("not JSON")))) as T;
}

/** Exchanges the session of the pages for the phone's own token. */
export async function enrol(url: string, body: { device: string; name: string; app: string }, get = here): Promise<Enrolment> {
  const csrf = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf, Accept: "application/json" };
  return json(await ask(get, url, { method: "POST", headers, body: JSON.stringify(body), credentials: "same-origin" }));
}

export class Api {
  constructor(
    private readonly token: string,
    private readonly get: Fetch = here,
  ) {}

  async sync(body: SyncRequest): Promise<SyncAnswer> {
    return json(await this.ask("sync", { method: "POST", body: JSON.stringify(body) }, { "Content-Type": "application/json" }));
  }

  async putFile(id: string, file: { bytes: ArrayBuffer; sha256: string; name: string; type: string }): Promise<void> {
    const headers = { "X-Sha256": file.sha256, "X-Name": encodeURIComponent(file.name), "Content-Type": file.type };
    await this.ask(`files/${id}`, { method: "PUT", body: file.bytes }, headers);
  }

  async photo(id: string): Promise<ArrayBuffer> {
    return (await this.ask(`photos/${id}?size=thumb`, {})).arrayBuffer();
  }

  async forgotten(): Promise<void> {
    await this.ask("forgotten", { method: "POST", body: "{}" }, { "Content-Type": "application/json" });
  }

  private ask(path: string, init: RequestInit, headers: Record<string, string> = {}): Promise<Response> {
    const language = document.documentElement.lang || "zh-hans";
    const own = { Authorization: `Device ${this.token}`, "Accept-Language": language, ...headers };
    return ask(this.get, ROOT + path, { ...init, headers: own, credentials: "omit" });
  }
}
