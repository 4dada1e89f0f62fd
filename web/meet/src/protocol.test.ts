import { expect, it } from "vitest";
import { readServerMessage } from "./protocol.ts";
import { ENTERED, person } from "../test/samples.ts";

it.each([
  { type: "wait", why: "lobby", triesLeft: null },
  ENTERED,
  { type: "roster", participants: [person(1)], isLocked: false },
  { type: "lines", shown: [{ mid: "3", participant: null }] },
  { type: "speaker", participant: null },
  { type: "floor", participant: 3, granted: true },
  { type: "chat", id: "a", participant: 1, name: "Bob", provider: "Liberty", text: "Hi", at: "2026-11-23T12:00:00Z" },
  { type: "reaction", participant: 1, emoji: "👍" },
  { type: "captions", participant: 1, text: "so", isFinal: true },
  { type: "codec", name: "H264" },
  { type: "recording", on: true, by: "Bob" },
  { type: "moderated", what: "muted", by: "Bob" },
  { type: "quality", up: "good", down: "poor", score: null },
  { type: "refused", why: "locked", text: "" },
  { type: "left", why: "ended", text: "" },
])("reads $type", (message) => expect(readServerMessage(JSON.stringify(message))).toEqual(message));

it("leaves what a later server adds", () => expect(readServerMessage('{"type":"codec","name":"VP8","why":"room"}')).toMatchObject({ type: "codec", name: "VP8" }));

it.each([
  ["no JSON", "{"],
  ["no object", "[1]"],
  ["nothing", "null"],
  ["no type", "{}"],
  ["a type that is not known", '{"type":"dance"}'],
  ["a name of JavaScript's own", '{"type":"constructor"}'],
  ["a member of another kind", '{"type":"speaker","participant":"7"}'],
  ["a member that is missing", '{"type":"floor","participant":7}'],
  ["a list with something else in it", '{"type":"lines","shown":[{"mid":3,"participant":1}]}'],
  ["a roster of nobodies", '{"type":"roster","participants":[null],"isLocked":false}'],
])("takes no frame with %s", (_, frame) => expect(readServerMessage(frame)).toBeNull());
