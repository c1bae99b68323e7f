/** What a scanned code says: the tag of a place, a person who is present, or nothing of ours. */
import { digest } from "../store/crypto";

export type Code = { kind: "site"; tag: string } | { kind: "person"; code: string } | { kind: "other"; text: string };

const PERSON = /^LINLI-HERE:[0-9a-f-]{36}:\d{6,12}:[0-9a-f]{12}$/i;
const SITE = /\/s\/([A-Za-z0-9_-]{4,40})\/?(?:[?#].*)?$/;
const BARE = /^[A-Za-z0-9]{6,20}$/;

export function codeOf(text: string): Code {
  const said = text.trim();
  if (PERSON.test(said)) return { kind: "person", code: said };
  const tag = SITE.exec(said)?.[1] ?? (BARE.test(said) ? said : "");
  // Tags are written small; by hand, and with a keyboard that begins with a capital, they come in any case.
  return tag ? { kind: "site", tag: tag.toLowerCase() } : { kind: "other", text: said };
}

/** What the phone compares a tag by: it never carries the tags themselves, so that nobody proves a visit from home. */
export async function tagHash(tag: string): Promise<string> {
  return (await digest(new TextEncoder().encode(tag))).slice(0, 16);
}

/** The code by which the holder proves to be there in this minute. */
export async function presenceCode(secret: Uint8Array<ArrayBuffer>, device: string, now: number): Promise<string> {
  const minute = Math.floor(now / 60_000);
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signed = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`${device}:${minute}`));
  const code = [...new Uint8Array(signed)].map((byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, 12);
  return `LINLI-HERE:${device}:${minute}:${code}`;
}
