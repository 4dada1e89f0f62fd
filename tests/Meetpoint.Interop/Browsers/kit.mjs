// What the scripts with real browsers share: one Chromium with a camera of its own, pages that join, and waiting with a bound.
import { createRequire } from "node:module";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { chromium } = createRequire(new URL("../../../web/meet/package.json", import.meta.url))("playwright-core");
export const LIMIT_MS = 45_000;

/** Runs a script in a browser and writes one line of JSON: what it put into the result, or the faults. */
export async function run(script, switches = []) {
  const folder = mkdtempSync(join(tmpdir(), "meetpoint-browser-"));
  const result = { faults: [] };
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    viewport: { width: 1280, height: 800 },
    permissions: ["camera", "microphone"],
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
      "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--allow-loopback-in-peer-connection", "--autoplay-policy=no-user-gesture-required",
      ...switches,
    ],
  });
  try {
    await script({ context, result, folder });
  } catch (fault) {
    result.faults.push(fault.message);
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(JSON.stringify(result));
}

const PERSON = readFileSync(new URL("person.js", import.meta.url), "utf8");

/** What enter() has a page prepared with: somebody who sounds and, with a colour, looks so that he is known; person.js has it. */
export const person = (given) => ({ content: `window.person = ${JSON.stringify(given)};\n${PERSON}` });

/** Runs in such a page: what it sees and hears by now. */
export const look = () => window.look();

/** Whether what look() told was heard has a tone in it. */
export const isHeard = (seen, hertz) => seen.hears.some((heard) => Math.abs(heard - hertz) < 12);

/** A page that has gone to the join page and pressed the button; faults of its own are the test's. */
export async function enter({ context, result }, name, url, prepare, given) {
  const page = await context.newPage();
  page.on("pageerror", (fault) => result.faults.push(`${name}'s page: ${fault.message}`));
  await page.addInitScript(prepare, given);
  await page.goto(url);
  await page.getByLabel(/name/i).first().fill(name);
  await page.getByRole("button", { name: /^join/i }).first().click();
  return page;
}

/** Looks again and again until it is done; what was seen then. */
export async function until(what, seen) {
  const end = Date.now() + LIMIT_MS;
  let last;
  while (Date.now() < end) {
    last = await seen();
    if (last.done) return last;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`expected ${what}; at last: ${JSON.stringify(last)}`);
}
