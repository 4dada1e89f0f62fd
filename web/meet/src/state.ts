import type { InfoOutcome } from "./info.ts";
import type {
  ChatMessage, CodecName, LeftReason, Line, MeetingInfo, Participant, Quality, ServerMessage, WaitReason,
} from "./protocol.ts";
import { noticeOf } from "./notices.ts";

/** Which screen is shown. */
export type Phase = "loading" | "unavailable" | "check" | "joining" | "waiting" | "meeting" | "over";

export type Layout = "grid" | "speaker";
export type Panel = "people" | "chat" | null;

/** The way to the exchange: standing, being made anew, or given up. */
export type LinkState = { kind: "up" } | { kind: "lost"; attempt: number } | { kind: "given-up" };

/** Something said to the person for a moment, on the screen and by the screen reader. */
export interface Notice {
  key: number;
  text: string;
  isUrgent: boolean;
}

export interface Reaction {
  key: number;
  participant: number;
  emoji: string;
}

export interface Caption {
  participant: number;
  text: string;
  isFinal: boolean;
}

export interface State {
  phase: Phase;
  /** Why there is nothing to join; for the phase "unavailable". */
  unavailable: Exclude<InfoOutcome, { kind: "found" }> | null;
  info: MeetingInfo | null;
  title: string;
  wait: { why: WaitReason; triesLeft: number | null } | null;
  self: number | null;
  isModerator: boolean;
  codec: CodecName;
  lines: Line[];
  /** Who is in which line, by its mid. */
  shown: Record<string, number | null>;
  /** Which of his cameras that is, from left to right; nothing for an only one. */
  places: Record<string, number>;
  participants: Participant[];
  isLocked: boolean;
  speaker: number | null;
  /** Who spoke last besides the person here: a speaker's own picture stays that of whom he speaks to. */
  lastSpeaker: number | null;
  /** Who presents. */
  floor: number | null;
  /** The own screen: asked for, or shown to all. */
  sharing: "no" | "asked" | "yes";
  /** The own microphone and camera. */
  audio: boolean;
  video: boolean;
  hand: boolean;
  chat: ChatMessage[];
  unread: number;
  reactions: Reaction[];
  captions: Caption[];
  recordingBy: string | null;
  quality: { up: Quality; down: Quality; score: number | null } | null;
  link: LinkState;
  end: { why: LeftReason | "refused"; code: string; text: string } | null;
  notices: Notice[];
  panel: Panel;
  layout: Layout;
  pinned: number | null;
  showsCaptions: boolean;
  /** Browsers play no sound before a click, on some pages. */
  isSoundBlocked: boolean;
  /** Keys of notices and reactions. */
  serial: number;
}

export type Action =
  | { type: "info"; outcome: InfoOutcome }
  | { type: "join" }
  | { type: "server"; message: ServerMessage }
  | { type: "lost"; attempt: number }
  | { type: "given-up" }
  | { type: "left" }
  | { type: "back-to-check" }
  | { type: "media"; audio: boolean; video: boolean }
  | { type: "hand"; raised: boolean }
  | { type: "sharing"; sharing: State["sharing"] }
  | { type: "panel"; panel: Panel }
  | { type: "layout"; layout: Layout }
  | { type: "pin"; participant: number | null }
  | { type: "captions"; on: boolean }
  | { type: "sound-blocked"; isBlocked: boolean }
  | { type: "say"; text: string; isUrgent: boolean }
  | { type: "notice-gone"; key: number }
  | { type: "reaction-gone"; key: number };

/** Messages that are kept; older ones are dropped. */
export const MAX_CHAT = 500;

/** Notices and reactions on the screen at once. */
export const MAX_NOTICES = 3;
export const MAX_REACTIONS = 12;

/** Lines of captions. */
const MAX_CAPTIONS = 3;

export const INITIAL: State = {
  phase: "loading",
  unavailable: null,
  info: null,
  title: "",
  wait: null,
  self: null,
  isModerator: false,
  codec: "VP8",
  lines: [],
  shown: {},
  places: {},
  participants: [],
  isLocked: false,
  speaker: null,
  lastSpeaker: null,
  floor: null,
  sharing: "no",
  audio: false,
  video: false,
  hand: false,
  chat: [],
  unread: 0,
  reactions: [],
  captions: [],
  recordingBy: null,
  quality: null,
  link: { kind: "up" },
  end: null,
  notices: [],
  panel: null,
  layout: "grid",
  pinned: null,
  showsCaptions: true,
  isSoundBlocked: false,
  serial: 0,
};

/** The next state; pure. */
export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "info":
      return action.outcome.kind === "found"
        ? { ...state, phase: "check", unavailable: null, info: action.outcome.info, title: action.outcome.info.title }
        : { ...state, phase: "unavailable", unavailable: action.outcome };
    case "join":
      return { ...fresh(state), phase: "joining" };
    case "server":
      return withNotice(onMessage(state, action.message), noticeOf(state, action.message));
    case "lost":
      return { ...state, link: { kind: "lost", attempt: action.attempt }, quality: null };
    case "given-up":
      return { ...state, link: { kind: "given-up" } };
    case "left":
      return { ...state, phase: "over", end: { why: "left", code: "", text: "" } };
    case "back-to-check":
      return { ...fresh(state), phase: "check" };
    case "media":
      return { ...state, audio: action.audio, video: action.video };
    case "hand":
      return { ...state, hand: action.raised };
    case "sharing":
      return { ...state, sharing: action.sharing };
    case "panel":
      // Whoever opens the chat reads there what was shown of it.
      return action.panel === "chat"
        ? { ...state, panel: "chat", unread: 0, notices: state.notices.filter(({ isUrgent }) => isUrgent) }
        : { ...state, panel: action.panel };
    case "layout":
      return { ...state, layout: action.layout, pinned: action.layout === "grid" ? null : state.pinned };
    case "pin":
      return { ...state, pinned: action.participant, layout: action.participant === null ? state.layout : "speaker" };
    case "captions":
      return { ...state, showsCaptions: action.on };
    case "sound-blocked":
      return { ...state, isSoundBlocked: action.isBlocked };
    case "say":
      return withNotice(state, { text: action.text, isUrgent: action.isUrgent });
    case "notice-gone":
      return { ...state, notices: state.notices.filter((notice) => notice.key !== action.key) };
    case "reaction-gone":
      return { ...state, reactions: state.reactions.filter((reaction) => reaction.key !== action.key) };
  }
}

function onMessage(state: State, message: ServerMessage): State {
  switch (message.type) {
    case "wait":
      return { ...state, phase: "waiting", link: { kind: "up" }, wait: { why: message.why, triesLeft: message.triesLeft ?? null } };
    case "entered":
      return {
        ...state,
        phase: "meeting",
        wait: null,
        link: { kind: "up" },
        self: message.participant,
        isModerator: message.isModerator,
        codec: message.codec,
        lines: message.lines,
        shown: {},
        places: {},
        title: message.title || state.title,
      };
    case "roster":
      return onRoster(state, message.participants, message.isLocked);
    case "lines":
      return {
        ...state,
        shown: { ...state.shown, ...Object.fromEntries(message.shown.map(({ mid, participant }) => [mid, participant])) },
        places: { ...state.places, ...Object.fromEntries(message.shown.map(({ mid, place }) => [mid, place?.index ?? 0])) },
      };
    case "speaker":
      return { ...state, speaker: message.participant, lastSpeaker: message.participant === state.self ? state.lastSpeaker : (message.participant ?? state.lastSpeaker) };
    case "floor":
      return onFloor(state, message.participant, message.granted);
    case "chat":
      return onChat(state, message);
    case "reaction": {
      const reaction = { key: state.serial, participant: message.participant, emoji: message.emoji };
      return { ...state, serial: state.serial + 1, reactions: [...state.reactions, reaction].slice(-MAX_REACTIONS) };
    }
    case "captions": {
      const done = state.captions.filter((caption) => caption.isFinal || caption.participant !== message.participant);
      const caption = { participant: message.participant, text: message.text, isFinal: message.isFinal };
      return { ...state, captions: [...done, caption].slice(-MAX_CAPTIONS) };
    }
    case "codec":
      return { ...state, codec: message.name };
    case "recording":
      return { ...state, recordingBy: message.on ? message.by || "somebody" : null };
    case "moderated":
      if (message.what === "muted") return state; // the microphone is turned off, and the state follows it
      if (message.what === "to-lobby") return { ...state, phase: "waiting", wait: { why: "lobby", triesLeft: null }, sharing: "no", panel: null, captions: [] };
      return { ...state, isLocked: message.what === "locked" };
    case "quality":
      return { ...state, quality: { up: message.up, down: message.down, score: message.score } };
    case "refused":
      return { ...state, phase: "over", end: { why: "refused", code: message.why, text: message.text } };
    case "left":
      return { ...state, phase: "over", end: { why: message.why, code: "", text: message.text } };
  }
}

function onRoster(state: State, participants: Participant[], isLocked: boolean): State {
  const self = participants.find((participant) => participant.isSelf);
  const isPinnedHere = participants.some((participant) => participant.id === state.pinned && participant.state === "in");
  // Let in again after a way back to the lobby: the connection has stood all the time.
  const isBack = state.phase === "waiting" && state.wait?.why === "lobby" && state.self !== null && self?.state === "in";
  return {
    ...state,
    ...(isBack ? { phase: "meeting" as const, wait: null } : {}),
    participants,
    isLocked,
    hand: self?.hand ?? state.hand,
    pinned: isPinnedHere ? state.pinned : null,
  };
}

function onFloor(state: State, participant: number | null, granted: boolean): State {
  if (participant !== null && participant === state.self) return { ...state, floor: participant, sharing: state.sharing === "no" ? "no" : "yes" };
  // Refused while asked for, or taken by somebody else, or given back.
  return { ...state, floor: participant, sharing: state.sharing === "asked" && granted && participant === null ? "asked" : "no" };
}

function onChat(state: State, { id, participant, name, provider, text, at }: ChatMessage): State {
  if (state.chat.some((message) => message.id === id)) return state;
  const isUnread = state.panel !== "chat" && participant !== state.self;
  return { ...state, chat: [...state.chat, { id, participant, name, provider, text, at }].slice(-MAX_CHAT), unread: state.unread + (isUnread ? 1 : 0) };
}

function withNotice(state: State, notice: Omit<Notice, "key"> | null): State {
  if (!notice) return state;
  return { ...state, serial: state.serial + 1, notices: [...state.notices, { ...notice, key: state.serial }].slice(-MAX_NOTICES) };
}

/** What is kept when somebody begins to join anew: the meeting and the person, nothing of a meeting before. */
function fresh(state: State): State {
  const { info, title, audio, video, layout, showsCaptions, serial } = state;
  return { ...INITIAL, info, title, audio, video, layout, showsCaptions, serial };
}

