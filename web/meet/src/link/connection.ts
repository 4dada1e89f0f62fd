import { backoffMs, type Backoff } from "@meetpoint/shared/backoff.ts";
import { readServerMessage, SUBPROTOCOL, type ClientMessage, type ServerMessage } from "../protocol.ts";
import { Peer, type Tracks } from "./peer.ts";

export const BACKOFF: Backoff = { firstMs: 500, longestMs: 10_000 };

/** Tries to come back before the page gives up and asks: some two minutes. */
export const MAX_TRIES = 16;

/** A try that nobody has answered by then is given up for the next: a network that was gone is back long before the browser's own patience ends. */
export const ANSWER_MS = 8_000;

/** For how long media may be interrupted before the connection is made anew. */
const INTERRUPTED_MS = 6_000;

/** Who enters, and how. */
export interface Entry {
  name: string;
  pin: string | null;
  audio: boolean;
  video: boolean;
}

export interface ConnectionEvents {
  onMessage(message: ServerMessage): void;
  /** The connection is made anew after a wait: the first try is 1. */
  onLost(attempt: number, waitMs: number): void;
  onGivenUp(): void;
  /** Media of a connection stands, or is there anew. */
  onPeer(peer: Peer): void;
}

/**
 * The way to the meeting: a WebSocket with the join protocol, and the media that its offer and answer settle. A lost one is made anew by itself,
 * with the session that the exchange gave, until it ended in words (refused or left).
 */
export class Connection {
  #socket: WebSocket | null = null;
  #peer: Peer | null = null;
  #session: string | null = null;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #interrupted: ReturnType<typeof setTimeout> | undefined;
  #unanswered: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(
    private readonly address: URL,
    private readonly iceServers: RTCIceServer[],
    private readonly entry: () => Entry,
    private readonly tracks: () => Tracks,
    private readonly events: ConnectionEvents,
  ) {}

  get peer(): Peer | null {
    return this.#peer;
  }

  /** Connects and enters. */
  open(): void {
    this.#drop();
    const socket = new WebSocket(this.address, SUBPROTOCOL);
    this.#socket = socket;
    const peer = new Peer(this.iceServers, this.tracks(), (state) => this.#onMediaState(peer, state));
    this.#peer = peer;
    const offer = peer.offer();
    this.#unanswered = setTimeout(() => this.#onLost(socket), ANSWER_MS);
    socket.addEventListener("open", () => {
      if (socket === this.#socket) clearTimeout(this.#unanswered);
      void this.#enter(socket, offer);
    });
    socket.addEventListener("message", (event) => this.#onFrame(socket, event.data));
    socket.addEventListener("close", () => this.#onLost(socket));
  }

  /** False when there is no connection to send it over. */
  send(message: ClientMessage): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Tries at once, whatever wait is on, or whatever try is not answered: the network is back, or somebody pressed the button. */
  retryNow(): void {
    if (this.#isOver || this.#socket?.readyState === WebSocket.OPEN) return;
    this.#attempt = 0;
    this.open();
  }

  /** The network is gone: says so now instead of when something times out. */
  interrupt(): void {
    if (!this.#isOver && this.#socket) this.#onLost(this.#socket);
  }

  /** Ends it; nothing is heard of it afterwards. */
  close(): void {
    this.#isOver = true;
    this.send({ type: "leave" });
    this.#drop();
  }

  async #enter(socket: WebSocket, offer: Promise<string>): Promise<void> {
    const sdp = await offer;
    if (socket !== this.#socket) return;
    this.send({ type: "enter", ...this.entry(), offer: sdp, ...(this.#session === null ? {} : { session: this.#session }) });
  }

  #onFrame(socket: WebSocket, frame: unknown): void {
    if (socket !== this.#socket || typeof frame !== "string") return;
    const message = readServerMessage(frame);
    if (!message) return;
    if (message.type === "entered") this.#onEntered(message);
    else if (message.type === "codec") void this.#peer?.setCodec(message.name);
    if (message.type === "refused" || message.type === "left") {
      this.#isOver = true;
      this.#drop();
    }
    this.events.onMessage(message);
  }

  #onEntered(message: ServerMessage & { type: "entered" }): void {
    const peer = this.#peer;
    if (!peer) return;
    this.#session = message.session;
    this.#attempt = 0;
    peer.accept(message.answer, message.codec).then(
      () => peer === this.#peer && this.events.onPeer(peer),
      () => peer === this.#peer && this.interrupt(),
    );
  }

  #onMediaState(peer: Peer, state: RTCPeerConnectionState): void {
    if (peer !== this.#peer) return;
    clearTimeout(this.#interrupted);
    if (state === "failed") this.interrupt();
    else if (state === "disconnected") this.#interrupted = setTimeout(() => peer === this.#peer && this.interrupt(), INTERRUPTED_MS);
  }

  #onLost(socket: WebSocket): void {
    if (this.#isOver || socket !== this.#socket) return;
    this.#drop();
    if (this.#attempt >= MAX_TRIES) {
      this.events.onGivenUp();
      return;
    }
    const wait = backoffMs(BACKOFF, this.#attempt++, Math.random());
    this.#timer = setTimeout(() => this.open(), wait);
    this.events.onLost(this.#attempt, wait);
  }

  #drop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#interrupted);
    clearTimeout(this.#unanswered);
    this.#timer = undefined;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#peer?.close();
    this.#peer = null;
  }
}
