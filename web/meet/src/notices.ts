import type { Participant, ServerMessage } from "./protocol.ts";
import type { Notice, State } from "./state.ts";

type Said = Omit<Notice, "key">;

/** What a message is worth saying, against the state before it; null for nothing. */
export function noticeOf(before: State, message: ServerMessage): Said | null {
  switch (message.type) {
    case "entered":
      return before.link.kind === "lost" ? calm("You are connected again.") : null;
    case "roster":
      return rosterNotice(before, message.participants);
    case "chat":
      return before.panel === "chat" || message.participant === before.self ? null : calm(`${message.name}: ${shortened(message.text)}`);
    case "floor":
      if (before.sharing === "asked" && !message.granted && message.participant !== before.self) return urgent("You cannot share now: somebody else is presenting, or the organiser does not allow it.");
      if (before.sharing === "yes" && message.participant !== before.self) return urgent("Your screen is no longer shared.");
      if (message.participant !== null && message.participant !== before.self && message.participant !== before.floor)
        return calm(`${nameOf(before, message.participant)} shares a screen.`);
      return null;
    case "recording":
      if (message.why) return urgent(`This is not recorded. ${message.why}`);
      return urgent(message.on ? `This meeting is being recorded${message.by ? ` by ${message.by}` : ""}.` : "The recording has stopped.");
    case "moderated":
      return moderated(message.what, message.by);
    case "quality":
      if (message.up === "poor" && before.quality?.up !== "poor") return calm("Your connection is weak: others may not see or hear you well.");
      if (message.down === "poor" && before.quality?.down !== "poor") return calm("Your connection is weak: pictures may be small or stand still.");
      return null;
    default:
      return null;
  }
}

/** How a participant is called in a sentence. */
export function nameOf(state: Pick<State, "participants">, id: number): string {
  return state.participants.find((participant) => participant.id === id)?.name ?? "Somebody";
}

/** Nothing of a way to the lobby: the screen that comes says it. */
function moderated(what: string, by: string): Said | null {
  const who = by || "The organiser";
  switch (what) {
    case "muted":
      return urgent(`${who} muted your microphone.`);
    case "locked":
      return calm(`${who} locked the meeting: nobody else can join.`);
    case "unlocked":
      return calm(`${who} unlocked the meeting.`);
    default:
      return null;
  }
}

/** Who came, went, waits or raised a hand since the last roster; nothing for the first, which would say everybody. */
function rosterNotice(before: State, now: Participant[]): Said | null {
  if (before.participants.length === 0) return null;
  const old = new Map(before.participants.map((participant) => [participant.id, participant]));
  const others = now.filter((participant) => !participant.isSelf);
  const waiting = before.isModerator ? others.filter(({ id, state }) => state === "lobby" && old.get(id)?.state !== "lobby") : [];
  if (waiting.length > 0) return urgent(`${list(waiting)} ${waiting.length === 1 ? "waits" : "wait"} in the lobby.`);
  const raised = others.filter(({ id, hand }) => hand && !old.get(id)?.hand);
  if (raised.length > 0) return calm(`${list(raised)} raised ${raised.length === 1 ? "a hand" : "their hands"}.`);
  const came = others.filter(({ id, state }) => state === "in" && old.get(id)?.state !== "in");
  if (came.length > 0) return calm(`${list(came)} joined.`);
  const here = new Set(now.filter(({ state }) => state === "in").map(({ id }) => id));
  const went = before.participants.filter(({ id, state, isSelf }) => state === "in" && !isSelf && !here.has(id));
  return went.length > 0 ? calm(`${list(went)} left.`) : null;
}

/** "Ann", "Ann and Bo", "Ann, Bo and 3 others". */
function list(people: Participant[]): string {
  const names = people.map(({ name }) => name);
  if (names.length <= 2) return names.join(" and ");
  return `${names.slice(0, 2).join(", ")} and ${names.length - 2} ${names.length === 3 ? "other" : "others"}`;
}

function shortened(text: string): string {
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}

function calm(text: string): Said {
  return { text, isUrgent: false };
}

function urgent(text: string): Said {
  return { text, isUrgent: true };
}
