/** Sets the colour scheme before the first paint. The server knows a chosen theme (cookie); "auto" follows the device. */
const root = document.documentElement;

function chosen(): string {
  return /(?:^|; )linli_theme=(light|dark)/.exec(document.cookie)?.[1] ?? "auto";
}

function apply(): void {
  const wish = chosen();
  const dark = wish === "dark" || (wish === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.setAttribute("data-bs-theme", dark ? "dark" : "light");
}

apply();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);

// Paper is white, whatever the screen is.
addEventListener("beforeprint", () => root.setAttribute("data-bs-theme", "light"));
addEventListener("afterprint", apply);

export {};
