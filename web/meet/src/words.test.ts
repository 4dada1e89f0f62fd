import { describe, expect, it } from "vitest";
import { deviceFault } from "./media/devices.ts";
import { levelOf } from "./media/level.ts";
import { meetingAddress } from "./address.ts";
import { fetchInfo } from "./info.ts";
import { deviceWords, endWords, givenUpWords, healthWords, waitWords } from "./words.ts";
import { opensText, whenText } from "./when.ts";
import { codecNamed, videoCodecs } from "./link/codecs.ts";
import { iceServers } from "./link/iceServers.ts";
import { initialsOf } from "./views/Avatar.tsx";
import { INFO } from "../test/samples.ts";

describe("devices", () => {
  it.each([
    ["NotAllowedError", "denied"], ["NotFoundError", "missing"], ["OverconstrainedError", "missing"], ["NotReadableError", "busy"], ["SecurityError", "insecure"], ["Whatever", "other"],
  ] as const)("%s is %s, and has words of its own", (name, fault) => {
    expect(deviceFault(new DOMException("", name))).toBe(fault);
    expect(deviceWords("camera", fault)).toMatch(/join without a camera\.$/);
  });

  it("that fail together are told of together", () => expect(deviceWords("microphone and camera", "denied")).toMatch(/^This page may not use your microphone and camera\. Allow them/));

  it("are as loud as their samples", () => {
    expect(levelOf(new Float32Array(64))).toBe(0);
    expect(levelOf(new Float32Array(64).fill(1))).toBe(1);
    expect(levelOf(new Float32Array(64).fill(0.01))).toBeCloseTo(0.4, 2);
  });
});

describe("waiting", () => {
  it("says how often a PIN can be tried", () => {
    expect(waitWords({ why: "wrong-pin", triesLeft: 1 }, "Alice", false).text).toBe("You can try once more.");
    expect(waitWords({ why: "wrong-pin", triesLeft: 2 }, "Alice", false).text).toBe("You can try 2 more times.");
  });

  it("names the organiser, or says that there is one", () => {
    expect(waitWords({ why: "lobby", triesLeft: null }, "Alice", false).text).toMatch(/^Alice has been told/);
    expect(waitWords({ why: "lobby", triesLeft: null }, "", true).text).toMatch(/^The organiser moved you here/);
  });
});

describe("the end", () => {
  it("offers to come back where that can help", () => {
    expect(endWords({ why: "refused", code: "meeting-locked", text: "Forbidden (inc_1)" })).toMatchObject({ title: "The meeting is locked", canReturn: true });
    expect(endWords({ why: "removed", code: "", text: "" }).canReturn).toBe(false);
  });

  it("gives the exchange's own words for a code that the page does not know", () => {
    expect(endWords({ why: "refused", code: "no-agreement", text: "Your provider has no agreement." }).text).toBe("Your provider has no agreement.");
  });
});

it("says how the connection is, each way for itself", () => {
  expect(healthWords(null)).toBeNull();
  expect(healthWords({ up: "good", down: "good", score: 4 })!.word).toBe("Good connection");
  expect(healthWords({ up: "poor", down: "good", score: 2 })).toEqual({ word: "Weak connection", text: "Others may not see or hear you well. You receive everything well." });
});

it("finds the exchange below whatever path a proxy puts it", () => {
  const address = meetingAddress("https://meet.example/telecom/join/482917?x=1#y")!;
  expect([address.code, address.info.href, address.socket.href]).toEqual([
    "482917", "https://meet.example/telecom/api/v1/join/482917", "wss://meet.example/telecom/api/v1/join/482917/ws",
  ]);
  expect(meetingAddress("http://127.0.0.1:8080/join/abc")!.socket.href).toBe("ws://127.0.0.1:8080/api/v1/join/abc/ws");
  expect(meetingAddress("https://meet.example/")).toBeNull();
});

it("takes an invitation along, and nothing else of what follows the address", () => {
  const address = meetingAddress("https://meet.example/join/482917?utm=x&invitation=a%2Bb")!;
  expect(address.socket.href).toBe("wss://meet.example/api/v1/join/482917/ws?invitation=a%2Bb");
  expect(address.info.search).toBe("");
});

describe("asking for the meeting", () => {
  const ask = (status: number, body: unknown) => fetchInfo(new URL("http://x/"), () => Promise.resolve(new Response(JSON.stringify(body), { status })));

  it("finds it", async () => expect(await ask(200, INFO)).toEqual({ kind: "found", info: INFO }));
  it("is told that there is none", async () => expect(await ask(404, { type: "/problems/not-found" })).toEqual({ kind: "unknown" }));
  it("is told when it opens", async () => {
    expect(await ask(425, { type: "/problems/too-early", startsAt: "2026-11-23T12:00:00Z" })).toEqual({ kind: "too-early", startsAt: "2026-11-23T12:00:00Z" });
    expect(await ask(409, { type: "/problems/too-early" })).toEqual({ kind: "too-early", startsAt: null });
  });
  it("repeats what is wrong", async () => expect(await ask(503, { detail: "Overloaded." })).toEqual({ kind: "failed", text: "Overloaded." }));
  it("survives what is no JSON, and no network", async () => {
    expect(await fetchInfo(new URL("http://x/"), () => Promise.resolve(new Response("<html>", { status: 200 })))).toMatchObject({ kind: "failed" });
    expect(await fetchInfo(new URL("http://x/"), () => Promise.reject(new TypeError("no")))).toMatchObject({ kind: "failed", text: expect.stringContaining("cannot be reached") });
  });
});

it("says when the meeting is", () => {
  const now = new Date(2026, 10, 23, 9);
  expect(whenText(new Date(2026, 10, 23, 12).toISOString(), new Date(2026, 10, 23, 13, 30).toISOString(), now, "en-GB")).toBe("Today, 12:00 to 13:30");
  expect(opensText(new Date(2026, 10, 25, 12).toISOString(), now, "en-GB")).toBe("Wednesday 25 November at 12:00");
  expect([whenText("x", "y"), opensText(null)]).toEqual(["", "later"]);
});

it("offers VP8, then baseline H.264 in packetisation mode 1, and retransmission alone", () => {
  const codec = (mimeType: string, sdpFmtpLine?: string): RTCRtpCodec => ({ mimeType, clockRate: 90000, ...(sdpFmtpLine === undefined ? {} : { sdpFmtpLine }) });
  const all = [
    codec("video/H264", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f"), codec("video/rtx"), codec("video/VP9"), codec("video/VP8"),
    codec("video/H264", "level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f"), codec("video/red"),
    codec("video/H264", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"), codec("video/H264", "packetization-mode=1;profile-level-id=640034"),
  ];
  expect(videoCodecs(all).map(({ mimeType, sdpFmtpLine }) => `${mimeType} ${sdpFmtpLine?.slice(-6) ?? ""}`)).toEqual(["video/VP8 ", "video/H264 42e01f", "video/rtx "]);
  expect(videoCodecs(all.slice(0, 2)).map(({ mimeType }) => mimeType)).toEqual(["video/H264", "video/rtx"]);
  expect(codecNamed(all, "H264")).toBe(all[6]);
  expect(codecNamed([all[2]!], "H264")).toBeUndefined();
});

it("takes relays with what they ask for, and none that the browser would refuse", () => {
  const turn = { urls: ["turns:relay.example:443"], username: "ann", credential: "x" };
  expect(iceServers(["stun:relay.example", "turn:relay.example", turn])).toEqual([{ urls: "stun:relay.example" }, turn]);
  expect(iceServers(undefined)).toEqual([]);
});

it("says of a connection that is given up what was tried, and what else there is", () => {
  const relays = [{ urls: "turn:relay.example", username: "a", credential: "b" }];
  expect(givenUpWords({ iceServers: relays, phone: null })).toContain("through a relay");
  expect(givenUpWords({ iceServers: [], phone: { number: "+442079460000", code: "1" } })).toMatch(/some let no sound and pictures through.*by phone/);
  expect(givenUpWords(null)).not.toContain("by phone");
});

it("says that PINs were wrong too often, whoever it was", () => {
  expect(endWords({ why: "refused", code: "too-many-tries", text: "" })).toMatchObject({ title: "There were too many wrong PINs", canReturn: true });
});

it("knows people by their initials", () => {
  expect(["Ann Keller", "Grace de la Lindqvist", "Émile", "+1 212 555 0147", "李 雷", ""].map(initialsOf)).toEqual(["AK", "GL", "É", "", "李雷", ""]);
});
