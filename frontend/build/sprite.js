// Builds one SVG sprite from the Tabler icons named in a list, so that pages carry only what they show.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ICONS = "node_modules/@tabler/icons/icons";

/** The names of a list: one a line, `#` starts a remark. A name ending in `-filled` is taken from the filled set. */
export function namesIn(text) {
  return text
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter(Boolean);
}

function symbol(name) {
  const filled = name.endsWith("-filled");
  const file = filled ? join(ICONS, "filled", `${name.slice(0, -7)}.svg`) : join(ICONS, "outline", `${name}.svg`);
  const drawing = readFileSync(file, "utf8")
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/^[\s\S]*?<svg[^>]*>/, "")
    .replace(/<\/svg>[\s\S]*$/, "")
    .replace(/\s*\n\s*/g, "");
  const paint = filled
    ? 'fill="currentColor"'
    : 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${drawing}</symbol>`;
}

/** Vite plugin: writes `assets/icons-<hash>.svg` and `icons.json` ({file, names}) into `folder`. */
export function sprite({ names, folder }) {
  return {
    name: "linli-sprite",
    apply: "build",
    closeBundle() {
      const wanted = namesIn(readFileSync(names, "utf8"));
      const svg = `<svg xmlns="http://www.w3.org/2000/svg">${wanted.map(symbol).join("")}</svg>`;
      const hash = createHash("sha256").update(svg).digest("hex").slice(0, 8);
      const file = `assets/icons-${hash}.svg`;
      mkdirSync(join(folder, "assets"), { recursive: true });
      writeFileSync(join(folder, file), svg);
      writeFileSync(join(folder, "icons.json"), JSON.stringify({ file, names: wanted }));
    },
  };
}
