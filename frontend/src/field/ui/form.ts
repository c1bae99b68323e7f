/** A form that forgets nothing: what is typed and photographed is kept sealed on the phone until it is sent. */
import type { App } from "../app";
import type { Fields, Json } from "../contract";
import { later } from "../../kit/dom";
import { canDictate, dictate } from "../phone/dictate";
import type { Beside, NewFile } from "../store/queue";
import { big, icon, make, note } from "./pieces";
import { photoField, type PhotoField } from "./photos";
import { t } from "./say";
import { voiceField } from "./voice-field";

/** `slot` tells photos of one kind from each other: those of each item of a checklist. */
export interface KeptFile extends NewFile {
  slot?: string;
}

interface Kept {
  values: Fields;
  photos: Omit<KeptFile, "bytes">[];
}

interface TextOptions {
  rows?: number;
  needed?: boolean;
  hint?: string;
  type?: string;
  /** characters at most, as the server takes them */
  most?: number;
}

const MOST_LINE = 200;
const MOST_WORDS = 1000;

type Check = { node: HTMLElement; lack: () => string };
export type Submit = (values: Fields, files: NewFile[], beside: Beside[]) => Promise<boolean>;

let made = 0;

/** Where the phone was then says nothing of where the form is opened again; a place set by hand (0 m) stays. */
export function toKeep(values: Fields): Fields {
  if (!(typeof values.accuracy_m === "number" && values.accuracy_m > 0)) return values;
  const { lon: _lon, lat: _lat, accuracy_m: _accuracy, ...rest } = values;
  return rest;
}

export class Form {
  readonly node = make("form", { class: "f-form", novalidate: true });
  private readonly checks: Check[] = [];
  private readonly fields: { slot: string; files: () => NewFile[] }[] = [];
  private readonly keepLater = later(300, () => void this.keep());
  private isOver = false;

  private constructor(
    readonly app: App,
    private readonly key: string,
    readonly values: Fields,
    private readonly kept: KeptFile[],
  ) {
    this.node.addEventListener("submit", (event) => event.preventDefault());
  }

  /** The form as it was left. `key` names it: one draft for each thing and step. */
  static async open(app: App, key: string, given: Fields = {}, photos: KeptFile[] = []): Promise<Form> {
    const kept = await app.drafts.get<Kept>(key);
    const files: KeptFile[] = [...photos];
    for (const photo of kept?.photos ?? []) {
      const bytes = await app.drafts.getBytes(`${key}/photo/${photo.id}`);
      if (bytes && !files.some((file) => file.id === photo.id)) files.push({ ...photo, bytes });
    }
    return new Form(app, key, { ...given, ...kept?.values }, files);
  }

  add(...nodes: (Node | string)[]): this {
    this.node.append(...nodes);
    return this;
  }

  /** What `build` adds, in a box of its own that can be shown and hidden; hidden, nothing of it is asked for. */
  apart(build: () => unknown): HTMLElement {
    const before = this.node.childElementCount;
    build();
    return make("div", {}, ...[...this.node.children].slice(before));
  }

  set(name: string, value: Json): void {
    this.values[name] = value;
    this.keepLater();
  }

  /** Something that must be so before it is sent: `lack` says what is missing, "" when nothing is. */
  check(node: HTMLElement, lack: () => string): void {
    this.checks.push({ node, lack });
  }

  text(name: string, label: string, { rows = 1, needed = false, hint = "", type = "text", most = rows > 1 ? MOST_WORDS : MOST_LINE }: TextOptions = {}): this {
    const id = `f-${(made += 1)}`;
    const shared = { id, class: "f-input", name, maxlength: most };
    const input = rows > 1 ? make("textarea", { ...shared, rows }) : make("input", { ...shared, type });
    input.value = String(this.values[name] ?? "");
    input.addEventListener("input", () => this.set(name, input.value.trim()));
    const head = make("label", { for: id }, label, ...(needed ? [] : [make("small", {}, t("可不填"))]));
    const field = make("div", { class: "f-field" }, head, input);
    if (rows > 1 && canDictate()) field.append(this.speaking(name, input, most));
    if (hint) field.append(make("p", { class: "f-hint" }, hint));
    if (needed) this.check(field, () => (this.values[name] ? "" : t("请填写：{label}", { label })));
    return this.add(field);
  }

  choice(name: string, label: string, options: readonly (readonly [string, string])[], { needed = true } = {}): this {
    const group = `f-${(made += 1)}`;
    const box = make("div", { class: "f-choices", role: "radiogroup", "aria-label": label });
    for (const [value, words] of options) {
      const input = make("input", { type: "radio", name: group, value, checked: this.values[name] === value });
      input.addEventListener("change", () => {
        this.set(name, value);
        this.node.dispatchEvent(new CustomEvent("f-choice", { detail: name }));
      });
      box.append(make("label", { class: "f-choice" }, input, make("span", {}, words)));
    }
    const field = make("div", { class: "f-field" }, make("div", { class: "f-label" }, label), box);
    if (needed) this.check(field, () => (this.values[name] ? "" : t("请选择：{label}", { label })));
    return this.add(field);
  }

  tick(name: string, label: string): this {
    const input = make("input", { type: "checkbox", checked: this.values[name] === true });
    input.addEventListener("change", () => this.set(name, input.checked));
    return this.add(make("label", { class: "f-tick" }, input, make("span", {}, label)));
  }

  photos(label: string, kind: string, { least = 0, hint = "" } = {}): this {
    const field = this.photoSlot(label, kind, { hint });
    if (least) this.check(field.node, () => (field.files().length >= least ? "" : t("请拍照：{label}", { label })));
    return this.add(field.node);
  }

  /** Photos to be placed by the caller; kept with the draft like all others. */
  photoSlot(label: string, kind: string, { hint = "", slot = "" } = {}): PhotoField {
    const mine = this.kept.filter((file) => file.kind === kind && (file.slot ?? "") === slot);
    const field = photoField(label, kind, hint, mine, () => void this.keep());
    this.fields.push({ slot, files: field.files });
    return field;
  }

  voice(): this {
    const field = voiceField(this.kept.filter((file) => file.kind === "voice"), () => void this.keep());
    this.fields.push({ slot: "", files: field.files });
    return this.add(field.node);
  }

  /** The one big button at the end. `submit` answers whether it was kept; then the draft is gone. */
  end(label: string, submit: Submit, symbol = "send", look: "main" | "danger" = "main"): this {
    const trouble = make("div", { "aria-live": "polite" });
    const button = big(label, symbol, () => this.send(button, trouble, submit), look);
    button.classList.add("is-end");
    return this.add(trouble, button);
  }

  get files(): NewFile[] {
    return this.fields.flatMap(({ files }) => files());
  }

  private async send(button: HTMLButtonElement, trouble: HTMLElement, submit: Submit): Promise<void> {
    const lacking = this.checks.find(({ node, lack }) => node.isConnected && lack());
    trouble.replaceChildren(...(lacking ? [note(lacking.lack(), "late")] : []));
    if (lacking) {
      lacking.node.scrollIntoView({ block: "center" });
      lacking.node.querySelector<HTMLElement>("input, textarea, button")?.focus();
      return;
    }
    button.disabled = true;
    this.isOver = true;
    const files = this.files;
    const kept = await this.app.drafts.get<Kept>(this.key);
    const over: Beside[] = [this.key, ...(kept?.photos ?? []).map(({ id }) => `${this.key}/photo/${id}`)].map((key) => ({
      store: "drafts", key, value: null,
    }));
    const isKept = await submit(this.values, files, over).catch(() => false);
    if (isKept) return;
    this.isOver = false;
    button.disabled = false;
  }

  private async keep(): Promise<void> {
    if (this.isOver) return;
    const files = this.files;
    const before = (await this.app.drafts.get<Kept>(this.key))?.photos ?? [];
    for (const file of files) {
      if (!before.some(({ id }) => id === file.id)) await this.app.drafts.putBytes(`${this.key}/photo/${file.id}`, file.bytes);
    }
    const photos = this.fields.flatMap(({ slot, files: of }) => of().map(({ id, kind, name, type }) => ({ id, kind, name, type, slot })));
    if (!this.isOver) await this.app.drafts.put(this.key, { values: toKeep(this.values), photos });
    const gone = before.filter(({ id }) => !files.some((file) => file.id === id));
    for (const { id } of gone) await this.app.drafts.delete(`${this.key}/photo/${id}`);
  }

  private speaking(name: string, input: HTMLInputElement | HTMLTextAreaElement, most: number): HTMLElement {
    const button = make("button", { type: "button", class: "f-speak" }, icon("microphone"), make("span", {}, t("说给手机听")));
    let stop: (() => void) | null = null;
    const over = (): void => {
      stop = null;
      button.classList.remove("is-on");
    };
    button.addEventListener("click", () => {
      if (stop) return stop();
      button.classList.add("is-on");
      stop = dictate((words) => {
        input.value = `${input.value}${words}`.slice(0, most);
        this.set(name, input.value.trim());
      }, over);
    });
    return button;
  }
}
