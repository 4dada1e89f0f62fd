// Two real browsers in one meeting, each by its own join page: meet.mjs URL URL; with "recorded" behind it they stay until both were told that it is recorded, and that it is no more. Writes one line of JSON: what each decoded and heard, or what did not happen in time.
// The tone that each sends is an oscillator's, and the screen that is shared a canvas, so that what arrives can be told; camera, page and media are the browser's own.
import { createRequire } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { chromium } = createRequire(new URL("../../../web/meet/package.json", import.meta.url))("playwright-core");
const LIMIT_MS = 45_000;
const folder = mkdtempSync(join(tmpdir(), "meetpoint-browser-"));
const context = await chromium.launchPersistentContext(folder, {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  viewport: { width: 1280, height: 800 },
  permissions: ["camera", "microphone"],
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--allow-loopback-in-peer-connection", "--autoplay-policy=no-user-gesture-required",
  ],
});

const prepare = (hertz) => {
  window.connections = [];
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(...args) {
      super(...args);
      window.connections.push(this);
    }
  };
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    if (!wanted.audio) return open(wanted);
    const audio = new AudioContext();
    const tone = new OscillatorNode(audio, { frequency: hertz });
    const out = audio.createMediaStreamDestination();
    tone.connect(new GainNode(audio, { gain: 0.3 })).connect(out);
    tone.start();
    return out.stream;
  };
  navigator.mediaDevices.getDisplayMedia = async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1280, height: 720 });
    const pen = canvas.getContext("2d");
    let frame = 0;
    setInterval(() => {
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, 1280, 720);
      pen.fillStyle = "#103060";
      pen.font = "80px sans-serif";
      pen.fillText(`Slide ${frame++}`, 100, 200);
    }, 100);
    return canvas.captureStream(10);
  };
};

/** What comes in by now: pictures of each line, and the loudest frequency of the sound. */
const look = async () => {
  const connection = window.connections.at(-1);
  const stats = [...(await connection.getStats()).values()];
  const transceivers = connection.getTransceivers();
  window.heard ??= (() => {
    const audio = new AudioContext();
    const analyser = new AnalyserNode(audio, { fftSize: 8192 });
    audio.createMediaStreamSource(new MediaStream([transceivers[0].receiver.track])).connect(analyser);
    return { analyser, rate: audio.sampleRate };
  })();
  const bins = new Float32Array(window.heard.analyser.frequencyBinCount);
  window.heard.analyser.getFloatFrequencyData(bins);
  const loudest = bins.indexOf(Math.max(...bins));
  return {
    state: connection.connectionState,
    hertz: bins[loudest] > -60 ? (loudest * window.heard.rate) / 8192 : 0,
    lines: stats
      .filter((one) => one.type === "inbound-rtp" && one.kind === "video" && one.framesDecoded > 0)
      .map((one) => ({ mid: one.mid, frames: one.framesDecoded, height: one.frameHeight, codec: stats.find((codec) => codec.id === one.codecId)?.mimeType })),
    contentMid: transceivers.at(-1).mid,
    firstFrameMs: window.firstFrameMs ?? null,
  };
};

const result = { faults: [] };
try {
  const people = [];
  for (const [i, [name, hertz]] of [["Ann", 440], ["Ben", 880]].entries()) {
    const page = await context.newPage();
    page.on("pageerror", (fault) => result.faults.push(`${name}'s page: ${fault.message}`));
    await page.addInitScript(prepare, hertz);
    await page.goto(process.argv[2 + i]);
    await page.getByLabel(/name/i).first().fill(name);
    await page.getByRole("button", { name: /^join/i }).first().click();
    people.push({ page, name, hertz });
  }

  const [ann, ben] = people;
  const until = async (what, seen) => {
    const end = Date.now() + LIMIT_MS;
    let last;
    while (Date.now() < end) {
      last = await seen();
      if (last.done) return last;
      await ann.page.waitForTimeout(200);
    }
    throw new Error(`expected ${what}; at last: ${JSON.stringify(last)}`);
  };

  for (const [self, other] of [[ann, ben], [ben, ann]]) {
    result[self.name] = await until(`${self.name} to see and hear ${other.name}`, async () => {
      const seen = await self.page.evaluate(look);
      return { ...seen, done: seen.lines.some((line) => line.frames >= 20) && Math.abs(seen.hertz - other.hertz) < 12 };
    });
  }

  if (process.argv[4] === "recorded") {
    for (const state of ["visible", "hidden"]) {
      for (const { page } of people) await page.locator(".badge.is-recording").waitFor({ state, timeout: LIMIT_MS });
    }

    result.wasRecorded = true;
  } else {
    await share(ann, ben, until);
  }

  await ann.page.getByRole("button", { name: /^leave/i }).first().click();
} catch (fault) {
  result.faults.push(fault.message);
} finally {
  await context.close();
  rmSync(folder, { recursive: true, force: true });
}
console.log(JSON.stringify(result));

async function share(ann, ben, until) {
  await ann.page.getByRole("button", { name: /share/i }).first().click();
  result.content = await until("Ben to see what Ann shares", async () => {
    const seen = await ben.page.evaluate(look);
    const line = seen.lines.find((one) => one.mid === seen.contentMid);
    return { ...line, done: line?.frames >= 5 };
  });

  await ann.page.getByRole("button", { name: /chat/i }).first().click();
  await ann.page.getByRole("textbox").last().fill("Good morning over there");
  await ann.page.keyboard.press("Enter");
  await ben.page.getByRole("button", { name: /chat/i }).first().click();
  await ben.page.getByText("Good morning over there").first().waitFor({ timeout: 10_000 });
  result.chat = true;
  await ben.page.screenshot({ path: process.env.SCREENSHOT ?? join(folder, "ben.png") });
}
