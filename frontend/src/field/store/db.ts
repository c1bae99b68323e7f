/** IndexedDB in three verbs. A transaction is everything or nothing, also when the phone is switched off in between. */
export type StoreName = "plain" | "keys" | "commands" | "files" | "fresh" | "photos" | "drafts";
export const STORES: readonly StoreName[] = ["plain", "keys", "commands", "files", "fresh", "photos", "drafts"];
const VERSION = 1;

/** The phone has no room left; what was to be kept was not kept. */
export class FullError extends Error {}

export function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
  });
}

export class Db {
  constructor(readonly raw: IDBDatabase) {}

  static async open(name = "linli-field"): Promise<Db> {
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = () => {
      for (const store of STORES) request.result.createObjectStore(store);
    };
    const raw = await asked(request);
    raw.onversionchange = () => raw.close();
    return new Db(raw);
  }

  async get<T>(store: StoreName, key: IDBValidKey): Promise<T | undefined> {
    return (await asked(this.raw.transaction(store).objectStore(store).get(key))) as T | undefined;
  }

  async all<T>(store: StoreName): Promise<T[]> {
    return (await asked(this.raw.transaction(store).objectStore(store).getAll())) as T[];
  }

  async keys(store: StoreName): Promise<string[]> {
    return (await asked(this.raw.transaction(store).objectStore(store).getAllKeys())) as string[];
  }

  put(store: StoreName, key: IDBValidKey, value: unknown): Promise<void> {
    return this.write([store], (open) => void open(store).put(value, key));
  }

  delete(store: StoreName, key: IDBValidKey): Promise<void> {
    return this.write([store], (open) => void open(store).delete(key));
  }

  /** Runs `act`, which may wait only for requests of this transaction; resolves when it is on the disk. */
  async write(
    stores: StoreName[],
    act: (open: (name: StoreName) => IDBObjectStore) => void | Promise<void>,
  ): Promise<void> {
    const tx = this.raw.transaction(stores, "readwrite");
    const done = new Promise<void>((resolve, reject) => {
      tx.oncomplete = () => resolve();
      tx.onabort = () => reject(isFull(tx.error) ? new FullError() : (tx.error ?? new Error("aborted")));
    });
    done.catch(() => undefined);
    try {
      await act((name) => tx.objectStore(name));
    } catch (problem) {
      try {
        tx.abort();
      } catch {
        // Already over: the failed request has aborted it.
      }
      throw isFull(problem) ? new FullError() : problem;
    }
    await done;
  }

  /** Deletes the whole database: nothing of it stays on this phone. */
  async erase(): Promise<void> {
    this.raw.close();
    await asked(indexedDB.deleteDatabase(this.raw.name) as IDBRequest<unknown>);
  }
}

function isFull(problem: unknown): boolean {
  return problem instanceof DOMException && problem.name === "QuotaExceededError";
}
