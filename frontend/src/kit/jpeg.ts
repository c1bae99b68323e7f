/** JPEG segments: a photo made smaller keeps the notes of the camera (time and position) of the one that was taken. */
const START = 0xffd8;
const APP1 = 0xffe1;
const SCAN = 0xffda;
const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0];
const ORIENTATION = 0x0112;

/** The Exif segment of a JPEG with its marker, or null. */
export function exifOf(bytes: Uint8Array): Uint8Array | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== START) return null;
  let at = 2;
  while (at + 10 <= bytes.length) {
    const marker = view.getUint16(at);
    const length = view.getUint16(at + 2);
    if (marker === SCAN || length < 2) return null;
    if (marker === APP1 && EXIF.every((byte, index) => bytes[at + 4 + index] === byte)) {
      return bytes.slice(at, Math.min(at + 2 + length, bytes.length));
    }
    at += 2 + length;
  }
  return null;
}

/** The segment saying "upright": the browser has already turned the picture it drew. */
export function upright(segment: Uint8Array): Uint8Array {
  const turned = segment.slice();
  const view = new DataView(turned.buffer);
  const tiff = 10;
  if (turned.length < tiff + 8) return turned;
  const little = view.getUint16(tiff) === 0x4949;
  const directory = tiff + view.getUint32(tiff + 4, little);
  if (directory + 2 > turned.length) return turned;
  const count = view.getUint16(directory, little);
  for (let entry = 0; entry < count; entry++) {
    const at = directory + 2 + entry * 12;
    if (at + 12 > turned.length) break;
    if (view.getUint16(at, little) === ORIENTATION) view.setUint16(at + 8, 1, little);
  }
  return turned;
}

/** `small` with the Exif segment of `taken` put in at its start. */
export function withExif(small: Uint8Array, taken: Uint8Array): Uint8Array {
  const segment = exifOf(taken);
  if (!segment || small[0] !== 0xff || small[1] !== 0xd8) return small;
  const kept = upright(segment);
  const joined = new Uint8Array(small.length + kept.length);
  joined.set(small.subarray(0, 2));
  joined.set(kept, 2);
  joined.set(small.subarray(2), 2 + kept.length);
  return joined;
}
