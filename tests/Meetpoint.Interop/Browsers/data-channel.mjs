// A real browser against our data channels: data-channel.mjs OFFER (SDP, base64). Writes its answer as one line of JSON at once, and at the end what it sent, heard and saw.
import { createRequire } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { chromium } = createRequire(new URL("../../../web/meet/package.json", import.meta.url))("playwright-core");
const LIMIT_MS = 30_000;
const folder = mkdtempSync(join(tmpdir(), "meetpoint-data-"));
const context = await chromium.launchPersistentContext(folder, {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--allow-loopback-in-peer-connection"],
});

try {
  const page = context.pages()[0] ?? (await context.newPage());
  const answer = await page.evaluate(async (offer) => {
    const heard = (channel) => new Promise((resolve) => channel.addEventListener("message", ({ data }) => resolve(data), { once: true }));
    const pc = new RTCPeerConnection();
    window.result = (async () => {
      const opened = new Promise((resolve) => pc.addEventListener("datachannel", ({ channel }) => resolve(channel), { once: true }));
      const ours = pc.createDataChannel("from the browser", { protocol: "CLUE" });
      ours.binaryType = "arraybuffer";
      await new Promise((resolve) => ours.addEventListener("open", resolve, { once: true }));
      const texts = ["hällo", "", "x".repeat(60_000)];
      const echoed = [];
      for (const text of texts) {
        const back = heard(ours);
        ours.send(text);
        echoed.push((await back) === text);
      }
      const back = heard(ours);
      ours.send(new Uint8Array([1, 2, 3]));
      echoed.push(new Uint8Array(await back).join() === "1,2,3");
      // Many at once, in order.
      const all = new Promise((resolve) => {
        const numbers = [];
        ours.addEventListener("message", ({ data }) => {
          numbers.push(Number(data));
          if (numbers.length === 500) resolve(numbers.every((number, at) => number === at));
        });
      });
      for (let at = 0; at < 500; at++) ours.send(String(at));
      const inOrder = await all;
      const theirs = await opened;
      theirs.send("heard");
      const word = await heard(theirs);
      return { echoed, inOrder, label: theirs.label, protocol: theirs.protocol, word };
    })();
    await pc.setRemoteDescription({ type: "offer", sdp: offer });
    await pc.setLocalDescription();
    return pc.localDescription.sdp;
  }, Buffer.from(process.argv[2], "base64").toString("utf8"));
  console.log(JSON.stringify({ answer }));
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error(`nothing after ${LIMIT_MS} ms`)), LIMIT_MS));
  console.log(JSON.stringify(await Promise.race([page.evaluate(() => window.result), late])));
} catch (e) {
  console.log(JSON.stringify({ fault: String(e) }));
} finally {
  await context.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
