// Goes through every state of the page in a real browser, on a desktop and on a phone: a picture of each, and axe finds nothing serious.
//   --out FOLDER   where the pictures go; a temporary folder unless one is named, which the short form leaves only when something failed
//   --only NAME    the scenes with this in their name
//   --short        one size of those scenes that show most; none is begun after LIMIT_MS
// Prints "N passed, N failed, N skipped"; without Chromium all are skipped.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { farEnd } from "./far-end.mjs";
import { startFake } from "./fake.mjs";
import { SCENES } from "./scenes.mjs";

const SIZES = [
  { name: "desktop", viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  { name: "phone", viewport: { width: 390, height: 844 }, colorScheme: "dark", hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
];
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--auto-select-desktop-capture-source=Entire screen", "--allow-loopback-in-peer-connection",
];

/** How long the short form may go on beginning scenes. */
const LIMIT_MS = 50_000;

const option = (name) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);
const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));
if (!executablePath) {
  console.log("pages: skipped, there is no Chromium here");
  console.log(`0 passed, 0 failed, ${SCENES.length * SIZES.length} skipped`);
  process.exit(0);
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const out = option("--out") ?? mkdtempSync(join(tmpdir(), "meet-pages-"));
mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath, args: FLAGS, headless: true });
const fake = await startFake();
const answer = await farEnd(browser, fake.url);
const isShort = process.argv.includes("--short");
const started = performance.now();
let passed = 0;
let failed = 0;
let skipped = 0;

/** Serious faults that axe finds on the page as it is. */
async function faults(page) {
  const violations = await page.evaluate(async (source) => {
    if (!globalThis.axe) (0, eval)(source);
    const found = await globalThis.axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
    return found.violations.map(({ id, impact, nodes }) => ({ id, impact, targets: nodes.slice(0, 3).map((node) => `${node.target.join(" ")} ${node.any[0]?.message ?? ""}`) }));
  }, axe);
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, targets }) => `axe ${id}: ${targets.join("; ")}`);
}

const isWanted = (scene, size) =>
  (!option("--only") || scene.name.includes(option("--only"))) && (isShort ? scene.short === size : !scene.only || scene.only === size);

/** Goes there, takes the picture, and gives what is wrong. */
async function show(scene, size, context) {
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const found = [];
  page.on("pageerror", (fault) => found.push(`threw: ${fault.message}`));
  page.on("console", (message) => message.type() === "error" && !/status of (404|425|503)|WebSocket connection/.test(message.text()) && found.push(`console: ${message.text()}`));
  try {
    await scene.run({ page, fake, answer, size });
    await page.screenshot({ path: join(out, `${scene.name}-${size}.png`) });
    const width = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (width > 0) found.push(`it is ${width} pixels wider than the screen`);
    found.push(...(await faults(page)));
  } catch (fault) {
    await page.screenshot({ path: join(out, `${scene.name}-${size}-failed.png`) }).catch(() => undefined);
    found.push(fault.message.split("\n").slice(0, 4).join(" "));
  }
  await page.close();
  fake.cut();
  return found;
}

for (const { name: size, ...shape } of SIZES) {
  const context = await browser.newContext({ ...shape, locale: "en-GB", timezoneId: "Europe/London", permissions: ["camera", "microphone"], reducedMotion: "reduce" });
  await context.addInitScript(() => localStorage.clear());
  for (const scene of SCENES.filter((each) => isWanted(each, size))) {
    if (isShort && performance.now() - started > LIMIT_MS) {
      skipped++;
      continue;
    }
    const found = await show(scene, size, context);
    if (found.length === 0) passed++;
    else {
      failed++;
      console.log(`failed ${scene.name} (${size})\n  ${found.join("\n  ")}`);
    }
  }
  await context.close();
}

await browser.close();
fake.stop();
if (isShort && failed === 0 && !option("--out")) rmSync(out, { recursive: true });
else console.log(`pages: pictures in ${out}`);
if (skipped > 0) console.log(`pages: ${skipped} states were not reached in time`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed > 0 ? 1 : 0);
