/** The doors before the app: signing in and enrolling, choosing a PIN, unlocking, forgetting. */
import type { Enrolment } from "./contract";
import { APP_VERSION } from "./app";
import { enrol, NotSignedIn, Offline, Problem } from "./store/api";
import type { Db } from "./store/db";
import { ForeignStore, isWeak, MOST_TRIES, Vault, WrongPin } from "./store/vault";
import { ask, big, icon, make, note, toast } from "./ui/pieces";
import { t } from "./ui/say";

export interface Gate {
  db: Db;
  enrolUrl: string;
  signInUrl: string;
  opened: (key: CryptoKey) => Promise<void>;
  show: (body: HTMLElement) => void;
  forget: () => Promise<void>;
}

function brand(): HTMLElement {
  return make("div", { class: "f-brand" }, icon("building-community"), make("strong", {}, t("邻里现场")));
}

function page(title: string, ...content: (Node | string)[]): HTMLElement {
  return make("main", { class: "f-gate" }, brand(), make("h1", {}, title), ...content);
}

export async function enter(gate: Gate): Promise<void> {
  const state = await new Vault(gate.db).state();
  if (state === "locked") gate.show(await unlockPage(gate));
  else await signIn(gate, state === "pin_gone");
}

/** The phone's own name for the list of phones: what the browser says of it, no more. */
function phoneName(): string {
  const model = /\(([^)]+)\)/.exec(navigator.userAgent)?.[1] ?? "";
  return model.split(";").slice(0, 3).join(" ").trim().slice(0, 80) || t("手机");
}

export async function signIn(gate: Gate, isLockedOut = false): Promise<void> {
  const says = make("div", { class: "f-stack", "aria-live": "polite" });
  const words = isLockedOut ? t("口令连错 {n} 次，本机口令已失效。重新登录即可打开，没有上传的都还在。", { n: MOST_TRIES }) : t("第一次使用请联网登录，之后没有网络也能用。");
  const wait = make("p", { class: "f-splash" }, icon("loader-2"), " ", t("正在连接平台…"));
  gate.show(page(t("登录"), note(words, isLockedOut ? "warn" : "plain"), says));
  says.replaceChildren(wait);
  const device = await new Vault(gate.db).deviceId();
  try {
    const given = await enrol(gate.enrolUrl, { device, name: phoneName(), app: APP_VERSION });
    gate.show(await pinPage(gate, given));
  } catch (problem) {
    says.replaceChildren(...(await refusal(gate, problem)));
  }
}

async function refusal(gate: Gate, problem: unknown): Promise<HTMLElement[]> {
  const again = big(t("再试一次"), "refresh", () => signIn(gate), "main");
  if (problem instanceof NotSignedIn) {
    return [make("a", { class: "f-btn is-main", href: problem.url || gate.signInUrl }, icon("login"), make("span", {}, t("去登录")))];
  }
  if (problem instanceof Offline) return [note(t("没有网络。登录要联网，请到有信号的地方再试。"), "warn"), again];
  if (problem instanceof Problem && problem.status === 409 && problem.field === "device") return withdrawn(gate, problem.message);
  if (problem instanceof Problem && problem.status === 409) return foreign(gate, problem.message);
  if (problem instanceof Problem) return [note(problem.message, "late"), again, other(gate)];
  throw problem;
}

/** A withdrawn phone is never let in again under its old id: its keys are gone on the server, so what it holds is lost. */
function withdrawn(gate: Gate, words: string): HTMLElement[] {
  return [note(words, "late"), note(t("本机存的内容已经打不开，清除后可以重新登录使用。"), "warn"), big(t("清除本机"), "device-mobile-x", gate.forget, "main")];
}

const other = (gate: Gate): HTMLElement => make("a", { class: "f-btn is-quiet", href: gate.signInUrl }, icon("user"), make("span", {}, t("换个账号登录")));

async function foreign(gate: Gate, words: string): Promise<HTMLElement[]> {
  const lock = await new Vault(gate.db).lock();
  const kept = (await gate.db.all<{ state: string }>("commands")).filter(({ state }) => state === "waiting").length;
  const owner = lock ? t("本机属于 {owner}，没有上传的 {n} 条只有本人登录才能打开。", { owner: lock.owner, n: kept }) : "";
  const clear = async (): Promise<void> => {
    const question = { title: t("清除本机？"), words: t("原来的人没有上传的 {n} 条会丢失。", { n: kept }), yes: t("清除本机"), look: "danger" as const, reason: t("为什么现在清除") };
    if ((await ask(question)) !== null) await gate.forget();
  };
  return [note(words, "late"), ...(owner ? [note(owner, "warn")] : []), other(gate), big(t("清除本机，换人使用"), "device-mobile-x", clear, "quiet")];
}

function digits(label: string): HTMLInputElement {
  return make("input", {
    class: "f-input is-pin", type: "password", inputmode: "numeric", pattern: "[0-9]*", maxlength: 12, autocomplete: "off", "aria-label": label, placeholder: label,
  });
}

async function pinPage(gate: Gate, given: Enrolment): Promise<HTMLElement> {
  const [first, second] = [digits(t("口令，至少 6 位数字")), digits(t("再输一次"))];
  const says = make("div", { "aria-live": "polite" });
  const keep = async (): Promise<void> => {
    if (isWeak(first.value)) return says.replaceChildren(note(t("口令至少 6 位数字，不能是连号或同一个数字"), "late"));
    if (first.value !== second.value) return says.replaceChildren(note(t("两次输入的不一样"), "late"));
    button.disabled = true;
    try {
      await gate.opened(await new Vault(gate.db).admit(given, first.value));
      void navigator.storage?.persist?.();
    } catch (problem) {
      button.disabled = false;
      if (!(problem instanceof ForeignStore)) throw problem;
      says.replaceChildren(...(await foreign(gate, t("这次登录打不开本机的数据。"))));
    }
  };
  const button = big(t("好了，进入"), "lock", keep, "main");
  const form = make("form", { class: "f-stack" }, first, second, says, button);
  return page(t("设一个本机口令"), note(t("{name}，没有网络时用它打开。本机内容都加密存放，忘了口令可以重新登录。", { name: given.actor.name }), "plain"), form);
}

async function unlockPage(gate: Gate): Promise<HTMLElement> {
  const vault = new Vault(gate.db);
  const lock = await vault.lock();
  const pin = digits(t("本机口令"));
  const says = make("div", { "aria-live": "polite" });
  const unlock = async (): Promise<void> => {
    if (!pin.value) return pin.focus();
    button.disabled = true;
    try {
      await gate.opened(await vault.unlock(pin.value));
    } catch (problem) {
      button.disabled = false;
      pin.value = "";
      if (!(problem instanceof WrongPin)) throw problem;
      if (!problem.left) return signIn(gate, true);
      says.replaceChildren(note(t("口令不对，还可以试 {n} 次", { n: problem.left }), "late"));
    }
  };
  const button = big(t("打开"), "lock-open", unlock, "main");
  const form = make("form", { class: "f-stack" }, pin, says, button, big(t("忘了口令，重新登录"), "login", () => signIn(gate), "quiet"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void unlock();
  });
  requestAnimationFrame(() => pin.focus());
  const kept = (await gate.db.all<{ state: string }>("commands")).filter(({ state }) => state === "waiting").length;
  const waits = kept ? [note(t("本机有 {n} 条等待上传，打开后自动上传。", { n: kept }), "warn")] : [];
  return page(t("{owner} 的本机", { owner: lock?.owner ?? "" }), ...waits, form);
}

/** Everything of this phone: the store, what the worker kept, the look. The server is told by whoever had a token. */
export async function forgetAll(db: Db): Promise<void> {
  await db.erase().catch(() => undefined);
  sessionStorage.clear();
  toast(t("本机已清除"));
}
