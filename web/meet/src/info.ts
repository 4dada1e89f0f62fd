import { readProblem } from "@meetpoint/shared/problem.ts";
import type { MeetingInfo } from "./protocol.ts";

/** What is known of the meeting before anybody enters, or why nothing is. */
export type InfoOutcome =
  | { kind: "found"; info: MeetingInfo }
  | { kind: "unknown" }
  | { kind: "too-early"; startsAt: string | null }
  | { kind: "failed"; text: string };

/** Asks the exchange for the meeting; never throws. */
export async function fetchInfo(address: URL, get: typeof fetch = fetch): Promise<InfoOutcome> {
  let response: Response;
  try {
    response = await get(address, { headers: { accept: "application/json" }, cache: "no-store" });
  } catch {
    return { kind: "failed", text: "The meeting server cannot be reached. Please check your network connection." };
  }
  if (response.ok) {
    try {
      return { kind: "found", info: (await response.json()) as MeetingInfo };
    } catch {
      return { kind: "failed", text: "The meeting server gave an answer that this page does not understand." };
    }
  }
  const problem = await readProblem(response);
  if (problem.code === "too-early" || response.status === 425)
    return { kind: "too-early", startsAt: typeof problem.more.startsAt === "string" ? problem.more.startsAt : null };
  if (response.status === 404) return { kind: "unknown" };
  if (response.status === 429) return { kind: "failed", text: "There were too many tries from here. Please wait a minute, then try again." };
  return { kind: "failed", text: problem.detail || problem.title || `The meeting server answered with an error (${response.status}).` };
}
