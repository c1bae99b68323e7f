/** A photo as it goes out: at most 1,600 px, JPEG, upright, with the camera's own notes kept. */
import { withExif } from "../../kit/jpeg";
import type { NewFile } from "../store/queue";

const LONGEST = 1600;
const QUALITY = 0.82;

async function smaller(file: Blob): Promise<ArrayBuffer | null> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) return null;
  const share = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * share);
  canvas.height = Math.round(picture.height * share);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  return blob ? blob.arrayBuffer() : null;
}

/** Ready for the queue; what the browser cannot draw goes as it is, and the server says whether it takes it. */
export async function asFile(file: File, kind: string): Promise<NewFile> {
  const taken = await file.arrayBuffer();
  const small = file.type.startsWith("image/") ? await smaller(file) : null;
  const id = crypto.randomUUID();
  // Not under the name of the file: beside the sealed picture it would lie open, and names of files name people.
  const suffix = /\.\w{1,5}$/.exec(file.name)?.[0].toLowerCase() ?? "";
  if (!small) return { id, kind, name: `${kind}${suffix}`, type: file.type || "application/octet-stream", bytes: taken };
  const isJpeg = file.type === "image/jpeg";
  const bytes = isJpeg ? withExif(new Uint8Array(small), new Uint8Array(taken)).slice().buffer : small;
  return { id, kind, name: `${kind}.jpg`, type: "image/jpeg", bytes };
}
