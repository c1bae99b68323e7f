/** Photos of a form: taken first, made small at once, shown as they will go out. */
import { asFile } from "../phone/photo";
import type { NewFile } from "../store/queue";
import { icon, make, toast } from "./pieces";
import { t } from "./say";

const MOST = 9;

export interface PhotoField {
  node: HTMLElement;
  files: () => NewFile[];
}

/** `kept`: photos of a draft. `changed` is called after each change. */
export function photoField(label: string, kind: string, hint: string, kept: NewFile[], changed: () => void): PhotoField {
  const files = [...kept];
  const input = make("input", { type: "file", accept: "image/*", capture: "environment", multiple: true, "data-kind": kind });
  const take = make("label", { class: "f-take" }, icon("camera-plus"), make("span", {}, label), input);
  const strip = make("ul", { class: "f-photos" });
  const show = (): void => strip.replaceChildren(...files.map((file, at) => shown(file, () => remove(at))));
  const remove = (at: number): void => {
    files.splice(at, 1);
    show();
    changed();
  };
  input.addEventListener("change", () => void add());
  const add = async (): Promise<void> => {
    const chosen = [...(input.files ?? [])];
    input.value = "";
    take.classList.add("is-busy");
    for (const file of chosen) {
      if (files.length >= MOST) toast(t("最多 {n} 张", { n: MOST }), "late");
      else files.push(await asFile(file, kind));
    }
    take.classList.remove("is-busy");
    show();
    changed();
  };
  show();
  const node = make("div", { class: "f-field" }, take, ...(hint ? [make("p", { class: "f-hint" }, hint)] : []), strip);
  return { node, files: () => files };
}

function shown(file: NewFile, remove: () => void): HTMLElement {
  const url = URL.createObjectURL(new Blob([file.bytes], { type: file.type }));
  const picture = make("img", { src: url, alt: file.name });
  picture.addEventListener("load", () => URL.revokeObjectURL(url));
  const button = make("button", { type: "button", class: "f-remove", "aria-label": t("移除") }, icon("x"));
  button.addEventListener("click", remove);
  return make("li", {}, picture, button);
}
