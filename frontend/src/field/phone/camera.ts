/** Reads codes from the camera: by the browser where it can, else by a decoder that is loaded only now. */
type Found = (text: string) => void;
type Read = (video: HTMLVideoElement) => Promise<string>;

interface Detector {
  detect(source: CanvasImageSource): Promise<{ rawValue: string }[]>;
}
type DetectorClass = { new (options: { formats: string[] }): Detector; getSupportedFormats(): Promise<string[]> };

const EVERY_MS = 180;
const SIDE = 640;

async function byBrowser(): Promise<Read | null> {
  const known = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  const formats = known ? await known.getSupportedFormats().catch(() => []) : [];
  if (!known || !formats.includes("qr_code")) return null;
  const detector = new known({ formats: ["qr_code"] });
  return async (video) => (await detector.detect(video).catch(() => []))[0]?.rawValue ?? "";
}

async function byDecoder(): Promise<Read> {
  const { readPixels } = await import("./decode");
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  return (video) => {
    const share = Math.min(1, SIDE / Math.max(video.videoWidth, video.videoHeight, 1));
    canvas.width = Math.max(1, Math.round(video.videoWidth * share));
    canvas.height = Math.max(1, Math.round(video.videoHeight * share));
    pen?.drawImage(video, 0, 0, canvas.width, canvas.height);
    return Promise.resolve(pen ? readPixels(pen.getImageData(0, 0, canvas.width, canvas.height)) : "");
  };
}

/** A picture of a code, for phones whose camera the browser may not use. */
export async function readPicture(file: Blob): Promise<string> {
  const { readPixels } = await import("./decode");
  const picture = await createImageBitmap(file);
  const share = Math.min(1, 1200 / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * share);
  canvas.height = Math.round(picture.height * share);
  const pen = canvas.getContext("2d");
  pen?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return pen ? readPixels(pen.getImageData(0, 0, canvas.width, canvas.height)) : "";
}

/** Shows the camera in `video` and calls `found` once. Rejects when there is no camera; returns how to stop. */
export async function watchCodes(video: HTMLVideoElement, found: Found): Promise<() => void> {
  if (!navigator.mediaDevices) throw new Error("no camera");
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  video.srcObject = stream;
  await video.play();
  const read = (await byBrowser()) ?? (await byDecoder());
  let isOver = false;
  const stop = (): void => {
    isOver = true;
    stream.getTracks().forEach((track) => track.stop());
  };
  const look = async (): Promise<void> => {
    if (isOver) return;
    const text = await read(video);
    if (text && !isOver) {
      stop();
      found(text);
    } else setTimeout(() => void look(), EVERY_MS);
  };
  void look();
  return stop;
}
