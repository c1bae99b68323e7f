/** 扫一扫: a place, a person present, or a code that is not ours. By hand where the camera is of no use. */
import type { App } from "../app";
import type { Site } from "../contract";
import { codeOf, tagHash, type Code } from "../phone/codes";
import { readPicture, watchCodes } from "../phone/camera";
import { big, icon, make, note } from "../ui/pieces";
import { t } from "../ui/say";
import { go, type Screen } from "./screen";

export async function siteByTag(app: App, tag: string): Promise<Site | undefined> {
  const sites = app.source<Site[]>("sites", []);
  const hash = await tagHash(tag);
  return sites.find((site) => site.tag_hash === hash);
}

/** Whoever asked for a code gets it: the patrol under way, a visit; else the place is opened. */
function follow(code: Code, says: HTMLElement, wanted: string): void {
  if (code.kind === "site" && wanted === "patrol") go("point", code.tag);
  else if (code.kind === "site") go("s", code.tag);
  else if (code.kind === "person") go("visit", "", code.code);
  else says.replaceChildren(note(t("这不是本平台的码：{text}", { text: code.text.slice(0, 60) }), "warn"));
}

export function scan(_app: App, [wanted = ""]: string[]): Screen {
  const video = make("video", { playsinline: true, muted: true, class: "f-video" });
  const frame = make("div", { class: "f-camera" }, video, make("div", { class: "f-aim" }), icon("scan"));
  const says = make("div", { "aria-live": "polite" });
  const took = (text: string): void => follow(codeOf(text), says, wanted);
  let stop: () => void = () => undefined;
  let isLeft = false;
  void watchCodes(video, took).then(
    (end) => (isLeft ? end() : (stop = end)),
    () => {
      frame.hidden = true;
      says.replaceChildren(note(t("相机打不开。可以拍一张码的照片，或输入码下的编号。"), "warn"));
    },
  );
  const picture = make("input", { type: "file", accept: "image/*", capture: "environment" });
  picture.addEventListener("change", () => {
    const file = picture.files?.[0];
    if (file) void readPicture(file).then((text) => (text ? took(text) : says.replaceChildren(note(t("照片里没有认出码，请靠近再拍。"), "warn"))));
  });
  const typed = make("input", { class: "f-input", autocomplete: "off", autocapitalize: "characters", "aria-label": t("码下的编号"), placeholder: t("码下的编号") });
  const hand = make("form", { class: "f-inline" }, typed, big(t("打开"), "arrow-right", () => took(typed.value), "main"));
  hand.addEventListener("submit", (event) => {
    event.preventDefault();
    took(typed.value);
  });
  const body = make("div", { class: "f-stack" }, frame, says, make("label", { class: "f-take is-slim" }, icon("camera"), make("span", {}, t("拍码的照片")), picture), hand);
  return {
    title: t("扫一扫"), tab: "scan", body,
    leave: () => {
      isLeft = true;
      stop();
    },
  };
}
