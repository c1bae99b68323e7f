/** Keys and sealing on the phone: AES-GCM 256, PBKDF2 from a PIN joined with a key that cannot leave the browser. */
export interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  body: ArrayBuffer;
}

type Bytes = Uint8Array<ArrayBuffer>;

export const PIN_ROUNDS = 600_000;
const PURPOSE: KeyUsage[] = ["encrypt", "decrypt"];
const text = new TextEncoder();

export const randomBytes = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));

export function fromBase64(words: string): Bytes {
  return Uint8Array.from(atob(words), (letter) => letter.charCodeAt(0));
}

export const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export async function digest(bytes: BufferSource): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

export const aesKey = (raw: Bytes): Promise<CryptoKey> => crypto.subtle.importKey("raw", raw, "AES-GCM", false, PURPOSE);

/** A key of this installation: it can be used here, and by nobody be read. */
export function deviceKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]);
}

/** The key that `pin` makes on this phone alone: guessing needs both the phone and 600,000 rounds a try. */
export async function pinKey(pin: string, salt: Bytes, device: CryptoKey, rounds = PIN_ROUNDS): Promise<CryptoKey> {
  const words = await crypto.subtle.importKey("raw", text.encode(pin), "PBKDF2", false, ["deriveBits"]);
  const stretched = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, words, 256);
  return aesKey(new Uint8Array(await crypto.subtle.sign("HMAC", device, stretched)));
}

/** The key from the secret that the server gives back only to the same person signed in. */
export async function escrowKey(secret: Bytes): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const options = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: text.encode("linli-field escrow") };
  return aesKey(new Uint8Array(await crypto.subtle.deriveBits(options, material, 256)));
}

/** `label` says where it belongs: sealed content put into another place does not open. */
export async function sealBytes(key: CryptoKey, content: BufferSource, label: string): Promise<Sealed> {
  const iv = randomBytes(12);
  const body = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: text.encode(label) }, key, content);
  return { iv, body };
}

/** Throws where the key is another, or the content was changed or moved. */
export function openBytes(key: CryptoKey, sealed: Sealed, label: string): Promise<ArrayBuffer> {
  const options = { name: "AES-GCM", iv: sealed.iv, additionalData: text.encode(label) };
  return crypto.subtle.decrypt(options, key, sealed.body);
}

export const seal = (key: CryptoKey, value: unknown, label: string): Promise<Sealed> =>
  sealBytes(key, text.encode(JSON.stringify(value)), label);

export async function open<T>(key: CryptoKey, sealed: Sealed, label: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await openBytes(key, sealed, label))) as T;
}
