/** Why a device cannot be had, in a form that has words (words.ts). */
export type DeviceFault = "denied" | "missing" | "busy" | "insecure" | "other";

/** What the person chose; null leaves it to the browser. */
export interface DeviceChoice {
  microphone: string | null;
  camera: string | null;
  speaker: string | null;
}

export type DeviceKind = "microphone" | "camera";

/** Large enough for the biggest tile; the small sizes are made of it. */
const CAMERA: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
const MICROPHONE: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/** A track of the device, or why there is none. A device that was chosen once and is gone now is not insisted on. */
export async function openDevice(kind: DeviceKind, deviceId: string | null): Promise<MediaStreamTrack | DeviceFault> {
  const media = (navigator as { mediaDevices?: MediaDevices }).mediaDevices;
  if (!media?.getUserMedia) return "insecure";
  const wanted = { ...(kind === "camera" ? CAMERA : MICROPHONE), ...(deviceId === null ? {} : { deviceId: { ideal: deviceId } }) };
  try {
    const stream = await media.getUserMedia(kind === "camera" ? { video: wanted } : { audio: wanted });
    return stream.getTracks()[0] ?? "missing";
  } catch (fault) {
    return deviceFault(fault);
  }
}

/** A screen or window that the person chooses; null when nothing was chosen. */
export async function openScreen(): Promise<MediaStreamTrack | DeviceFault | null> {
  const media = (navigator as { mediaDevices?: MediaDevices }).mediaDevices;
  if (!media?.getDisplayMedia) return "missing";
  try {
    const stream = await media.getDisplayMedia({ video: { frameRate: { ideal: 15, max: 30 } }, audio: false });
    const track = stream.getVideoTracks()[0] ?? null;
    if (track) track.contentHint = "detail";
    return track;
  } catch (fault) {
    return deviceFault(fault) === "denied" ? null : deviceFault(fault);
  }
}

/** True where the browser can share a screen: phones cannot. */
export function canShareScreen(): boolean {
  return typeof (navigator as { mediaDevices?: MediaDevices }).mediaDevices?.getDisplayMedia === "function";
}

/** The devices that there are; empty where the browser does not tell. */
export async function listDevices(): Promise<MediaDeviceInfo[]> {
  try {
    return await navigator.mediaDevices.enumerateDevices();
  } catch {
    return [];
  }
}

/** Names of faults are those of the Media Capture specification, and of older browsers. */
export function deviceFault(fault: unknown): DeviceFault {
  switch (fault instanceof Error || fault instanceof DOMException ? fault.name : "") {
    case "NotAllowedError":
    case "PermissionDeniedError":
      return "denied";
    case "SecurityError":
      return "insecure";
    case "NotFoundError":
    case "DevicesNotFoundError":
    case "OverconstrainedError":
      return "missing";
    case "NotReadableError":
    case "TrackStartError":
    case "AbortError":
      return "busy";
    default:
      return "other";
  }
}
