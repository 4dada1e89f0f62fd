import { describe, expect, it } from "vitest";
import type { Participant, ServerMessage } from "./protocol.ts";
import { INITIAL, MAX_CHAT, MAX_NOTICES, MAX_REACTIONS, reduce, type Action, type State } from "./state.ts";
import { ENTERED, INFO, person } from "../test/samples.ts";

const told = (state: State, ...messages: ServerMessage[]): State => messages.reduce((now, message) => reduce(now, { type: "server", message }), state);
const done = (state: State, ...actions: Action[]): State => actions.reduce(reduce, state);
const checked = done(INITIAL, { type: "info", outcome: { kind: "found", info: INFO } });
const joining = done(checked, { type: "join" });
const roster = (...participants: Participant[]): ServerMessage => ({ type: "roster", participants, isLocked: false });
const ann = person(7, { name: "Ann", isSelf: true });
const inside = told(joining, ENTERED, roster(ann, person(8, { name: "Bob" })));
const said = (state: State): string[] => state.notices.map(({ text }) => text);

describe("the way in", () => {
  it("begins at the devices when the meeting is known", () => {
    expect(checked.phase).toBe("check");
    expect(checked.title).toBe(INFO.title);
  });

  it("says why there is nothing to join", () => {
    expect(done(INITIAL, { type: "info", outcome: { kind: "unknown" } })).toMatchObject({ phase: "unavailable", unavailable: { kind: "unknown" } });
  });

  it("waits as told, and counts the tries of a PIN", () => {
    const wrong = told(joining, { type: "wait", why: "wrong-pin", triesLeft: 2 });
    expect(wrong).toMatchObject({ phase: "waiting", wait: { why: "wrong-pin", triesLeft: 2 } });
    expect(told(wrong, { type: "wait", why: "lobby" }).wait).toEqual({ why: "lobby", triesLeft: null });
  });

  it("is inside once entered, with nothing of a wait left", () => {
    const entered = told(joining, { type: "wait", why: "lobby" }, ENTERED);
    expect(entered).toMatchObject({ phase: "meeting", wait: null, self: 7, isModerator: false, codec: "VP8" });
    expect(entered.lines).toHaveLength(3);
  });

  it("forgets the last meeting when joining again", () => {
    const again = done(told(inside, { type: "left", why: "lost", text: "" }), { type: "back-to-check" }, { type: "join" });
    expect(again).toMatchObject({ phase: "joining", participants: [], chat: [], self: null, end: null, title: INFO.title });
  });
});

describe("the way out", () => {
  it.each(["ended", "removed", "lost", "left"] as const)("is over when %s", (why) => {
    expect(told(inside, { type: "left", why, text: "so" })).toMatchObject({ phase: "over", end: { why, text: "so" } });
  });

  it("keeps the code of a refusal", () => {
    expect(told(joining, { type: "refused", why: "locked", text: "" }).end).toEqual({ why: "refused", code: "locked", text: "" });
  });

  it("stays in the meeting while the connection is made anew, and says when it is", () => {
    const lost = done(inside, { type: "lost", attempt: 1 });
    expect(lost).toMatchObject({ phase: "meeting", link: { kind: "lost", attempt: 1 } });
    const back = told(lost, ENTERED);
    expect(back.link).toEqual({ kind: "up" });
    expect(said(back)).toContain("You are connected again.");
  });

  it("goes to the lobby and comes back without entering again", () => {
    const out = told(inside, { type: "moderated", what: "to-lobby", by: "Bob" });
    expect(out).toMatchObject({ phase: "waiting", wait: { why: "lobby" } });
    expect(told(out, roster({ ...ann, state: "lobby" })).phase).toBe("waiting");
    expect(told(out, roster(ann)).phase).toBe("meeting");
  });
});

describe("who is here", () => {
  it("says nothing of those who were there before", () => expect(said(inside)).toEqual([]));

  it("says who came and who left", () => {
    expect(said(told(inside, roster(ann, person(8, { name: "Bob" }), person(9, { name: "Carla" }))))).toEqual(["Carla joined."]);
    expect(said(told(inside, roster(ann)))).toEqual(["Bob left."]);
  });

  it("tells the organiser alone who waits", () => {
    const waiting = roster(ann, person(8, { name: "Bob" }), person(9, { name: "Carla", state: "lobby" }));
    expect(said(told(inside, waiting))).toEqual([]);
    const organiser = told({ ...inside, isModerator: true }, waiting);
    expect(organiser.notices).toMatchObject([{ text: "Carla waits in the lobby.", isUrgent: true }]);
  });

  it("says whose hand went up", () => expect(said(told(inside, roster(ann, person(8, { name: "Bob", hand: true }))))).toEqual(["Bob raised a hand."]));

  it("keeps the last other speaker for the large picture", () => {
    const spoken = told(inside, { type: "speaker", participant: 8 }, { type: "speaker", participant: 7 });
    expect(spoken).toMatchObject({ speaker: 7, lastSpeaker: 8 });
    expect(told(spoken, { type: "speaker", participant: null })).toMatchObject({ speaker: null, lastSpeaker: 8 });
  });

  it("lets go of a pin when the person leaves", () => {
    const pinned = done(inside, { type: "pin", participant: 8 });
    expect(pinned).toMatchObject({ pinned: 8, layout: "speaker" });
    expect(told(pinned, roster(ann)).pinned).toBeNull();
  });

  it("changes only the lines that a message names", () => {
    const shown = told(inside, { type: "lines", shown: [{ mid: "3", participant: 8 }, { mid: "4", participant: 9 }] }, { type: "lines", shown: [{ mid: "3", participant: null }] });
    expect(shown.shown).toEqual({ "3": null, "4": 9 });
  });
  it("knows which camera of a room each line shows, until it shows another", () => {
    const placed = told(inside, { type: "lines", shown: [{ mid: "3", participant: 8, place: { index: 2, count: 3 } }, { mid: "4", participant: 8, place: { index: 0, count: 3 } }] });
    expect(placed.places).toEqual({ "3": 2, "4": 0 });
    expect(told(placed, { type: "lines", shown: [{ mid: "3", participant: 9 }] }).places).toEqual({ "3": 0, "4": 0 });
  });
});

describe("content", () => {
  const asked = done(inside, { type: "sharing", sharing: "asked" });

  it("is shown when the floor is granted", () => expect(told(asked, { type: "floor", participant: 7, granted: true })).toMatchObject({ sharing: "yes", floor: 7 }));

  it("is given up when the floor is refused, with words", () => {
    const refused = told(asked, { type: "floor", participant: 8, granted: false });
    expect(refused).toMatchObject({ sharing: "no", floor: 8 });
    expect(said(refused)[0]).toMatch(/cannot share now/);
  });

  it("is given up when somebody else takes the floor", () => {
    const taken = told(asked, { type: "floor", participant: 7, granted: true }, { type: "floor", participant: 8, granted: true });
    expect(taken).toMatchObject({ sharing: "no", floor: 8 });
    expect(said(taken)).toContain("Your screen is no longer shared.");
  });

  it("of others is announced once", () => {
    const shared = told(inside, { type: "floor", participant: 8, granted: true }, { type: "floor", participant: 8, granted: true });
    expect(said(shared)).toEqual(["Bob shares a screen."]);
  });
});

describe("chat, reactions and captions", () => {
  const message = (id: string, participant = 8): ServerMessage => ({ type: "chat", id, participant, name: "Bob", provider: "Liberty", text: "Hello", at: "2026-11-23T12:00:00Z" });

  it("counts what is unread until the chat is open", () => {
    const unread = told(inside, message("a"), message("b"), message("own", 7));
    expect(unread.unread).toBe(2);
    expect(done(unread, { type: "panel", panel: "chat" }).unread).toBe(0);
    expect(told(done(unread, { type: "panel", panel: "chat" }), message("c")).unread).toBe(0);
  });

  it("takes a message that comes twice once", () => expect(told(inside, message("a"), message("a")).chat).toHaveLength(1));

  it("is bounded", () => {
    const many = told(inside, ...Array.from({ length: MAX_CHAT + 5 }, (_, i) => message(String(i))));
    expect(many.chat).toHaveLength(MAX_CHAT);
    expect(many.chat[0]!.id).toBe("5");
    expect(many.notices).toHaveLength(MAX_NOTICES);
    const reactions = told(inside, ...Array.from({ length: MAX_REACTIONS + 3 }, (): ServerMessage => ({ type: "reaction", participant: 8, emoji: "👍" })));
    expect(reactions.reactions).toHaveLength(MAX_REACTIONS);
    expect(new Set(reactions.reactions.map(({ key }) => key)).size).toBe(MAX_REACTIONS);
  });

  it("replaces a caption that is not final", () => {
    const caption = (text: string, isFinal: boolean): ServerMessage => ({ type: "captions", participant: 8, text, isFinal });
    const captions = told(inside, caption("so", false), caption("so we", false), caption("So we begin.", true), caption("Next", false)).captions;
    expect(captions.map(({ text }) => text)).toEqual(["So we begin.", "Next"]);
  });
});

it("says that it is recorded, muted or weak", () => {
  const state = told(
    inside, { type: "recording", on: true, by: "Bob" }, { type: "moderated", what: "muted", by: "Bob" }, { type: "quality", up: "poor", down: "good", score: 2 },
  );
  expect(state.recordingBy).toBe("Bob");
  expect(said(state)).toEqual([
    "This meeting is being recorded by Bob.", "Bob muted your microphone.", "Your connection is weak: others may not see or hear you well.",
  ]);
});
