import { Store } from "@meetpoint/shared/store.ts";
import { listDevices, openDevice, type DeviceChoice, type DeviceFault, type DeviceKind } from "./devices.ts";

/** The own microphone or camera. */
export interface LocalDevice {
  /** Wanted on; a microphone that is off keeps its track, a camera gives it back, and its light goes out. */
  isOn: boolean;
  track: MediaStreamTrack | null;
  fault: DeviceFault | null;
  isOpening: boolean;
}

export interface LocalState {
  microphone: LocalDevice;
  camera: LocalDevice;
  choice: DeviceChoice;
  devices: MediaDeviceInfo[];
}

/** The devices of this machine: opened, exchanged, muted and given back. Whoever sends their tracks listens for changes. */
export class LocalMedia extends Store<LocalState> {
  /** Counts the openings of each kind: one that comes back late must not replace a newer one. */
  readonly #openings = { microphone: 0, camera: 0 };

  constructor(choice: DeviceChoice, isMicrophoneOn: boolean, isCameraOn: boolean) {
    const device = (isOn: boolean): LocalDevice => ({ isOn, track: null, fault: null, isOpening: false });
    super({ microphone: device(isMicrophoneOn), camera: device(isCameraOn), choice, devices: [] });
  }

  /** Opens what is wanted on, and lists what there is. One after the other, so that the browser asks one question at a time. */
  async start(): Promise<void> {
    (navigator as { mediaDevices?: MediaDevices }).mediaDevices?.addEventListener?.("devicechange", this.#list);
    const { microphone, camera } = this.get();
    if (microphone.isOn && !microphone.track) await this.#open("microphone");
    if (camera.isOn && !camera.track) await this.#open("camera");
    await this.#list();
  }

  async setOn(kind: DeviceKind, isOn: boolean): Promise<void> {
    const device = this.get()[kind];
    this.#change(kind, { isOn, ...(isOn ? {} : { fault: null }) });
    if (device.track && kind === "microphone") device.track.enabled = isOn;
    else if (!isOn) this.#close(kind);
    else if (!device.track) await this.#open(kind);
  }

  async choose(kind: keyof DeviceChoice, deviceId: string): Promise<void> {
    this.set({ ...this.get(), choice: { ...this.get().choice, [kind]: deviceId } });
    if (kind !== "speaker" && this.get()[kind].isOn) await this.#open(kind);
  }

  /** Tries again after a fault. */
  async retry(kind: DeviceKind): Promise<void> {
    this.#change(kind, { isOn: true });
    await this.#open(kind);
  }

  /** Gives everything back. */
  stop(): void {
    (navigator as { mediaDevices?: MediaDevices }).mediaDevices?.removeEventListener?.("devicechange", this.#list);
    this.#close("microphone");
    this.#close("camera");
  }

  async #open(kind: DeviceKind): Promise<void> {
    const opening = ++this.#openings[kind];
    this.#change(kind, { isOpening: true, fault: null });
    // Some machines cannot open a second camera while the first is on.
    if (kind === "camera") this.get().camera.track?.stop();
    const opened = await openDevice(kind, this.get().choice[kind]);
    if (opening !== this.#openings[kind]) {
      if (typeof opened !== "string") opened.stop();
      return;
    }
    this.get()[kind].track?.stop();
    if (typeof opened === "string") {
      this.#change(kind, { track: null, fault: opened, isOpening: false, isOn: false });
      return;
    }
    opened.enabled = this.get()[kind].isOn;
    opened.addEventListener("ended", () => {
      if (this.get()[kind].track === opened) this.#change(kind, { track: null, fault: "missing", isOn: false });
    });
    this.#change(kind, { track: opened, fault: null, isOpening: false });
    void this.#list();
  }

  #close(kind: DeviceKind): void {
    this.#openings[kind]++;
    this.get()[kind].track?.stop();
    this.#change(kind, { track: null, isOpening: false });
  }

  #change(kind: DeviceKind, change: Partial<LocalDevice>): void {
    this.set({ ...this.get(), [kind]: { ...this.get()[kind], ...change } });
  }

  readonly #list = async (): Promise<void> => {
    const devices = await listDevices();
    this.set({ ...this.get(), devices });
  };
}
