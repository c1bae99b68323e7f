/** A voice note in a form: one touch begins, one ends; it can be heard and thrown away before it is sent. */
import { canRecord, record, type Recording } from "../phone/voice";
import type { NewFile } from "../store/queue";
import { icon, make, toast } from "./pieces";
import { t } from "./say";

export interface VoiceField {
  node: HTMLElement;
  files: () => NewFile[];
}

export function voiceField(kept: NewFile[], changed: () => void): VoiceField {
  let files = [...kept];
  let running: Recording | null = null;
  const node = make("div", { class: "f-field" });
  const words = make("span", {}, t("录一段语音"));
  const button = make("button", { type: "button", class: "f-speak" }, icon("microphone"), words);
  const heard = make("div", { class: "f-stack" });
  const show = (): void => heard.replaceChildren(...files.map(player));
  const player = (file: NewFile): HTMLElement => {
    const sound = make("audio", { controls: true, src: URL.createObjectURL(new Blob([file.bytes], { type: file.type })) });
    const remove = make("button", { type: "button", class: "f-back", "aria-label": t("移除") }, icon("x"));
    remove.addEventListener("click", () => {
      files = files.filter((one) => one !== file);
      show();
      changed();
    });
    return make("div", { class: "f-sound" }, sound, remove);
  };
  const begin = async (): Promise<void> => {
    running = await record().catch(() => null);
    if (!running) return toast(t("麦克风打不开"), "late");
    button.classList.add("is-on");
    words.textContent = t("正在录，点一下结束");
    const file = await running.done;
    running = null;
    button.classList.remove("is-on");
    words.textContent = t("录一段语音");
    if (file) files = [...files, file];
    show();
    changed();
  };
  button.addEventListener("click", () => (running ? running.stop() : void begin()));
  show();
  if (canRecord() || files.length) node.append(button, heard);
  return { node, files: () => files };
}
