/** A voice note as the phone records it: sent as a file, beside the words or instead of typing. */
import type { NewFile } from "../store/queue";

const TYPES = ["audio/webm", "audio/ogg", "audio/mp4"];
/** Two minutes say what there is to say and stay small. */
export const LONGEST_S = 120;

export const canRecord = (): boolean => "MediaRecorder" in globalThis && Boolean(navigator.mediaDevices);

export interface Recording {
  /** ends it and gives the file */
  stop: () => void;
  done: Promise<NewFile | null>;
}

/** Begins to record. Rejects where the microphone may not be used. */
export async function record(): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const type = TYPES.find((one) => MediaRecorder.isTypeSupported(one)) ?? "";
  const recorder = new MediaRecorder(stream, { ...(type && { mimeType: type }), audioBitsPerSecond: 24_000 });
  const pieces: Blob[] = [];
  recorder.ondataavailable = ({ data }) => void pieces.push(data);
  const ended = new Promise<void>((resolve) => (recorder.onstop = () => resolve()));
  recorder.start();
  const timer = setTimeout(() => recorder.state === "recording" && recorder.stop(), LONGEST_S * 1000);
  const done = ended.then(async () => {
    clearTimeout(timer);
    stream.getTracks().forEach((track) => track.stop());
    const kind = (recorder.mimeType || type).split(";")[0] ?? "audio/webm";
    const bytes = await new Blob(pieces).arrayBuffer();
    const suffix = kind.split("/")[1] ?? "webm";
    return bytes.byteLength ? { id: crypto.randomUUID(), kind: "voice", name: `voice.${suffix}`, type: kind, bytes } : null;
  });
  return { stop: () => recorder.state === "recording" && recorder.stop(), done };
}
