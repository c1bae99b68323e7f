/** The SHA-256 of a file, as hex; "" where the browser has no crypto (plain http on another machine). */
export async function sha256(file: Blob): Promise<string> {
  if (!globalThis.crypto?.subtle) return "";
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
