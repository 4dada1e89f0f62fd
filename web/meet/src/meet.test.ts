// @vitest-environment happy-dom
import { beforeEach, expect, it, vi } from "vitest";
import { meetingAddress } from "./address.ts";
import type { ConnectionEvents, Entry } from "./link/connection.ts";
import { Meet } from "./meet.ts";
import type { ClientMessage, ServerMessage } from "./protocol.ts";
import { ENTERED, INFO, person } from "../test/samples.ts";

/** The connection that was opened last. */
let link: { sent: ClientMessage[]; events: ConnectionEvents; entry: () => Entry; peer: Record<string, ReturnType<typeof vi.fn>>; isClosed: boolean };

vi.mock("./link/connection.ts", () => ({
  Connection: class {
    sent: ClientMessage[] = [];
    isClosed = false;
    peer = { setAudio: vi.fn(() => Promise.resolve()), setCamera: vi.fn(() => Promise.resolve()), setContent: vi.fn(() => Promise.resolve()), stream: vi.fn() };
    constructor(_address: URL, _ice: unknown, readonly entry: () => Entry, _tracks: unknown, readonly events: ConnectionEvents) {
      link = this as never;
    }
    open = (): void => undefined;
    retryNow = (): void => undefined;
    interrupt = (): void => undefined;
    send = (message: ClientMessage): boolean => this.sent.push(message) > 0;
    close = (): void => void (this.isClosed = true);
  },
}));

const screen = vi.hoisted(() => ({ open: (): unknown => null }));
vi.mock("./media/devices.ts", async (original) => ({ ...(await original<object>()), openScreen: () => Promise.resolve(screen.open()) }));

class FakeScreen extends EventTarget {
  isStopped = false;
  stop(): void {
    this.isStopped = true;
  }
}

let meet: Meet;
const tell = (...messages: ServerMessage[]): void => messages.forEach((message) => link.events.onMessage(message));

beforeEach(() => {
  localStorage.clear();
  meet = new Meet(meetingAddress("http://localhost/join/482917")!);
  meet.dispatch({ type: "info", outcome: { kind: "found", info: INFO } });
  meet.join("Ann", "1234");
  tell(ENTERED, { type: "roster", isLocked: false, participants: [person(7, { isSelf: true }), person(8)] });
  link.events.onPeer(link.peer as never);
  link.sent.length = 0;
});

/** Shares a screen, as far as asking for the floor. */
async function ask(): Promise<FakeScreen> {
  link.peer.setContent!.mockClear();
  const shared = new FakeScreen();
  screen.open = () => shared;
  await meet.toggleSharing();
  expect(link.sent.at(-1)).toEqual({ type: "present", active: true });
  expect(link.peer.setContent).not.toHaveBeenCalled();
  return shared;
}

it("enters with what was given, and keeps the name for the next time", () => {
  expect(link.entry()).toEqual({ name: "Ann", pin: "1234", audio: false, video: false });
  expect(new Meet(meet.address).settings.get().name).toBe("Ann");
});

it("enters again with the PIN that was right in the end", () => {
  meet.tryPin("4321");
  expect(link.sent).toEqual([{ type: "pin", pin: "4321" }]);
  expect(link.entry().pin).toBe("4321");
});

it("asks for no PIN while the one that was given is being looked at, and does when nothing comes of it", () => {
  vi.useFakeTimers();
  const phases: string[] = [];
  meet.join("Ann", "1234");
  meet.state.subscribe(() => phases.push(meet.state.get().phase));
  tell({ type: "wait", why: "pin", triesLeft: 3 }, ENTERED);
  vi.advanceTimersByTime(10_000);
  expect(new Set(phases)).toEqual(new Set(["meeting"]));

  meet.join("Ann", "1234");
  tell({ type: "wait", why: "pin", triesLeft: 3 });
  expect(meet.state.get().phase).toBe("joining");
  vi.advanceTimersByTime(2_000);
  expect(meet.state.get()).toMatchObject({ phase: "waiting", wait: { why: "pin" } });
  vi.useRealTimers();
});

it("sends a screen once it has the floor, and gives the floor back when the screen ends", async () => {
  const shared = await ask();
  tell({ type: "floor", participant: 7, granted: true });
  expect(link.peer.setContent).toHaveBeenCalledWith(shared);
  shared.dispatchEvent(new Event("ended"));
  expect(link.sent.at(-1)).toEqual({ type: "present", active: false });
  expect(link.peer.setContent).toHaveBeenLastCalledWith(null);
  expect(meet.state.get().sharing).toBe("no");
});

it("gives the screen back when the floor is refused, or taken", async () => {
  const refused = await ask();
  tell({ type: "floor", participant: 8, granted: false });
  expect([refused.isStopped, meet.state.get().sharing]).toEqual([true, "no"]);

  const taken = await ask();
  tell({ type: "floor", participant: 7, granted: true }, { type: "floor", participant: 8, granted: true });
  expect([taken.isStopped, meet.state.get().sharing]).toEqual([true, "no"]);
});

it("asks for nothing when no screen was chosen", async () => {
  screen.open = () => null;
  await meet.toggleSharing();
  expect(link.sent).toEqual([]);
});

it("turns the microphone off when it is muted from outside", () => {
  void meet.local.setOn("microphone", true);
  tell({ type: "moderated", what: "muted", by: "Alice" });
  expect(meet.local.get().microphone.isOn).toBe(false);
});

it("sends a view once, and again on another connection", () => {
  const lines = [{ mid: "3", height: 360, participant: null }];
  meet.setView(lines);
  meet.setView([...lines]);
  expect(link.sent).toEqual([{ type: "view", lines }]);
  link.sent.length = 0;
  link.events.onPeer(link.peer as never);
  expect(link.sent).toEqual([{ type: "view", lines }]);
});

it("raises its hand and asks for the floor again on another connection", async () => {
  meet.toggleHand();
  await ask();
  link.sent.length = 0;
  link.events.onPeer(link.peer as never);
  expect(link.sent).toEqual([{ type: "hand", raised: true }, { type: "present", active: true }]);
});

it("lets go of everything when it is over", async () => {
  const shared = await ask();
  tell({ type: "left", why: "removed", text: "" });
  expect([shared.isStopped, link.isClosed, meet.peer.get()]).toEqual([true, true, null]);
});
