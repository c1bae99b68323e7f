/** Language, size and colours of this phone; nothing personal, so it stands in clear and is there before unlocking. */
export interface Look {
  language: "zh-hans" | "en";
  size: "1" | "2" | "3";
  theme: "auto" | "light" | "dark";
}

const NAME = "linli-field-look";

export function lookNow(): Look {
  const language = document.documentElement.lang.startsWith("en") ? "en" : "zh-hans";
  const theme = /(?:^|; )linli_theme=(light|dark)/.exec(document.cookie)?.[1] ?? "auto";
  const otherwise: Look = { language, size: "1", theme: theme as Look["theme"] };
  try {
    return { ...otherwise, ...(JSON.parse(localStorage.getItem(NAME) ?? "{}") as Partial<Look>) };
  } catch {
    // Somebody else's words stand there: the look begins anew.
    return otherwise;
  }
}

export function setLook(change: Partial<Look>): void {
  localStorage.setItem(NAME, JSON.stringify({ ...lookNow(), ...change }));
}

export function applyLook(): void {
  const { language, size, theme } = lookNow();
  const root = document.documentElement;
  root.lang = language;
  root.dataset.size = size;
  const dark = theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.setAttribute("data-bs-theme", dark ? "dark" : "light");
}
