/** The service worker: built files from the phone, the shell from the network first, answers of the API never kept. */
interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Waiting {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Scope extends EventTarget {
  LINLI_VERSION?: string;
  registration: { scope: string };
  clients: { claim(): Promise<void>; matchAll(options: object): Promise<{ postMessage(words: unknown): void }[]> };
  skipWaiting(): Promise<void>;
}
type Files = { first: string[]; later: string[] };

const scope = globalThis as unknown as Scope;
const CACHE = `linli-field-${scope.LINLI_VERSION ?? ""}`;
const OURS = "linli-field-";
/** A line that does not answer within this is as good as none: the kept shell is shown. */
const PATIENCE_MS = 1500;

const shell = (): string => new URL(scope.registration.scope).pathname;

async function keep(cache: Cache, url: string): Promise<void> {
  if (!(await cache.match(url))) await cache.add(new Request(url, { credentials: "same-origin" }));
}

async function install(): Promise<void> {
  const answer = await fetch(`${shell()}files.json`, { cache: "no-cache" });
  const files = (await answer.json()) as Files;
  const cache = await caches.open(CACHE);
  await carryOver(cache, [...files.first, ...files.later]);
  await Promise.all([cache.add(new Request(shell(), { cache: "no-cache" })), ...files.first.map((url) => keep(cache, url))]);
  await scope.skipWaiting();
}

/** What an older version has already is not fetched again: names carry a hash of their content. */
async function carryOver(cache: Cache, urls: string[]): Promise<void> {
  const older = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== CACHE);
  for (const name of older) {
    const from = await caches.open(name);
    for (const url of urls) {
      const known = await from.match(url);
      if (known && !(await cache.match(url))) await cache.put(url, known);
    }
  }
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(OURS) && name !== CACHE).map((name) => caches.delete(name)));
  await scope.clients.claim();
}

/** Map and decoder: after the app has opened, so that its first screen does not wait for them. */
async function takeAlong(): Promise<void> {
  const answer = await fetch(`${shell()}files.json`, { cache: "no-cache" }).catch(() => null);
  if (!answer?.ok) return;
  const cache = await caches.open(CACHE);
  const { later } = (await answer.json()) as Files;
  for (const url of later) await keep(cache, url).catch(() => undefined);
}

async function fromNetworkFirst(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const fetched = fetch(request).then(async (answer) => {
    if (answer.ok && !answer.redirected) await cache.put(shell(), answer.clone());
    return answer;
  });
  const tooLong = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
  const first = await Promise.race([fetched, tooLong]).catch(() => null);
  if (first?.ok) return first;
  fetched.catch(() => undefined);
  return (await cache.match(shell())) ?? fetched;
}

async function fromPhoneFirst(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

function answer(event: Fetching): void {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === shell()) event.respondWith(fromNetworkFirst(request));
  else if (/\/static\/|\/map-worker\.js$/.test(url.pathname)) event.respondWith(fromPhoneFirst(request));
}

async function wake(): Promise<void> {
  // The queue is sealed and only an unlocked app can read it: the worker can but tell it that there is network.
  const windows = await scope.clients.matchAll({ type: "window" });
  windows.forEach((one) => one.postMessage({ kind: "sync" }));
}

scope.addEventListener("install", (event) => (event as Waiting).waitUntil(install()));
scope.addEventListener("activate", (event) => (event as Waiting).waitUntil(activate()));
scope.addEventListener("fetch", (event) => answer(event as Fetching));
scope.addEventListener("sync", (event) => (event as Waiting).waitUntil(wake()));
scope.addEventListener("message", (event) => {
  if ((event as MessageEvent<unknown>).data === "take along") (event as unknown as Waiting).waitUntil(takeAlong());
});
