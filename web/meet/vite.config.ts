import { defineConfig } from "vitest/config";
import { compressed } from "./build/compressed.ts";

// The page stands at …/join/CODE and its files at …/assets/, wherever a proxy has put the exchange: every address is relative to the page.
export default defineConfig({
  base: "./",
  plugins: [compressed()],
  build: {
    target: "es2022",
    outDir: "dist",
    assetsInlineLimit: 0, // the content security policy takes nothing inline
    modulePreload: false,
  },
  experimental: {
    renderBuiltUrl: (file, { hostType }) => (hostType === "html" ? `../${file}` : { relative: true }),
  },
  test: {
    environment: "node", // tests of views say what else they need
    testTimeout: 60_000,
    include: ["src/**/*.test.{ts,tsx}", "test/**/*.test.ts"],
    restoreMocks: true,
  },
});
