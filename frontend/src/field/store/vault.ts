/** The lock of the phone's store: one data key, wrapped by the PIN of this phone and by the server's escrow. */
import type { Enrolment } from "../contract";
import type { Db } from "./db";
import { aesKey, deviceKey, escrowKey, fromBase64, open, openBytes, pinKey, randomBytes, seal, sealBytes, type Sealed } from "./crypto";

export const MOST_TRIES = 10;
export const PIN_LENGTH = 6;

/** What stands in clear: nothing of it opens anything by itself. */
export interface Lock {
  device: string;
  /** who it belongs to, as is shown before unlocking: 华* */
  owner: string;
  actor: string;
  salt: Uint8Array<ArrayBuffer>;
  pin: Sealed | null;
  escrow: Sealed;
  tries: number;
}

export type Known = Omit<Enrolment, "escrow" | "now">;
type State = "new" | "locked" | "pin_gone";

export class WrongPin extends Error {
  constructor(readonly left: number) {
    super("wrong PIN");
  }
}

/** The phone's data belong to somebody else: this sign-in does not open them. */
export class ForeignStore extends Error {}

const DATA = "data key";

/** Only digits in a row or all the same are no PIN: they are what a finder tries first. */
export function isWeak(pin: string): boolean {
  if (!/^\d+$/.test(pin) || pin.length < PIN_LENGTH) return true;
  const steps = new Set([...pin].slice(1).map((digit, at) => Number(digit) - Number(pin[at])));
  return steps.size === 1 && Math.abs([...steps][0] ?? 9) <= 1;
}

export class Vault {
  constructor(
    private readonly db: Db,
    private readonly rounds?: number,
  ) {}

  lock(): Promise<Lock | undefined> {
    return this.db.get<Lock>("plain", "lock");
  }

  async state(): Promise<State> {
    const lock = await this.lock();
    if (!lock) return "new";
    return lock.pin ? "locked" : "pin_gone";
  }

  /** This installation's id; made once and kept even before anybody signed in. */
  async deviceId(): Promise<string> {
    const known = await this.db.get<string>("plain", "device");
    if (known) return known;
    const made = crypto.randomUUID();
    await this.db.put("plain", "device", made);
    return made;
  }

  /** After a sign-in: a new key for an empty phone, or the old one again by escrow. Throws ForeignStore. */
  async admit(given: Enrolment, pin: string): Promise<CryptoKey> {
    const lock = await this.lock();
    const escrow = await escrowKey(fromBase64(given.escrow));
    const raw = lock ? await reopened(lock, escrow) : randomBytes(32);
    const key = await this.keep(given, raw, pin, escrow);
    raw.fill(0);
    return key;
  }

  private async keep(given: Enrolment, raw: Uint8Array<ArrayBuffer>, pin: string, escrow: CryptoKey): Promise<CryptoKey> {
    const own = (await this.db.get<CryptoKey>("keys", "device")) ?? (await deviceKey());
    const salt = randomBytes(16);
    const key = await aesKey(raw);
    const lock: Lock = {
      device: await this.deviceId(),
      owner: `${given.actor.name.slice(0, 1)}*`,
      actor: given.actor.id,
      salt,
      pin: await sealBytes(await pinKey(pin, salt, own, this.rounds), raw, DATA),
      escrow: await sealBytes(escrow, raw, DATA),
      tries: 0,
    };
    const { escrow: _secret, now: _now, ...known } = given;
    const enrolment = await seal(key, known, "enrolment");
    await this.db.write(["keys", "plain"], (store) => {
      store("keys").put(own, "device");
      store("plain").put(lock, "lock");
      store("plain").put(enrolment, "enrolment");
    });
    return key;
  }

  /** Throws WrongPin; the tenth wrong one deletes what the PIN opens, and only a sign-in helps. */
  async unlock(pin: string): Promise<CryptoKey> {
    const raw = await this.tried(pin);
    const key = await aesKey(raw);
    raw.fill(0);
    return key;
  }

  async changePin(old: string, fresh: string): Promise<void> {
    const raw = await this.tried(old);
    const lock = await this.lock();
    const own = await this.db.get<CryptoKey>("keys", "device");
    if (!lock || !own) throw new WrongPin(0);
    const salt = randomBytes(16);
    const pin = await sealBytes(await pinKey(fresh, salt, own, this.rounds), raw, DATA);
    raw.fill(0);
    await this.db.put("plain", "lock", { ...lock, salt, pin, tries: 0 });
  }

  async enrolment(key: CryptoKey): Promise<Known> {
    const sealed = await this.db.get<Sealed>("plain", "enrolment");
    if (!sealed) throw new ForeignStore();
    return open<Known>(key, sealed, "enrolment");
  }

  private async tried(pin: string): Promise<Uint8Array<ArrayBuffer>> {
    const lock = await this.lock();
    const own = await this.db.get<CryptoKey>("keys", "device");
    if (!lock?.pin || !own) throw new WrongPin(0);
    const wrapped = lock.pin;
    // Counted before it is tried: switching the phone off in between gives no free try.
    const tries = lock.tries + 1;
    await this.db.put("plain", "lock", { ...lock, tries });
    const key = await pinKey(pin, lock.salt, own, this.rounds);
    const raw = await openBytes(key, wrapped, DATA).catch(() => null);
    if (!raw) {
      if (tries >= MOST_TRIES) await this.db.put("plain", "lock", { ...lock, tries, pin: null });
      throw new WrongPin(Math.max(0, MOST_TRIES - tries));
    }
    await this.db.put("plain", "lock", { ...lock, tries: 0 });
    return new Uint8Array(raw);
  }
}

async function reopened(lock: Lock, escrow: CryptoKey): Promise<Uint8Array<ArrayBuffer>> {
  const raw = await openBytes(escrow, lock.escrow, DATA).catch(() => null);
  if (!raw) throw new ForeignStore();
  return new Uint8Array(raw);
}
