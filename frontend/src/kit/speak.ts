/** `data-speak="selector"` on a button: reads that part of the page aloud; hidden where the device cannot speak. */
const SENTENCE = /[^。！？；]+[。！？；]?/g;

/** What is read: the words people see, without what only machines or eyes use. */
export function wordsOf(part: Element): string {
  const copy = part.cloneNode(true) as Element;
  copy.querySelectorAll("script, style, svg, [hidden], [aria-hidden=true], input[type=hidden], kbd").forEach((one) => one.remove());
  copy.querySelectorAll("p, li, h1, h2, h3, dt, dd, label, legend, button, a").forEach((one) => one.append("。"));
  return (copy.textContent ?? "").replace(/\s+/g, " ").replace(/[。\s]*。[。\s]*/g, "。").trim();
}

function speak(button: HTMLElement): void {
  if (speechSynthesis.speaking) {
    speechSynthesis.cancel();
    button.setAttribute("aria-pressed", "false");
    return;
  }
  const part = document.querySelector(button.dataset.speak || "main");
  const sentences = (part ? wordsOf(part) : "").match(SENTENCE) ?? [];
  // Long utterances stop midway on some phones: sentence by sentence they do not.
  sentences.forEach((sentence, at) => {
    const said = new SpeechSynthesisUtterance(sentence);
    said.lang = document.documentElement.lang.startsWith("en") ? "en-GB" : "zh-CN";
    said.rate = 0.9;
    if (at === sentences.length - 1) said.onend = () => button.setAttribute("aria-pressed", "false");
    speechSynthesis.speak(said);
  });
  button.setAttribute("aria-pressed", "true");
}

export function watchSpeech(): void {
  if (!("speechSynthesis" in globalThis)) return;
  document.querySelectorAll<HTMLElement>("[data-speak]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => speak(button));
  });
  addEventListener("pagehide", () => speechSynthesis.cancel());
}
