import type { MeetingInfo, Participant, ServerMessage } from "../src/protocol.ts";

export const INFO: MeetingInfo = {
  code: "482917",
  title: "Quarterly review",
  organiser: "Alice Marsh",
  startsAt: "2026-11-23T12:00:00Z",
  endsAt: "2026-11-23T13:00:00Z",
  hasPin: true,
  hasLobby: true,
  phone: { number: "+44 20 7946 0123", code: "482917" },
  sipUri: "sip:482917@meet.albion.example",
  calendarUrl: "/api/v1/join/482917/calendar.ics",
  iceServers: [],
};

/** Two camera lines and the content line. */
export const ENTERED: ServerMessage & { type: "entered" } = {
  type: "entered",
  participant: 7,
  session: "s1",
  answer: "v=0",
  lines: [{ mid: "3", kind: "camera" }, { mid: "4", kind: "camera" }, { mid: "12", kind: "content" }],
  isModerator: false,
  codec: "VP8",
};

export function person(id: number, more: Partial<Participant> = {}): Participant {
  return {
    id, name: `Person ${id}`, provider: "Albion", kind: "browser", state: "in", audio: true, video: true, hand: false, isSelf: false, isOrganiser: false, isPresenting: false, ...more,
  };
}
