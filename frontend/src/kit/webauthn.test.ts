import { expect, test } from "vitest";
import { bytes, closed, opened, text } from "./webauthn";

test("base64url goes to bytes and back, with every letter of it", () => {
  const all = Uint8Array.from({ length: 256 }, (_, n) => n).buffer;

  expect(new Uint8Array(bytes(text(all)))).toEqual(new Uint8Array(all));
  expect(text(Uint8Array.of(251, 255, 191).buffer)).toBe("-_-_");
});

test("what the server asks becomes bytes where the browser wants them, and nothing else changes", () => {
  const asked = { publicKey: { challenge: "AQID", rpId: "localhost", allowCredentials: [{ type: "public-key", id: "BAUG" }] } };

  const { publicKey } = opened(asked) as { publicKey: Record<string, unknown> };

  expect(new Uint8Array(publicKey.challenge as ArrayBuffer)).toEqual(Uint8Array.of(1, 2, 3));
  expect(publicKey.rpId).toBe("localhost");
  expect(new Uint8Array((publicKey.allowCredentials as { id: ArrayBuffer }[])[0]!.id)).toEqual(Uint8Array.of(4, 5, 6));
});

test("what the browser answers goes back as text, without the parts it does not have", () => {
  const credential = {
    id: "AQID",
    rawId: Uint8Array.of(1, 2, 3).buffer,
    type: "public-key",
    response: { clientDataJSON: Uint8Array.of(4).buffer, signature: Uint8Array.of(5).buffer, userHandle: null },
  } as unknown as PublicKeyCredential;

  expect(closed(credential)).toEqual({
    id: "AQID",
    rawId: "AQID",
    type: "public-key",
    response: { clientDataJSON: "BA", signature: "BQ" },
    clientExtensionResults: {},
  });
});
