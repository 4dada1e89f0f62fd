import type { DeviceFault, DeviceKind } from "./media/devices.ts";
import type { MeetingInfo } from "./protocol.ts";
import type { State } from "./state.ts";

/** What to say of a device that cannot be had, and what to do. */
export function deviceWords(kind: DeviceKind | "microphone and camera", fault: DeviceFault): string {
  const isBoth = kind === "microphone and camera";
  const other = kind === "camera" ? "You can join without a camera." : "You can join and listen, or join by phone.";
  switch (fault) {
    case "denied":
      return `This page may not use your ${kind}. Allow ${isBoth ? "them" : "it"} beside the address of the page, then try again. ${other}`;
    case "missing":
      return `No ${isBoth ? "microphone and no camera" : kind} ${isBoth ? "were" : "was"} found. Plug one in, then try again. ${other}`;
    case "busy":
      return `Your ${kind} ${isBoth ? "are" : "is"} in use by another program. Close that program, then try again. ${other}`;
    case "insecure":
      return `Your browser gives the ${kind} only to pages over https. ${other}`;
    case "other":
      return `Your ${kind} ${isBoth ? "do" : "does"} not work just now. ${other}`;
  }
}

/** A heading and a sentence. */
export interface Said {
  title: string;
  text: string;
}

/** Why one is not let in yet. */
export function waitWords(wait: NonNullable<State["wait"]>, organiser: string, wasInside: boolean): Said {
  const who = organiser || "the organiser";
  switch (wait.why) {
    case "pin":
      return { title: "This meeting has a PIN", text: "You will find it in your invitation." };
    case "wrong-pin":
      return { title: "That PIN is not right", text: tries(wait.triesLeft) };
    case "lobby":
      return wasInside
        ? { title: "You are back in the lobby", text: `${capital(who)} moved you here, and can let you in again. Nobody hears or sees you.` }
        : { title: "You are in the lobby", text: `${capital(who)} has been told that you are here, and will let you in. Nobody hears or sees you yet.` };
    case "too-early":
      return { title: "You are early", text: "You will be let in as soon as the meeting opens. You can leave this page open." };
    case "starting":
      return { title: "The meeting is about to start", text: `It begins when ${who} is there. You will be let in automatically.` };
  }
}

/** How it ended, and whether coming back makes sense. */
export function endWords({ why, code, text }: NonNullable<State["end"]>): Said & { canReturn: boolean } {
  switch (why) {
    case "left":
      return { title: "You have left the meeting", text: "", canReturn: true };
    case "ended":
      return { title: "The meeting has ended", text, canReturn: false };
    case "removed":
      return { title: "You were removed from the meeting", text: text || "Please ask the organiser if this was a mistake.", canReturn: false };
    case "lost":
      return { title: "The connection was lost", text: text || "Please check your network connection, then join again.", canReturn: true };
    case "refused":
      return refusedWords(code, text);
  }
}

/** By the exchange's own codes (docs/reference/refusals.md); for any other its own words. */
function refusedWords(code: string, text: string): Said & { canReturn: boolean } {
  switch (code) {
    case "wrong-pin":
      return { title: "The PIN was wrong too often", text: "Please check your invitation, or ask the organiser for the PIN.", canReturn: true };
    case "too-many-tries":
      return { title: "There were too many wrong PINs", text: "They came from your network, by you or by somebody else in it. Please wait some minutes, or join by phone.", canReturn: true };
    case "meeting-locked":
      return { title: "The meeting is locked", text: "Nobody else can join now. Please ask the organiser to unlock it.", canReturn: true };
    case "not-admitted-from-lobby":
      return { title: "You were not let in", text: "Please ask the organiser.", canReturn: true };
    case "over-limit":
    case "over-rate":
    case "limit-unknown":
      return { title: "The meeting is full", text: "There is no room for anybody else just now.", canReturn: true };
    case "meeting-not-open":
      return { title: "You are early", text: "The meeting has not opened yet. Please come back shortly before it begins.", canReturn: true };
    case "overload":
    case "maintenance":
      return { title: "The meeting server is busy", text: "Please try again in a few minutes.", canReturn: true };
    case "not-found":
      return { title: "There is no such meeting now", text: "It may be over, or may have been called off.", canReturn: true };
    default:
      return { title: "You cannot join this meeting", text: text || "The meeting server did not say why.", canReturn: true };
  }
}

/** What to do when the way to the meeting could not be made again: behind a wall, a relay is what would have helped. */
export function givenUpWords(info: Pick<MeetingInfo, "iceServers" | "phone"> | null): string {
  const phone = info?.phone ? " You can join by phone meanwhile." : "";
  return info && info.iceServers.length > 0
    ? `The connection could not be restored, not even through a relay. Please check your network.${phone}`
    : `The connection could not be restored. Please check your network, or try another: some let no sound and pictures through.${phone}`;
}

/** The connection in words; null while there is nothing to say. */
export function healthWords(quality: State["quality"]): { word: string; text: string } | null {
  if (!quality) return null;
  const { up, down } = quality;
  const text = up === down
    ? { good: "Sound and pictures go both ways as they should.", fair: "Pictures may be smaller than usual.", poor: "Sound may stutter. Turning your camera off helps." }[up]
    : [
        { good: "You are seen and heard well.", fair: "Others may see you less sharp.", poor: "Others may not see or hear you well." }[up],
        { good: "You receive everything well.", fair: "You may see others less sharp.", poor: "You may not see or hear others well." }[down],
      ].join(" ");
  const worst = [up, down].includes("poor") ? "poor" : [up, down].includes("fair") ? "fair" : "good";
  return { word: { good: "Good connection", fair: "Fair connection", poor: "Weak connection" }[worst], text };
}

function tries(left: number | null): string {
  if (left === null) return "Please check your invitation and try again.";
  return left === 1 ? "You can try once more." : `You can try ${left} more times.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
