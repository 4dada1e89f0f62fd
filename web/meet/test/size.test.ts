import { existsSync, readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { expect, it } from "vitest";

/** Bytes that a first visit may take, compressed. */
const MAX_BYTES = 150_000;

const dist = fileURLToPath(new URL("../dist", import.meta.url));

it.runIf(existsSync(dist)).each([".br", ".gz"])(`takes less than ${MAX_BYTES} bytes in all as %s`, (suffix) => {
  const files = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(suffix));
  const total = files.reduce((sum, file) => sum + statSync(join(dist, file)).size, 0);
  expect(files.length).toBeGreaterThanOrEqual(3);
  expect(total, files.join(" ")).toBeLessThan(MAX_BYTES);
});
