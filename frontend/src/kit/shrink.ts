/** Makes large photos smaller on the phone, so that a report goes out on a weak line. */
import { withExif } from "./jpeg";

const LONGEST = 1920;
const QUALITY = 0.85;
const SMALL_ENOUGH = 900_000;

async function drawn(file: File): Promise<Blob | null> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) return null;
  const share = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * share);
  canvas.height = Math.round(picture.height * share);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

/** A smaller JPEG of `file` with the camera's notes kept; `file` itself when it is small, no photo or not smaller. */
export async function shrink(file: File): Promise<File> {
  if (!/^image\/(jpeg|png|webp|heic|heif)$/.test(file.type) || file.size <= SMALL_ENOUGH) return file;
  const small = await drawn(file);
  if (!small || small.size >= file.size) return file;
  const bytes = new Uint8Array(await small.arrayBuffer());
  const kept = file.type === "image/jpeg" ? withExif(bytes, new Uint8Array(await file.arrayBuffer())) : bytes;
  const name = file.name.replace(/\.\w+$/, "") + ".jpg";
  return new File([kept as BlobPart], name, { type: "image/jpeg", lastModified: file.lastModified });
}
