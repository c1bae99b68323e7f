/** 我的: who I am here, my code of presence, language, size, the phone's store, leaving. */
import type { App } from "../app";
import { presenceCode } from "../phone/codes";
import { fromBase64 } from "../store/crypto";
import { isWeak, WrongPin } from "../store/vault";
import { ask, badge, big, facts, list, make, note, row, section, toast } from "../ui/pieces";
import { clock, sizeWords, t } from "../ui/say";
import { applyLook, lookNow, setLook, type Look } from "../look";
import { link, type Screen } from "./screen";

const NEW_CODE_MS = 5_000;

export function me(app: App): Screen {
  const posts = app.known.actor.posts.map(({ role_label, unit }): [string, string] => [role_label, unit]);
  const trouble = app.queue.troubled.length;
  const body = make("div", {},
    make("h2", { class: "f-title" }, app.name),
    facts(posts),
    list(
      row(link("presence"), t("我的在场码"), [t("让对方扫，证明我在现场")], "qrcode"),
      row(link("duties"), t("我的排班"), [t("前 3 天到后 14 天")], "calendar-event"),
      row(link("outbox"), t("传输箱"), [t("待传 {n}", { n: app.queue.waiting.length }), ...(trouble ? [badge(t("要处理 {n}", { n: trouble }), "late")] : [])], "cloud-upload"),
      row(link("settings"), t("设置"), [t("语言、字号、口令、本机数据")], "settings"),
    ),
    make("a", { class: "f-btn is-quiet", href: "/desk" }, t("打开电脑版工作台")),
  );
  return { title: t("我的"), tab: "me", body };
}

export async function presence(app: App): Promise<Screen> {
  const { codeSvg } = await import("../phone/draw-code");
  const box = make("div", { class: "f-presence" });
  const secret = fromBase64(app.known.presence);
  let last = "";
  const show = async (): Promise<void> => {
    const code = await presenceCode(secret, app.device, Date.now());
    if (code === last) return;
    last = code;
    box.replaceChildren(codeSvg(code));
  };
  await show();
  const timer = setInterval(() => void show(), NEW_CODE_MS);
  const body = make("div", { class: "f-stack" }, box, make("p", { class: "f-center" }, app.name), note(t("每分钟换一次，没有网络也有效。截图过几分钟就没用了。"), "plain"));
  return { title: t("我的在场码"), body, leave: () => clearInterval(timer) };
}

function chips<K extends keyof Look>(name: K, label: string, options: readonly (readonly [Look[K], string])[]): HTMLElement {
  const box = make("div", { class: "f-choices", role: "radiogroup", "aria-label": label });
  for (const [value, words] of options) {
    const input = make("input", { type: "radio", name, checked: lookNow()[name] === value });
    input.addEventListener("change", () => {
      setLook({ [name]: value } as Partial<Look>);
      applyLook();
      // The screen itself must speak the new language.
      if (name === "language") dispatchEvent(new HashChangeEvent("hashchange"));
    });
    box.append(make("label", { class: "f-choice" }, input, make("span", {}, words)));
  }
  return make("div", { class: "f-field" }, make("div", { class: "f-label" }, label), box);
}

async function storage(): Promise<string> {
  const used = await navigator.storage?.estimate?.().catch(() => null);
  if (!used?.usage) return "";
  return t("{used}，还可用 {rest}", { used: sizeWords(used.usage), rest: sizeWords((used.quota ?? 0) - used.usage) });
}

function pinForm(app: App): HTMLElement {
  const field = (label: string): HTMLInputElement => make("input", { class: "f-input", type: "password", inputmode: "numeric", autocomplete: "off", "aria-label": label, placeholder: label });
  const [old, fresh] = [field(t("现在的口令")), field(t("新口令，至少 6 位数字"))];
  const change = async (): Promise<void> => {
    if (isWeak(fresh.value)) return toast(t("口令至少 6 位数字，不能是连号或同一个数字"), "late");
    try {
      await app.vault.changePin(old.value, fresh.value);
      toast(t("口令已改"));
      old.value = fresh.value = "";
    } catch (problem) {
      if (!(problem instanceof WrongPin)) throw problem;
      toast(t("口令不对，还可以试 {n} 次", { n: problem.left }), "late");
    }
  };
  return make("div", { class: "f-stack" }, old, fresh, big(t("改口令"), "key", change, "plain"));
}

async function forget(app: App): Promise<void> {
  const left = app.queue.waiting.length + app.queue.troubled.length;
  const words = left ? t("本机还有 {n} 条没有上传或没有处理，清除后找不回来。", { n: left }) : t("已上传的都在平台上；本机的记录和缓存会全部删除。");
  const answer = await ask({ title: t("清除本机？"), words, yes: t("清除本机"), look: "danger", reason: left ? t("为什么现在清除") : "" });
  if (answer === null) return;
  await app.api.forgotten().catch(() => undefined);
  dispatchEvent(new CustomEvent("linli:forget"));
}

export async function settings(app: App): Promise<Screen> {
  const room = await storage();
  const body = make("div", {},
    chips("language", t("语言"), [["zh-hans", "中文"], ["en", "English"]]),
    chips("size", t("字号"), [["1", t("标准")], ["2", t("大")], ["3", t("特大")]]),
    chips("theme", t("外观"), [["auto", t("跟随手机")], ["light", t("浅色")], ["dark", t("深色")]]),
    section(t("口令"), pinForm(app)),
    section(t("本机"), facts([[t("登录有效到"), clock(app.known.valid_to)], [t("上次连上"), clock(app.sync.standing.reached_at)], [t("占用空间"), room], [t("本机编号"), app.device.slice(0, 8)]])),
    make("div", { class: "f-stack" },
      big(t("现在锁上"), "lock", () => dispatchEvent(new CustomEvent("linli:lock")), "plain"),
      big(t("重新登录"), "login", () => dispatchEvent(new CustomEvent("linli:renew")), "plain"),
      big(t("清除本机"), "device-mobile-x", () => forget(app), "danger")),
  );
  return { title: t("设置"), body };
}
