import { Store } from "@meetpoint/shared/store.ts";
import type { MeetingAddress } from "./address.ts";
import { fetchInfo } from "./info.ts";
import { Connection } from "./link/connection.ts";
import { iceServers } from "./link/iceServers.ts";
import type { Peer } from "./link/peer.ts";
import { openScreen } from "./media/devices.ts";
import { LocalMedia } from "./media/local.ts";
import type { ClientMessage, LineView, Moderation, ServerMessage } from "./protocol.ts";
import { loadSettings, saveSettings, type Settings } from "./settings.ts";
import { INITIAL, reduce, type Action, type State } from "./state.ts";
import { deviceWords } from "./words.ts";

/** How often a meeting that has not opened yet is asked for again. */
const TOO_EARLY_MS = 20_000;

/** For how long a question for the PIN is kept back when the PIN was given with the name: it is being looked at. */
const PIN_JUDGED_MS = 1_500;

/** The page's meeting: its state, its devices and its connection. Views read the state and call what people do. */
export class Meet {
  readonly state = new Store<State>(INITIAL);
  readonly local: LocalMedia;
  /** The media that stands; changes when a lost connection was made anew. */
  readonly peer = new Store<Peer | null>(null);
  readonly settings: Store<Settings>;
  #connection: Connection | null = null;
  #pin: string | null = null;
  #screen: MediaStreamTrack | null = null;
  #view: LineView[] = [];
  #sentView = "";
  #early: ReturnType<typeof setTimeout> | undefined;
  #keptBack: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly address: MeetingAddress) {
    this.settings = new Store(loadSettings());
    const { devices, audio, video } = this.settings.get();
    this.local = new LocalMedia(devices, audio, video);
    this.local.subscribe(() => this.#onLocal());
    window.addEventListener("online", () => this.#connection?.retryNow());
    window.addEventListener("offline", () => this.#connection?.interrupt());
    window.addEventListener("pagehide", (event) => event.persisted || this.#connection?.close());
  }

  readonly dispatch = (action: Action): void => this.state.set(reduce(this.state.get(), action));

  /** Asks for the meeting, and opens the devices when there is one. */
  async load(): Promise<void> {
    clearTimeout(this.#early);
    const outcome = await fetchInfo(this.address.info);
    this.dispatch({ type: "info", outcome });
    if (outcome.kind === "found") await this.local.start();
    else if (outcome.kind === "too-early") this.#early = setTimeout(() => void this.load(), TOO_EARLY_MS);
  }

  change(settings: Partial<Settings>): void {
    this.settings.set({ ...this.settings.get(), ...settings });
    saveSettings(this.settings.get());
  }

  join(name: string, pin: string): void {
    const info = this.state.get().info;
    if (!info) return;
    this.change({ name });
    this.#pin = pin || null;
    this.#onLocal();
    this.dispatch({ type: "join" });
    this.#connection = new Connection(
      this.address.socket,
      iceServers(info.iceServers),
      () => ({ name, pin: this.#pin, audio: this.state.get().audio, video: this.state.get().video }),
      () => ({ audio: this.local.get().microphone.track, camera: this.local.get().camera.track, content: this.#screen }),
      {
        onMessage: (message) => this.#onMessage(message),
        onLost: (attempt) => this.dispatch({ type: "lost", attempt }),
        onGivenUp: () => this.dispatch({ type: "given-up" }),
        onPeer: (peer) => this.#onPeer(peer),
      },
    );
    this.#connection.open();
  }

  /** Another PIN after a wrong one. */
  tryPin(pin: string): void {
    this.#pin = pin;
    this.send({ type: "pin", pin });
  }

  leave(): void {
    this.#close();
    this.dispatch({ type: "left" });
    this.local.stop();
  }

  /** Back to the devices, from the lobby or after the end. */
  async again(): Promise<void> {
    this.#close();
    this.dispatch({ type: "back-to-check" });
    await this.local.start();
  }

  retryNow(): void {
    this.dispatch({ type: "lost", attempt: 1 });
    this.#connection?.retryNow();
  }

  send(message: ClientMessage): boolean {
    return this.#connection?.send(message) ?? false;
  }

  async toggle(kind: "microphone" | "camera"): Promise<void> {
    const device = this.local.get()[kind];
    await this.local.setOn(kind, !device.isOn);
    const { isOn, fault } = this.local.get()[kind];
    this.change(kind === "microphone" ? { audio: isOn } : { video: isOn });
    if (fault && this.state.get().phase === "meeting") this.dispatch({ type: "say", text: deviceWords(kind, fault), isUrgent: true });
  }

  async choose(kind: "microphone" | "camera" | "speaker", deviceId: string): Promise<void> {
    await this.local.choose(kind, deviceId);
    this.change({ devices: this.local.get().choice });
  }

  /** Raises or lowers the own hand. */
  toggleHand(): void {
    const raised = !this.state.get().hand;
    if (this.send({ type: "hand", raised })) this.dispatch({ type: "hand", raised });
  }

  chat(text: string): boolean {
    return this.send({ type: "chat", id: crypto.randomUUID?.() ?? String(Math.random()).slice(2), text });
  }

  react(emoji: string): void {
    this.send({ type: "reaction", emoji });
  }

  moderate(action: Moderation, participant?: number): void {
    this.send(participant === undefined ? { type: "moderate", action } : { type: "moderate", action, participant });
  }

  /** Shares a screen, or stops. The floor is asked for when the person has chosen, as browsers ask only after a click. */
  async toggleSharing(): Promise<void> {
    if (this.state.get().sharing !== "no") {
      this.#stopSharing();
      return;
    }
    const screen = await openScreen();
    if (screen === null) return;
    if (typeof screen === "string") {
      this.dispatch({ type: "say", text: "Your screen cannot be shared here. Your system may have to allow it first.", isUrgent: true });
      return;
    }
    this.#screen = screen;
    screen.addEventListener("ended", () => this.#screen === screen && this.#stopSharing());
    this.dispatch({ type: "sharing", sharing: "asked" });
    if (!this.send({ type: "present", active: true })) this.#stopSharing();
  }

  /** How large each line is shown; sent when it differs from what was sent last. */
  setView(lines: LineView[]): void {
    this.#view = lines;
    const view = JSON.stringify(lines);
    if (view !== this.#sentView && lines.length > 0 && this.send({ type: "view", lines })) this.#sentView = view;
  }

  #onMessage(message: ServerMessage): void {
    clearTimeout(this.#keptBack);
    if (message.type === "wait" && message.why === "pin" && this.#pin !== null && this.state.get().phase === "joining") {
      this.#keptBack = setTimeout(() => this.dispatch({ type: "server", message }), PIN_JUDGED_MS);
      return;
    }
    const { sharing } = this.state.get();
    this.dispatch({ type: "server", message });
    const now = this.state.get();
    if (message.type === "moderated" && message.what === "muted") void this.local.setOn("microphone", false);
    if (message.type === "floor" || message.type === "moderated") {
      if (sharing !== "yes" && now.sharing === "yes") void this.#connection?.peer?.setContent(this.#screen);
      else if (sharing !== "no" && now.sharing === "no") this.#endScreen();
    }
    if (now.phase === "over") {
      this.#close();
      this.local.stop();
    }
  }

  #onPeer(peer: Peer): void {
    this.peer.set(peer);
    this.#sentView = "";
    this.setView(this.#view);
    const { hand, sharing } = this.state.get();
    if (hand) this.send({ type: "hand", raised: true });
    if (sharing !== "no") this.send({ type: "present", active: true });
    // What was switched while the offer was under way.
    this.#onLocal();
  }

  /** Sends what the devices give now, and tells the others what is off. */
  #onLocal(): void {
    const { microphone, camera } = this.local.get();
    const audio = microphone.isOn && microphone.track !== null;
    const video = camera.isOn && camera.track !== null;
    const peer = this.#connection?.peer;
    void peer?.setAudio(microphone.track).catch(() => undefined);
    void peer?.setCamera(camera.track).catch(() => undefined);
    const before = this.state.get();
    if (before.audio === audio && before.video === video) return;
    this.dispatch({ type: "media", audio, video });
    this.send({ type: "state", audio, video });
  }

  #stopSharing(): void {
    this.send({ type: "present", active: false });
    this.dispatch({ type: "sharing", sharing: "no" });
    this.#endScreen();
  }

  #endScreen(): void {
    void this.#connection?.peer?.setContent(null);
    this.#screen?.stop();
    this.#screen = null;
  }

  #close(): void {
    clearTimeout(this.#keptBack);
    this.#endScreen();
    this.#connection?.close();
    this.#connection = null;
    this.peer.set(null);
    this.#view = [];
    this.#sentView = "";
  }
}
