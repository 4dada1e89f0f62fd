// Two real browsers in one meeting, each by its own join page: meet.mjs URL URL [quality|recorded]; "quality" until both pages say how their connection does, "recorded" until both were told that the meeting is recorded, and that it is no more.
// Writes one line of JSON: what each decoded and heard, or what did not happen in time.
// The tone that each sends is an oscillator's, and the screen that is shared a canvas, so that what arrives can be told; camera, page and media are the browser's own.
import { join } from "node:path";
import { enter, LIMIT_MS, run, until } from "./kit.mjs";

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

await run(async (on) => {
  const { result, folder } = on;
  const people = [];
  for (const [i, [name, hertz]] of [["Ann", 440], ["Ben", 880]].entries())
    people.push({ page: await enter(on, name, process.argv[2 + i], prepare, hertz), name, hertz });
  const [ann, ben] = people;

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
    await share(on, people);
  }

  await ann.page.getByRole("button", { name: /^leave/i }).first().click();
});

async function share({ result, folder }, people) {
  const [ann, ben] = people;
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
  if (process.argv[4] === "quality") {
    for (const { page, name } of people) {
      const badge = page.locator(".badge.health");
      await badge.waitFor({ timeout: 30_000 });
      result[name].health = await badge.textContent();
    }
  }

  await ben.page.screenshot({ path: process.env.SCREENSHOT ?? join(folder, "ben.png") });
}
