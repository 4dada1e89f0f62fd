// Two browsers whose cameras are encrypted from end to end: sealed.mjs URL URL. Pictures are sealed by AES-GCM with a key that the two pages alone have, but for the first bytes, which say to whoever forwards
// them what is a keyframe. Writes one line of JSON: what each opened, could not open, and decoded.
import { enter, run, until } from "./kit.mjs";

const prepare = (secret) => {
  window.connections = [];
  window.counts = { sealed: 0, opened: 0, broken: 0 };
  window.shown = {};
  const NativeSocket = window.WebSocket;
  window.WebSocket = class extends NativeSocket {
    constructor(...given) {
      super(...given);
      window.socket = this;
      this.addEventListener("message", ({ data }) => {
        const frame = JSON.parse(data);
        if (frame.type === "lines") for (const { mid, participant } of frame.shown) window.shown[mid] = participant;
      });
    }
  };
  const Native = window.RTCPeerConnection;
  const NONCE = 12;
  // The header of a VP8 frame (RFC 6386 section 9.1).
  const clearOf = (frame) => (frame.type === "key" ? 10 : 3);
  const key = crypto.subtle.importKey("raw", Uint8Array.from(secret), "AES-GCM", false, ["encrypt", "decrypt"]);
  const seal = async (frame) => {
    const plain = new Uint8Array(frame.data);
    const clear = plain.slice(0, clearOf(frame));
    const iv = crypto.getRandomValues(new Uint8Array(NONCE));
    const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: clear }, await key, plain.subarray(clear.length)));
    const all = new Uint8Array(clear.length + sealed.length + NONCE);
    all.set(clear);
    all.set(sealed, clear.length);
    all.set(iv, clear.length + sealed.length);
    frame.data = all.buffer;
    window.counts.sealed++;
    return true;
  };
  const open = async (frame) => {
    const all = new Uint8Array(frame.data);
    const clear = all.slice(0, clearOf(frame));
    const iv = all.slice(all.length - NONCE);
    try {
      const plain = new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: clear }, await key, all.subarray(clear.length, all.length - NONCE)));
      const whole = new Uint8Array(clear.length + plain.length);
      whole.set(clear);
      whole.set(plain, clear.length);
      frame.data = whole.buffer;
      window.counts.opened++;
      return true;
    } catch {
      window.counts.broken++;
      return false;
    }
  };
  const through = (end, change) => {
    const { readable, writable } = end.createEncodedStreams();
    void readable.pipeThrough(new TransformStream({ async transform(frame, out) { if (!change || (await change(frame))) out.enqueue(frame); } })).pipeTo(writable).catch(() => undefined);
  };
  window.RTCPeerConnection = class extends Native {
    constructor(given) {
      super({ ...given, encodedInsertableStreams: true });
      window.connections.push(this);
    }
    addTransceiver(what, init) {
      const transceiver = super.addTransceiver(what, init);
      const isVideo = transceiver.receiver.track.kind === "video";
      if (init?.direction !== "recvonly") through(transceiver.sender, isVideo ? seal : null);
      if (init?.direction !== "sendonly") through(transceiver.receiver, isVideo ? open : null);
      return transceiver;
    }
  };
};

/** What came, and the loudness of the sound, which is mixed and so is not sealed. */
const look = async () => {
  const stats = [...(await window.connections.at(-1).getStats()).values()];
  const video = stats.filter(({ type, kind }) => type === "inbound-rtp" && kind === "video");
  return {
    ...window.counts,
    frames: Math.max(0, ...video.map(({ framesDecoded }) => framesDecoded ?? 0)),
    codec: stats.find(({ id }) => id === video.find(({ framesDecoded }) => framesDecoded > 0)?.codecId)?.mimeType ?? null,
  };
};

const secret = [...crypto.getRandomValues(new Uint8Array(16))];
await run(async (on) => {
  const pages = { Ann: await enter(on, "Ann", process.argv[2], prepare, secret), Ben: await enter(on, "Ben", process.argv[3], prepare, secret) };
  const see = (name, more) => until(`${name} to open and decode the other's pictures`, async () => {
    const seen = await pages[name].evaluate(look);
    return { ...seen, done: seen.frames >= more };
  });
  for (const name of ["Ann", "Ben"]) on.result[name] = await see(name, 20);
  // Off by what Ann's page says alone, while her camera goes on: what the exchange cannot read is hidden at once, and begins again with a keyframe that it asks for and finds.
  const say = (video) => pages.Ann.evaluate((isOn) => window.socket.send(JSON.stringify({ type: "state", audio: true, video: isOn })), video);
  await say(false);
  await until("Ben's lines to show nobody", async () => {
    const shown = await pages.Ben.evaluate(() => window.shown);
    return { shown, done: Object.values(shown).every((participant) => participant === null) };
  });
  await say(true);
  on.result.again = await see("Ben", (await pages.Ben.evaluate(look)).frames + 10);
});
