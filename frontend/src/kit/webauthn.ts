/** WebAuthn's JSON form and what browsers want and give: base64url on one side, bytes on the other. */
export type Json = Record<string, unknown>;

/** Base64url as WebAuthn's JSON has it, to bytes. */
export function bytes(text: string): ArrayBuffer {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0)).buffer;
}

/** Bytes to base64url without padding. */
export function text(buffer: ArrayBuffer): string {
  const plain = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** What the server asked, with its base64url made bytes where the browser wants bytes. */
export function opened(options: Json): Json {
  const key = { ...(options.publicKey as Json) };
  key.challenge = bytes(key.challenge as string);
  if (key.user) key.user = { ...(key.user as Json), id: bytes((key.user as Json).id as string) };
  for (const name of ["excludeCredentials", "allowCredentials"]) {
    if (Array.isArray(key[name])) key[name] = (key[name] as Json[]).map((one) => ({ ...one, id: bytes(one.id as string) }));
  }
  return { publicKey: key };
}

/** What the browser answered, as JSON. */
export function closed(credential: PublicKeyCredential): Json {
  const given = credential.response as AuthenticatorAttestationResponse & AuthenticatorAssertionResponse;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"] as const;
  const response: Json = {};
  for (const part of parts) {
    const buffer = given[part];
    if (buffer) response[part] = text(buffer);
  }
  if (typeof given.getTransports === "function") response.transports = given.getTransports();
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: {} };
}
