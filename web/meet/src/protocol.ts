/** The join protocol: JSON text frames over a WebSocket at /api/v1/join/{code}/ws. */

export const SUBPROTOCOL = "meetpoint.join.1";

/** What GET /api/v1/join/{code} tells before anybody enters. */
export interface MeetingInfo {
  code: string;
  title: string;
  organiser: string;
  /** ISO 8601 instants. */
  startsAt: string;
  endsAt: string;
  hasPin: boolean;
  hasLobby: boolean;
  phone: { number: string; code: string } | null;
  sipUri: string | null;
  calendarUrl: string | null;
  /** Relays for those behind a wall: an address alone, or with what they ask for. */
  iceServers: (string | RTCIceServer)[];
}

/** A line of video that this page is sent; what is shown in it changes, the line does not. */
export interface Line {
  mid: string;
  kind: "camera" | "content";
}

export type CodecName = "VP8" | "H264";
export type ParticipantKind = "browser" | "phone" | "room" | "other";
export type ParticipantState = "lobby" | "entering" | "in";
export type Quality = "good" | "fair" | "poor";
export type WaitReason = "pin" | "wrong-pin" | "lobby" | "too-early" | "starting";
export type Moderation = "admit" | "mute" | "eject" | "to-lobby" | "lock" | "unlock" | "record" | "stop-recording";
export type LeftReason = "ended" | "removed" | "lost" | "left";

export interface Participant {
  id: number;
  name: string;
  /** The provider whose customer it is, as the exchange names it. */
  provider: string;
  kind: ParticipantKind;
  state: ParticipantState;
  audio: boolean;
  video: boolean;
  hand: boolean;
  isSelf: boolean;
  isOrganiser: boolean;
  isPresenting: boolean;
}

/** How large a line is shown, in pixels of the screen (0: not at all), and whom it is pinned to. */
export interface LineView {
  mid: string;
  height: number;
  participant: number | null;
}

export type ClientMessage =
  | { type: "enter"; name: string; pin: string | null; offer: string; audio: boolean; video: boolean; session?: string }
  | { type: "pin"; pin: string }
  | { type: "view"; lines: LineView[] }
  | { type: "state"; audio: boolean; video: boolean }
  | { type: "present"; active: boolean }
  | { type: "chat"; id: string; text: string }
  | { type: "hand"; raised: boolean }
  | { type: "reaction"; emoji: string }
  | { type: "moderate"; action: Moderation; participant?: number }
  | { type: "leave" };

export interface Shown {
  mid: string;
  participant: number | null;
  /** Of a room with several cameras, which one: from left to right. */
  place?: { index: number; count: number };
}

export interface ChatMessage {
  id: string;
  participant: number;
  name: string;
  provider: string;
  text: string;
  /** ISO 8601 instant. */
  at: string;
}

export type ServerMessage =
  | { type: "wait"; why: WaitReason; triesLeft?: number | null }
  | { type: "entered"; participant: number; session: string; answer: string; lines: Line[]; isModerator: boolean; codec: CodecName; title?: string }
  | { type: "roster"; participants: Participant[]; isLocked: boolean }
  | { type: "lines"; shown: Shown[] }
  | { type: "speaker"; participant: number | null }
  | { type: "floor"; participant: number | null; granted: boolean }
  | ({ type: "chat" } & ChatMessage)
  | { type: "reaction"; participant: number; emoji: string }
  | { type: "captions"; participant: number; text: string; isFinal: boolean }
  | { type: "codec"; name: CodecName }
  | { type: "recording"; on: boolean; by: string; why?: string }
  | { type: "moderated"; what: "muted" | "to-lobby" | "locked" | "unlocked"; by: string }
  | { type: "quality"; up: Quality; down: Quality; score: number | null }
  | { type: "refused"; why: string; text: string }
  | { type: "left"; why: LeftReason; text: string };

/** Fields that a message must have, by its type, and how they look: what a later server adds besides is left alone. */
const SHAPES: Record<ServerMessage["type"], Record<string, (value: unknown) => boolean>> = {
  wait: { why: isText },
  entered: { participant: isNumber, session: isText, answer: isText, lines: isListOf({ mid: isText, kind: isText }), isModerator: isFlag },
  roster: { participants: isListOf({ id: isNumber, name: isText, state: isText, isSelf: isFlag }), isLocked: isFlag },
  lines: { shown: isListOf({ mid: isText, participant: isNumberOrNull }) },
  speaker: { participant: isNumberOrNull },
  floor: { participant: isNumberOrNull, granted: isFlag },
  chat: { id: isText, participant: isNumber, name: isText, text: isText },
  reaction: { participant: isNumber, emoji: isText },
  captions: { participant: isNumber, text: isText, isFinal: isFlag },
  codec: { name: isText },
  recording: { on: isFlag },
  moderated: { what: isText },
  quality: { up: isText, down: isText },
  refused: { why: isText },
  left: { why: isText },
};

/** Reads a frame; null for what is no message of this protocol, or of a type that this page does not know. */
export function readServerMessage(frame: string): ServerMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return null;
  }
  if (!isObject(value) || typeof value.type !== "string" || !Object.hasOwn(SHAPES, value.type)) return null;
  return hasShape(value, SHAPES[value.type as ServerMessage["type"]]) ? (value as unknown as ServerMessage) : null;
}

function hasShape(value: Record<string, unknown>, shape: Record<string, (value: unknown) => boolean>): boolean {
  return Object.entries(shape).every(([name, holds]) => holds(value[name]));
}

function isListOf(shape: Record<string, (value: unknown) => boolean>): (value: unknown) => boolean {
  return (value) => Array.isArray(value) && value.every((item) => isObject(item) && hasShape(item, shape));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isFlag(value: unknown): boolean {
  return typeof value === "boolean";
}

function isNumber(value: unknown): boolean {
  return typeof value === "number";
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || typeof value === "number";
}
