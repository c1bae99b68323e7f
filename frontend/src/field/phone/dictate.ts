/** Speaking instead of typing, where the browser offers it. What is kept is the text: the server takes no sound files. */
interface Recognition extends EventTarget {
  lang: string;
  interimResults: boolean;
  start(): void;
  stop(): void;
  onresult: ((event: { results: ArrayLike<ArrayLike<{ transcript: string }>> }) => void) | null;
  onend: (() => void) | null;
}
type RecognitionClass = new () => Recognition;

function known(): RecognitionClass | undefined {
  const all = globalThis as { SpeechRecognition?: RecognitionClass; webkitSpeechRecognition?: RecognitionClass };
  return all.SpeechRecognition ?? all.webkitSpeechRecognition;
}

export const canDictate = (): boolean => known() !== undefined;

/** Listens until the person pauses; calls `said` with the words and `over` at the end. Returns how to stop. */
export function dictate(said: (words: string) => void, over: () => void): () => void {
  const Recognition = known();
  if (!Recognition) return () => undefined;
  const listening = new Recognition();
  listening.lang = document.documentElement.lang.startsWith("en") ? "en-GB" : "zh-CN";
  listening.interimResults = false;
  listening.onresult = ({ results }) => said([...Array.from(results)].map((one) => one[0]?.transcript ?? "").join(""));
  listening.onend = over;
  listening.start();
  return () => listening.stop();
}
