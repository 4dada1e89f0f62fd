// Somebody who was in is sent back to the lobby and let in again, and what is said is captioned: lobby.mjs URL URL PROGRAM CONFIGURATION SOCKET MEETING. The organiser acts by his exchange's commands.
// Writes one line of JSON: what each saw meanwhile and afterwards.
import { execFileSync } from "node:child_process";
import { request } from "node:http";
import { enter, run, until } from "./kit.mjs";

const [, , albion, liberty, program, configuration, socketPath, meeting] = process.argv;
const command = (...given) => JSON.parse(execFileSync(program, ["meeting", ...given, "--output", "json", "--config", configuration], { encoding: "utf8" }));

const caption = (participant, text) => new Promise((resolve, reject) => {
  const body = JSON.stringify({ participant, text, isFinal: true });
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  request({ socketPath, path: `/api/v1/meetings/${meeting}/captions`, method: "POST", headers, agent: false }, (answer) => resolve(answer.resume().statusCode)).on("error", reject).end(body);
});

const prepare = () => {
  window.connections = [];
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(...given) {
      super(...given);
      window.connections.push(this);
    }
  };
};

const look = async () => ({
  connections: window.connections.length,
  frames: [...(await window.connections.at(-1).getStats()).values()].reduce((sum, { type, kind, framesDecoded }) => sum + (type === "inbound-rtp" && kind === "video" ? framesDecoded : 0), 0),
  pictures: document.querySelectorAll(".stage video").length,
});

await run(async (on) => {
  const ann = await enter(on, "Ann", albion, prepare);
  const ben = await enter(on, "Ben", liberty, prepare);
  const sees = (page, what, least) => until(what, async () => {
    const seen = await page.evaluate(look);
    return { ...seen, done: seen.frames >= least && seen.pictures === 2 };
  });
  await sees(ann, "Ann to see Ben", 10);
  await sees(ben, "Ben to see Ann", 10);
  const { id } = command("participants", meeting).find(({ name }) => name === "Ben");

  const status = await caption(id, "Good morning from over there");
  if (status !== 204) throw new Error(`expected the caption to be taken; instead ${status}`);
  for (const page of [ann, ben]) await page.locator(".captions").getByText("Good morning from over there").waitFor({ timeout: 10_000 });

  command("to-lobby", meeting, String(id));
  await ben.getByText("You are back in the lobby").waitFor({ timeout: 10_000 });
  await ann.waitForFunction(() => document.querySelectorAll(".stage video").length === 1);
  // What was on its way has come; from then on nothing is sent to him.
  let last = -1;
  await until("no more pictures to come", async () => {
    const { frames } = await ben.evaluate(look);
    const isDone = frames === last;
    last = frames;
    return { frames, done: isDone };
  });
  on.result.lobby = { before: last };

  command("admit", meeting, String(id));
  on.result.Ann = await sees(ann, "Ann to see Ben again", (await ann.evaluate(look)).frames + 10);
  on.result.Ben = await sees(ben, "Ben to see Ann again", last + 10);
});
