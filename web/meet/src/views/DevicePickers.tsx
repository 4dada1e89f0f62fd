import { useId } from "react";
import { useMeet, useStore } from "./hooks.ts";

const KINDS = [
  { kind: "microphone", of: "audioinput", label: "Microphone" },
  { kind: "camera", of: "videoinput", label: "Camera" },
  { kind: "speaker", of: "audiooutput", label: "Speaker" },
] as const;

/** Which microphone, camera and speaker; those that the browser lets one choose. */
export function DevicePickers() {
  const meet = useMeet();
  const { devices, choice, microphone, camera } = useStore(meet.local);
  const id = useId();
  const used = { microphone: microphone.track, camera: camera.track, speaker: null };
  return (
    <div className="pickers">
      {KINDS.map(({ kind, of, label }) => {
        const found = devices.filter((device) => device.kind === of && device.deviceId !== "");
        if (kind === "speaker" && (found.length === 0 || !("setSinkId" in HTMLMediaElement.prototype))) return null;
        const value = used[kind]?.getSettings().deviceId ?? choice[kind] ?? found[0]?.deviceId ?? "";
        return (
          <div key={kind} className="field">
            <label htmlFor={`${id}-${kind}`}>{label}</label>
            <select id={`${id}-${kind}`} value={value} disabled={found.length === 0} onChange={(event) => void meet.choose(kind, event.target.value)}>
              {found.length === 0 && <option value="">None found, or not allowed yet</option>}
              {found.map((device, i) => <option key={device.deviceId} value={device.deviceId}>{device.label || `${label} ${i + 1}`}</option>)}
            </select>
          </div>
        );
      })}
    </div>
  );
}
