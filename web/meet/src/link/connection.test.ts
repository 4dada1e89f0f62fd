import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ServerMessage } from "../protocol.ts";
import { ENTERED } from "../../test/samples.ts";
import { ANSWER_MS, BACKOFF, Connection, MAX_TRIES } from "./connection.ts";

const peers: { accept: ReturnType<typeof vi.fn>; close: ReturnType<typeof vi.fn>; onState: (state: RTCPeerConnectionState) => void }[] = [];

vi.mock("./peer.ts", () => ({
  Peer: class {
    accept = vi.fn(() => Promise.resolve());
    setCodec = vi.fn(() => Promise.resolve());
    close = vi.fn();
    constructor(_ice: unknown, _tracks: unknown, readonly onState: (state: RTCPeerConnectionState) => void) {
      peers.push(this);
    }
    offer = () => Promise.resolve(`offer ${peers.length}`);
  },
}));

class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: unknown[] = [];
  constructor(readonly url: URL, readonly protocol: string) {
    super();
    FakeSocket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.readyState = 3;
  }
  async open(): Promise<void> {
    this.readyState = FakeSocket.OPEN;
    this.dispatchEvent(new Event("open"));
    await vi.advanceTimersByTimeAsync(0);
  }
  async tell(message: ServerMessage): Promise<void> {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(message) }));
    await vi.advanceTimersByTimeAsync(0);
  }
  lose(): void {
    this.readyState = 3;
    this.dispatchEvent(new Event("close"));
  }
}

const events = { onMessage: vi.fn(), onLost: vi.fn(), onGivenUp: vi.fn(), onPeer: vi.fn() };
const last = (): FakeSocket => FakeSocket.all.at(-1)!;
let connection: Connection;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.spyOn(Math, "random").mockReturnValue(1);
  FakeSocket.all = [];
  peers.length = 0;
  Object.values(events).forEach((event) => event.mockReset());
  connection = new Connection(
    new URL("ws://x/ws"), [], () => ({ name: "Ann", pin: "1234", audio: true, video: false }), () => ({ audio: null, camera: null, content: null }), events,
  );
  connection.open();
});

afterEach(() => vi.useRealTimers());

describe("entering", () => {
  it("sends the offer with the subprotocol, and hands over the media once answered", async () => {
    await last().open();
    expect(last().protocol).toBe("meetpoint.join.1");
    expect(last().sent).toEqual([{ type: "enter", name: "Ann", pin: "1234", audio: true, video: false, offer: "offer 1" }]);
    await last().tell(ENTERED);
    expect(peers[0]!.accept).toHaveBeenCalledWith("v=0", "VP8");
    expect(events.onPeer).toHaveBeenCalledTimes(1);
  });

  it("takes no frame that is none of the protocol", async () => {
    await last().open();
    last().dispatchEvent(new MessageEvent("message", { data: "{" }));
    expect(events.onMessage).not.toHaveBeenCalled();
  });
});

describe("a lost connection", () => {
  it("is made anew after a wait, with the session and a new offer", async () => {
    await last().open();
    await last().tell(ENTERED);
    last().lose();
    expect(events.onLost).toHaveBeenCalledWith(1, BACKOFF.firstMs);
    expect(peers[0]!.close).toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(BACKOFF.firstMs);
    await last().open();
    expect(last().sent).toEqual([{ type: "enter", name: "Ann", pin: "1234", audio: true, video: false, offer: "offer 2", session: "s1" }]);
  });

  it("is waited for longer each time, and given up in the end; a press tries again", async () => {
    const waits: number[] = [];
    events.onLost.mockImplementation((_, wait: number) => waits.push(wait));
    for (let i = 0; i <= MAX_TRIES; i++) {
      last().lose();
      await vi.advanceTimersByTimeAsync(BACKOFF.longestMs);
    }
    expect(waits.slice(0, 6)).toEqual([500, 1000, 2000, 4000, 8000, 10_000]);
    expect(waits).toHaveLength(MAX_TRIES);
    expect(events.onGivenUp).toHaveBeenCalledTimes(1);
    const tried = FakeSocket.all.length;
    connection.retryNow();
    expect(FakeSocket.all).toHaveLength(tried + 1);
  });

  it("is tried again when a try is not answered, and at once when somebody presses", async () => {
    await vi.advanceTimersByTimeAsync(ANSWER_MS);
    expect(events.onLost).toHaveBeenCalledWith(1, BACKOFF.firstMs);
    await vi.advanceTimersByTimeAsync(BACKOFF.firstMs);
    expect(FakeSocket.all).toHaveLength(2);
    connection.retryNow();
    expect(FakeSocket.all).toHaveLength(3);
    await last().open();
    await vi.advanceTimersByTimeAsync(2 * ANSWER_MS);
    connection.retryNow();
    expect(FakeSocket.all).toHaveLength(3);
  });

  it("is noticed by its media, at once when they failed, and after a while when they are interrupted", async () => {
    await last().open();
    await last().tell(ENTERED);
    peers[0]!.onState("disconnected");
    await vi.advanceTimersByTimeAsync(5_900);
    peers[0]!.onState("connected");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(events.onLost).not.toHaveBeenCalled();
    peers[0]!.onState("failed");
    expect(events.onLost).toHaveBeenCalledTimes(1);
  });

  it("counts anew once inside", async () => {
    last().lose();
    await vi.advanceTimersByTimeAsync(500);
    last().lose();
    await vi.advanceTimersByTimeAsync(1000);
    await last().open();
    await last().tell(ENTERED);
    last().lose();
    expect(events.onLost).toHaveBeenLastCalledWith(1, 500);
  });
});

describe("the end", () => {
  it.each([{ type: "left", why: "removed", text: "" }, { type: "refused", why: "locked", text: "" }] as ServerMessage[])("in words ($type) is not tried again", async (message) => {
    await last().open();
    await last().tell(message);
    last().lose();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(events.onMessage).toHaveBeenCalledWith(message);
    expect(events.onLost).not.toHaveBeenCalled();
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("says that one leaves", async () => {
    await last().open();
    connection.close();
    expect(last().sent.at(-1)).toEqual({ type: "leave" });
    connection.retryNow();
    expect(FakeSocket.all).toHaveLength(1);
  });
});
