/** `<linli-photos data-name="photo"><input type="file" name="photo" multiple …></linli-photos>`
 *
 * Chooses or takes photos, makes them smaller, shows them, lets them be removed. Without scripts the file input works.
 * Sent beside each file, in the same order: `<name>_sha256` of what is sent and `<name>_taken_sha256` of the file as it
 * was on the phone (the same when it was not made smaller). data-most (6), data-max-mb (50).
 */
import { button, icon, make } from "./dom";
import { sha256 } from "./digest";
import { shrink } from "./shrink";
import { toast } from "./toast";
import { t } from "./words";

interface Photo {
  file: File;
  sent: string;
  taken: string;
  preview: string;
}

/** What was chosen, by field name: a page that comes back with an error shows it again. */
const kept = new Map<string, Photo[]>();

export class LinliPhotos extends HTMLElement {
  #photos: Photo[] = [];
  #list = make("ul", { class: "ll-photos mb-2" });
  #fields = make("div", { hidden: true });
  #input: HTMLInputElement | null = null;
  #words = make("p", { class: "hint", role: "status" });
  #add = button(t("拍照或选择照片"), "camera-plus", "btn btn-lg w-100");

  get #name(): string {
    return this.dataset.name ?? this.#input?.name ?? "photo";
  }

  connectedCallback(): void {
    const input = this.querySelector<HTMLInputElement>("input[type=file]");
    if (!input || typeof DataTransfer === "undefined") return;
    this.#input = input;
    const picker = make("input", { type: "file", accept: input.accept, multiple: true, hidden: true });
    input.classList.add("visually-hidden");
    input.tabIndex = -1;
    input.setAttribute("aria-hidden", "true");
    this.append(this.#list, this.#add, this.#words, this.#fields, picker);
    this.#add.addEventListener("click", () => picker.click());
    picker.addEventListener("change", () => {
      void this.#take([...(picker.files ?? [])]);
      picker.value = "";
    });
    this.#photos = kept.get(this.#name) ?? [];
    this.#show();
  }

  async #take(files: File[]): Promise<void> {
    const most = Number(this.dataset.most ?? 6);
    const largest = Number(this.dataset.maxMb ?? 50) * 1_000_000;
    this.#words.textContent = t("正在处理照片…");
    this.#add.disabled = true;
    for (const file of files) {
      if (this.#photos.length >= most) {
        toast(t("最多 {n} 张", { n: most }), "warning");
        break;
      }
      if (file.size > largest) toast(t("这个文件太大：{name}", { name: file.name }), "warning");
      else this.#photos.push(await this.#ready(file));
    }
    this.#add.disabled = false;
    this.#words.textContent = "";
    this.#show();
  }

  async #ready(file: File): Promise<Photo> {
    const small = await shrink(file);
    const sent = await sha256(small);
    const taken = small === file ? sent : await sha256(file);
    const isPicture = small.type.startsWith("image/");
    return { file: small, sent, taken, preview: isPicture ? URL.createObjectURL(small) : "" };
  }

  #show(): void {
    kept.set(this.#name, this.#photos);
    const chosen = new DataTransfer();
    this.#photos.forEach((photo) => chosen.items.add(photo.file));
    if (this.#input) this.#input.files = chosen.files;
    const hidden = (end: string, value: string) => make("input", { type: "hidden", name: this.#name + end, value });
    this.#fields.replaceChildren(
      ...this.#photos.flatMap((photo) => [hidden("_sha256", photo.sent), hidden("_taken_sha256", photo.taken)]),
    );
    this.#list.replaceChildren(...this.#photos.map((photo, at) => this.#card(photo, at)));
    this.#add.replaceChildren(icon("camera-plus"), this.#photos.length ? t("再加一张") : t("拍照或选择照片"));
    this.dispatchEvent(new CustomEvent("linli:photos", { bubbles: true, detail: { count: this.#photos.length } }));
  }

  #card(photo: Photo, at: number): HTMLLIElement {
    const words = t("照片 {n}", { n: at + 1 });
    const drop = button("", "x", "btn btn-sm drop");
    drop.setAttribute("aria-label", `${t("移除")} ${words}`);
    drop.addEventListener("click", () => {
      if (photo.preview) URL.revokeObjectURL(photo.preview);
      this.#photos = this.#photos.filter((other) => other !== photo);
      this.#show();
      this.#add.focus();
    });
    const seen = photo.preview
      ? make("img", { src: photo.preview, alt: words })
      : make("div", { class: "d-grid place-items-center" }, icon("video"));
    return make("li", {}, seen, make("span", { class: "caption" }, photo.file.name), drop);
  }
}

customElements.define("linli-photos", LinliPhotos);
