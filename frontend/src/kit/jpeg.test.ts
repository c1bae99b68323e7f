import { expect, test } from "vitest";
import { exifOf, upright, withExif } from "./jpeg";

/** An Exif segment with one entry: the picture is turned by a quarter (6). */
const TIFF = [0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];
const SEGMENT = [0xff, 0xe1, 0, 2 + 6 + TIFF.length, 0x45, 0x78, 0x69, 0x66, 0, 0, ...TIFF];
const JFIF = [0xff, 0xe0, 0, 4, 1, 1];
const TAKEN = Uint8Array.from([0xff, 0xd8, ...JFIF, ...SEGMENT, 0xff, 0xda, 0, 2, 9, 9]);
const SMALL = Uint8Array.from([0xff, 0xd8, 0xff, 0xda, 0, 2, 7, 7, 0xff, 0xd9]);

test("the camera's notes are found behind other segments", () => {
  expect([...(exifOf(TAKEN) ?? [])]).toEqual(SEGMENT);
});

test("a picture without notes, or no picture at all, has none", () => {
  expect(exifOf(SMALL)).toBeNull();
  expect(exifOf(new TextEncoder().encode("not a photo at all"))).toBeNull();
});

test("the small picture keeps the notes and every byte of its own", () => {
  const joined = withExif(SMALL, TAKEN);

  expect(joined.length).toBe(SMALL.length + SEGMENT.length);
  expect([...joined.subarray(0, 4)]).toEqual([0xff, 0xd8, 0xff, 0xe1]);
  expect([...joined.subarray(2 + SEGMENT.length)]).toEqual([...SMALL.subarray(2)]);
});

test("the kept notes say upright, since the browser has turned the picture already", () => {
  const kept = upright(Uint8Array.from(SEGMENT));

  expect(kept[10 + 8 + 2 + 8]).toBe(1);
});

test("a cut-off segment is left as it is", () => {
  const cut = Uint8Array.from(SEGMENT.slice(0, 20));

  expect([...upright(cut)]).toEqual([...cut]);
});
