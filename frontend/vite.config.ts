import { defineConfig } from "vite";
import { sprite } from "./build/sprite.js";

const built = "../src/linli/web/static/built";

export default defineConfig({
  base: "./",
  plugins: [sprite({ names: "icons.txt", folder: built })],
  build: {
    outDir: built,
    emptyOutDir: true,
    manifest: "manifest.json",
    // Office machines on Windows 7 stop at Chrome 109, and the web views of older phones earlier still.
    target: ["chrome87", "firefox91", "safari14"],
    cssTarget: ["chrome87", "safari14"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      output: {
        // Some servers do not know that .mjs is a script, and browsers refuse a worker without that type.
        assetFileNames: ({ names }) => (names[0]?.endsWith(".mjs") ? "assets/[name]-[hash].js" : "assets/[name]-[hash][extname]"),
      },
      input: {
        desk: "src/desk/main.ts",
        map: "src/map/main.ts",
        resident: "src/resident/main.ts",
        field: "src/field/main.ts",
        worker: "src/field/worker/main.ts",
        theme: "src/kit/theme.ts",
      },
    },
  },
  test: { environment: "happy-dom", include: ["src/**/*.test.ts"], css: true },
});
