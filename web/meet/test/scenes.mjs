// The states of the page, and the way to each.
import { INFO } from "./fake.mjs";
import { linesOf, roster } from "./people.mjs";

/** Opens the page; the meeting is as told. */
async function open({ page, fake }, { status = 200, body = INFO } = {}) {
  fake.info = { status, body };
  fake.received.length = 0;
  fake.hasSockets = true;
  fake.onMessage = () => {};
  await page.goto(fake.url);
}

/** Fills in the name and presses the button; the exchange answers "enter" as told. */
async function enter(scene, onEnter, body = { ...INFO, hasPin: false }) {
  await open(scene, { body });
  scene.fake.onMessage = (message) => (message.type === "enter" ? onEnter(message) : undefined);
  await scene.page.getByLabel("Your name").fill("Ann Keller");
  await scene.page.getByRole("button", { name: /^Join/ }).click();
}

/** Inside, with so many others, of whom the first nine are in the lines. */
async function inside(scene, count, { changes = {}, isModerator = false, isLocked = false, then = [] } = {}) {
  const { page, fake, answer } = scene;
  if (isModerator) changes = { 7: { isOrganiser: true }, 100: { isOrganiser: false }, ...changes };
  await enter(scene, async (message) => {
    const lines = linesOf(message.offer);
    fake.send({ type: "entered", participant: 7, session: "s1", answer: await answer(message.offer), lines, isModerator, codec: "VP8", title: INFO.title });
    const participants = roster(count, changes);
    fake.send({ type: "roster", participants, isLocked });
    const seen = participants.filter(({ isSelf, video, state }) => !isSelf && video && state === "in");
    fake.send({ type: "lines", shown: lines.filter(({ kind }) => kind === "camera").map(({ mid }, i) => ({ mid, participant: seen[i]?.id ?? null })) });
    then.forEach((next) => fake.send(next));
  });
  await page.getByRole("button", { name: "Leave the meeting" }).waitFor();
  const videos = Math.min(9, roster(count, changes).filter(({ isSelf, video, state }) => !isSelf && video && state === "in").length);
  if (videos > 0) await page.waitForFunction(() => [...document.querySelectorAll(".stage video")].every((video) => video.videoWidth > 0));
  await page.waitForFunction(() => document.querySelectorAll(".tile-place").length > 0);
}

/** Waits until something holds of what the exchange was told. */
async function told(fake, holds, what) {
  for (let i = 0; i < 100; i++) {
    if (fake.received.some(holds)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the exchange was never told ${what}; it was told: ${JSON.stringify(fake.received.map((message) => ({ ...message, offer: undefined }))).slice(0, 600)}`);
}

/** Keeps the page's connections where a scene finds them. */
const keepPeers = () => {
  const Original = RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Original {
    constructor(...given) {
      super(...given);
      globalThis.kept = this;
    }
  };
};

/** Lines of the offer in which the page sends. */
const CAMERA = "1";
const CONTENT = "2";

/** Waits until frames go out in a line, in a codec. */
const sends = (page, line, codec) =>
  page.waitForFunction(async ([mid, mimeType]) => {
    const all = [...(await globalThis.kept.getStats()).values()];
    const named = (id) => all.find((each) => each.id === id)?.mimeType;
    return all.some((each) => each.type === "outbound-rtp" && each.mid === mid && each.framesEncoded > 0 && named(each.codecId) === mimeType);
  }, [line, `video/${codec}`]);

const waiting = (why, triesLeft = null) => (scene) =>
  enter(scene, () => scene.fake.send({ type: "wait", why, triesLeft })).then(() => scene.page.locator(".wait").waitFor());

const ended = (message) => async (scene) => {
  await enter(scene, () => scene.fake.send(message));
  await scene.page.getByText("You can close this page now.").waitFor();
};

/** Devices that fail in a named way. */
const faulty = (name) => async (scene) => {
  await scene.page.addInitScript((fault) => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("as told", fault));
    navigator.mediaDevices.enumerateDevices = () => Promise.resolve([]);
  }, name);
  await open(scene);
  await scene.page.getByText(/microphone and (no )?camera/).first().waitFor();
};

const chat = [
  { type: "chat", id: "1", participant: 100, name: "Alice Marsh", provider: "Albion Telecom", text: "Good morning everybody. The agenda is at https://albion.example/agenda/42.", at: new Date(Date.now() - 240_000).toISOString() },
  { type: "chat", id: "2", participant: 102, name: "Carla Jiménez", provider: "Liberty Networks", text: "Thanks! I can hear you all well.", at: new Date(Date.now() - 180_000).toISOString() },
  { type: "chat", id: "3", participant: 7, name: "Ann Keller", provider: "Albion Telecom", text: "Me too.\nShall we begin with the second point?", at: new Date(Date.now() - 60_000).toISOString() },
];

export const SCENES = [
  { name: "check", short: "desktop", run: async (scene) => { await open(scene); await scene.page.waitForFunction(() => document.querySelector(".preview video")?.videoWidth > 0); } },
  {
    name: "check-no-name",
    run: async (scene) => {
      await open(scene);
      await scene.page.getByRole("button", { name: /^Join/ }).click();
      await scene.page.getByText("Please give the name").waitFor();
      await scene.page.getByText("Choose devices").click();
    },
  },
  {
    name: "check-off",
    run: async (scene) => {
      await open(scene, { body: { ...INFO, hasPin: false } });
      await scene.page.getByLabel("Your name").fill("Ann Keller");
      await scene.page.getByRole("button", { name: "Mic", exact: true }).click();
      await scene.page.getByRole("button", { name: "Camera", exact: true }).click();
      await scene.page.getByRole("button", { name: "Join without microphone and camera" }).waitFor();
    },
  },
  { name: "check-denied", run: faulty("NotAllowedError") },
  { name: "check-missing", run: faulty("NotFoundError") },
  { name: "check-busy", run: faulty("NotReadableError") },
  { name: "unknown", run: async (scene) => { await open(scene, { status: 404, body: { type: "/problems/not-found", title: "Not found" } }); await scene.page.getByText("No such meeting").waitFor(); } },
  {
    name: "too-early",
    run: async (scene) => {
      await open(scene, { status: 425, body: { type: "/problems/too-early", startsAt: new Date(Date.now() + 86_400_000).toISOString() } });
      await scene.page.getByText("You are early").waitFor();
    },
  },
  { name: "unreachable", run: async (scene) => { await open(scene, { status: 503, body: { detail: "The exchange is being restarted." } }); await scene.page.getByText("cannot be reached").waitFor(); } },
  { name: "joining", run: (scene) => enter(scene, () => {}).then(() => scene.page.getByText("Joining the meeting").waitFor()) },
  { name: "wait-lobby", run: waiting("lobby") },
  { name: "wait-starting", run: waiting("starting") },
  { name: "wait-pin", run: waiting("pin") },
  { name: "wait-wrong-pin", short: "phone", run: waiting("wrong-pin", 2) },
  { name: "alone", run: (scene) => inside(scene, 0) },
  { name: "grid-2", run: (scene) => inside(scene, 1, { then: [{ type: "speaker", participant: 100 }, { type: "quality", up: "good", down: "good", score: 4.3 }] }) },
  { name: "grid-6", short: "phone", run: (scene) => inside(scene, 5, { changes: { 101: { hand: true } }, then: [{ type: "speaker", participant: 102 }, { type: "reaction", participant: 103, emoji: "👏" }] }) },
  { name: "grid-10", run: (scene) => inside(scene, 9) },
  { name: "grid-40", run: (scene) => inside(scene, 39, { then: [{ type: "speaker", participant: 130 }] }) },
  {
    name: "speaker-view",
    run: async (scene) => {
      await inside(scene, 7, { then: [{ type: "speaker", participant: 103 }] });
      await scene.page.keyboard.press("l");
      await scene.page.locator(".tile.is-main").waitFor();
      await told(scene.fake, ({ type, lines }) => type === "view" && lines.some(({ height }) => height >= 540), "that a line is shown large");
    },
  },
  {
    name: "content", short: "phone",
    run: async (scene) => {
      await inside(scene, 6, { changes: { 100: { isPresenting: true } }, then: [{ type: "floor", participant: 100, granted: true }] });
      await scene.page.waitForFunction(() => document.querySelector(".is-content video")?.videoWidth > 0);
      await told(scene.fake, ({ type, lines }) => type === "view" && lines.at(-1).height > 0, "that the content is shown");
    },
  },
  {
    name: "sharing",
    only: "desktop",
    run: async (scene) => {
      await scene.page.addInitScript(keepPeers);
      await inside(scene, 3);
      const { fake, page } = scene;
      await page.evaluate(() => {
        const canvas = document.createElement("canvas");
        canvas.getContext("2d").fillRect(0, 0, 10, 10);
        navigator.mediaDevices.getDisplayMedia = () => Promise.resolve(canvas.captureStream(5));
      });
      fake.onMessage = (message) => message.type === "present" && fake.send({ type: "floor", participant: message.active ? 7 : null, granted: true });
      await page.getByRole("button", { name: "Share screen" }).click();
      await page.getByText("Everybody sees your screen").first().waitFor();
      await sends(page, CONTENT, "VP8");
    },
  },
  {
    name: "late-camera",
    only: "desktop",
    run: async (scene) => {
      await scene.page.addInitScript(() => localStorage.setItem("meetpoint.join", JSON.stringify({ audio: false, video: false })));
      await scene.page.addInitScript(keepPeers);
      await inside(scene, 1);
      await told(scene.fake, ({ type, audio, video }) => type === "enter" && !audio && !video, "that one enters without devices");
      await scene.page.getByRole("button", { name: "Camera", exact: true }).click();
      await told(scene.fake, ({ type, video }) => type === "state" && video, "that the camera is on");
      await sends(scene.page, CAMERA, "VP8");
    },
  },
  {
    name: "codec",
    only: "desktop",
    run: async (scene) => {
      await scene.page.addInitScript(keepPeers);
      await inside(scene, 1);
      await sends(scene.page, CAMERA, "VP8");
      scene.fake.send({ type: "codec", name: "H264" });
      await sends(scene.page, CAMERA, "H264");
    },
  },
  { name: "chat", short: "desktop", run: async (scene) => {
      await inside(scene, 4, { then: chat.slice(0, 2) });
      await scene.page.getByRole("button", { name: /^Chat/ }).click();
      await scene.page.getByText("I can hear you all well").last().waitFor();
      scene.fake.send(chat[2]);
      await scene.page.getByText("Shall we begin").waitFor();
    },
  },
  {
    name: "people", short: "phone",
    run: async (scene) => {
      await inside(scene, 6, { isModerator: true, changes: { 104: { state: "lobby" }, 105: { state: "lobby" }, 101: { hand: true } } });
      await scene.page.getByRole("button", { name: /^People/ }).click();
      await scene.page.getByText("In the lobby (2)").waitFor();
    },
  },
  { name: "more", run: async (scene) => { await inside(scene, 4, { isModerator: true }); await scene.page.getByRole("button", { name: "More" }).click(); await scene.page.locator(".menu").waitFor(); } },
  { name: "reactions", only: "desktop", run: async (scene) => { await inside(scene, 2); await scene.page.getByRole("button", { name: "React" }).click(); await scene.page.locator(".popover").waitFor(); } },
  {
    name: "busy",
    run: async (scene) => {
      await inside(scene, 5, {
        isLocked: true,
        then: [
          { type: "recording", on: true, by: "Alice Marsh" }, { type: "quality", up: "poor", down: "fair", score: 2.1 },
          { type: "captions", participant: 100, text: "So the second route carries twice what it did in spring,", isFinal: true },
          { type: "captions", participant: 102, text: "and most of it in the evening, when the first is full.", isFinal: false },
        ],
      });
      await scene.page.locator(".captions").waitFor();
    },
  },
  { name: "muted", run: async (scene) => { await inside(scene, 3, { then: [{ type: "moderated", what: "muted", by: "Alice Marsh" }] }); await scene.page.getByText("Alice Marsh muted your microphone.").waitFor(); } },
  { name: "shortcuts", run: async (scene) => { await inside(scene, 2); await scene.page.keyboard.press("?"); await scene.page.getByRole("dialog").waitFor(); } },
  { name: "devices", run: async (scene) => { await inside(scene, 2); await scene.page.getByRole("button", { name: "More" }).click(); await scene.page.getByRole("button", { name: "Devices" }).click(); await scene.page.getByRole("dialog").waitFor(); } },
  {
    name: "back-to-lobby",
    run: async (scene) => {
      await inside(scene, 3);
      scene.fake.send({ type: "moderated", what: "to-lobby", by: "Alice Marsh" });
      await scene.page.getByText("You are back in the lobby").waitFor();
    },
  },
  { name: "lost", run: async (scene) => { await inside(scene, 3); scene.fake.hasSockets = false; scene.fake.cut(); await scene.page.getByText("The connection was lost.").waitFor(); } },
  {
    name: "given-up",
    run: async (scene) => {
      await scene.page.clock.install();
      await inside(scene, 3);
      scene.fake.hasSockets = false;
      scene.fake.cut();
      const words = scene.page.getByText("could not be restored");
      for (let i = 0; i < 60 && !(await words.isVisible()); i++) await scene.page.clock.runFor(10_000);
      await words.waitFor();
    },
  },
  { name: "landscape", only: "phone", run: async (scene) => { await scene.page.setViewportSize({ width: 844, height: 390 }); await inside(scene, 4, { then: chat.slice(1, 2) }); } },
  {
    name: "back-again",
    run: async (scene) => {
      await inside(scene, 3);
      scene.fake.cut();
      await scene.page.getByText("You are connected again.").waitFor();
      await scene.page.waitForFunction(() => [...document.querySelectorAll(".stage video")].every((video) => video.videoWidth > 0));
    },
  },
  { name: "left", run: async (scene) => { await inside(scene, 1); await scene.page.getByRole("button", { name: "Leave the meeting" }).click(); await scene.page.getByText("You have left").waitFor(); } },
  { name: "ended", run: ended({ type: "left", why: "ended", text: "" }) },
  { name: "removed", run: ended({ type: "left", why: "removed", text: "" }) },
  { name: "refused-locked", run: ended({ type: "refused", why: "meeting-locked", text: "" }) },
  { name: "refused-tries", run: ended({ type: "refused", why: "too-many-tries", text: "" }) },
  { name: "refused-pin", run: ended({ type: "refused", why: "wrong-pin", text: "" }) },
];
