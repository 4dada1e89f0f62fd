// A browser that may use relays alone, with one that may not: relay.mjs URL URL SCHEME [KEY]. Writes one line of JSON: by what way each came, and what a relay says to a wrong password.
// Of the relays that the page was told it knows those of the scheme, turn or turns; KEY is of the relay's certificate, which nobody else vouches for: base64 of the SHA-256 of its public key.
import { enter, run, until } from "./kit.mjs";

const [, , albion, liberty, scheme, key] = process.argv;

const prepare = ({ policy, scheme }) => {
  window.connections = [];
  window.Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends window.Native {
    constructor(given) {
      const iceServers = (given.iceServers ?? []).map((server) => ({ ...server, urls: [server.urls].flat().filter((url) => url.startsWith(`${scheme}:`)) })).filter(({ urls }) => urls.length > 0);
      super({ ...given, iceServers, iceTransportPolicy: policy });
      window.given = { ...given, iceServers };
      window.connections.push(this);
    }
  };
};

/** By what way media goes, and how many pictures came. */
const look = async () => {
  const stats = [...(await window.connections.at(-1).getStats()).values()];
  const pair = stats.find(({ id }) => id === stats.find(({ type }) => type === "transport")?.selectedCandidatePairId);
  const local = stats.find(({ id }) => id === pair?.localCandidateId);
  return {
    way: local?.candidateType ?? null,
    by: local?.relayProtocol ?? null,
    frames: Math.max(0, ...stats.filter(({ type, kind }) => type === "inbound-rtp" && kind === "video").map(({ framesDecoded }) => framesDecoded ?? 0)),
  };
};

/** What a relay gives to who comes with a password that it did not see. */
const wrong = async () => {
  const connection = new window.Native({ iceServers: window.given.iceServers.map((server) => ({ ...server, credential: "wrong" })), iceTransportPolicy: "relay" });
  const found = { candidates: 0, errors: [] };
  connection.createDataChannel("x");
  const gathered = new Promise((resolve) => connection.addEventListener("icecandidate", ({ candidate }) => (candidate ? found.candidates++ : resolve())));
  connection.addEventListener("icecandidateerror", ({ errorCode }) => found.errors.push(errorCode));
  await connection.setLocalDescription();
  await gathered;
  connection.close();
  return found;
};

await run(async (on) => {
  const pages = {
    Ann: await enter(on, "Ann", albion, prepare, { policy: "relay", scheme }),
    Ben: await enter(on, "Ben", liberty, prepare, { policy: "all", scheme: "none" }),
  };
  for (const [name, page] of Object.entries(pages)) {
    on.result[name] = await until(`${name} to see the other`, async () => {
      const seen = await page.evaluate(look);
      return { ...seen, done: seen.way !== null && seen.frames >= 10 };
    });
  }
  on.result.wrong = await pages.Ann.evaluate(wrong);
}, key ? [`--ignore-certificate-errors-spki-list=${key}`] : []);
