import { defineConfig } from "vite";

// Hexadecimal hashes of twelve characters are what WhiteNoise takes for names that never change.
const named = (folder: string) => `${folder}[name].[hash:12]`;

export default defineConfig({
  base: "./",
  publicDir: false,
  build: {
    outDir: "src/kith/web/static/build",
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: ["app", "theme", "imports", "chart", "ranked", "guided", "weights"].map((name) => `frontend/${name}.ts`),
      output: {
        hashCharacters: "hex",
        entryFileNames: `${named("")}.js`,
        chunkFileNames: `${named("")}.js`,
        assetFileNames: `${named("")}[extname]`,
      },
    },
  },
  css: {
    preprocessorOptions: {
      scss: {
        quietDeps: true,
        // Bootstrap 5.3 is written for @import and says so itself; it moves to modules in version 6.
        silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
      },
    },
  },
});
