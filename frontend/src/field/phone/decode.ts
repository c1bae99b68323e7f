/** The decoder for browsers without one of their own; a chunk apart. */
import decodeQR from "qr/decode.js";

/** The words of the code in the picture, "" when there is none. */
export function readPixels(picture: ImageData): string {
  try {
    return decodeQR({ width: picture.width, height: picture.height, data: picture.data }, { timeLimit: 120 });
  } catch {
    // The library says by an error that there is no code in the picture.
    return "";
  }
}
