/** Where the meeting and its exchange are, as the address of the page says. */
export interface MeetingAddress {
  code: string;
  /** GET tells what the meeting is. */
  info: URL;
  /** The WebSocket of the join protocol; with the invitation that the link had, which says who comes. */
  socket: URL;
}

/** Reads …/join/CODE; null when the address names no meeting. What stands before /join is a proxy's own path, and is kept. */
export function meetingAddress(page: string): MeetingAddress | null {
  const url = new URL(page);
  const found = /^(.*)\/join\/([^/]+)\/?$/.exec(url.pathname);
  if (!found) return null;
  const [, before = "", code = ""] = found;
  const info = new URL(`${before}/api/v1/join/${code}`, url.origin);
  const socket = new URL(`${info.pathname}/ws`, url.origin);
  // Who was invited is known by the token of his invitation.
  const invitation = url.searchParams.get("invitation");
  if (invitation !== null) socket.searchParams.set("invitation", invitation);
  socket.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return { code: decodeURIComponent(code), info, socket };
}
