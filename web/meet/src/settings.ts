import type { DeviceChoice } from "./media/devices.ts";

/** What the browser keeps for the next meeting: nothing of it leaves this machine but the name, when joining. */
export interface Settings {
  name: string;
  audio: boolean;
  video: boolean;
  devices: DeviceChoice;
  hasShortcuts: boolean;
}

const KEY = "meetpoint.join";

export const DEFAULTS: Settings = {
  name: "",
  audio: true,
  video: true,
  devices: { microphone: null, camera: null, speaker: null },
  hasShortcuts: true,
};

/** Reads them; what is not there, or is nonsense, is the default. */
export function loadSettings(): Settings {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Settings>;
    return { ...DEFAULTS, ...kept, devices: { ...DEFAULTS.devices, ...kept.devices } };
  } catch {
    return DEFAULTS;
  }
}

/** Keeps them; a browser that keeps nothing is not told off. */
export function saveSettings(settings: Settings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Private windows may have no room.
  }
}
