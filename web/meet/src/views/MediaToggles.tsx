import { useMeet, useStore } from "./hooks.ts";
import { ToggleButton } from "./ToggleButton.tsx";

/** The own microphone and camera, before and in the meeting. */
export function MediaToggles() {
  const meet = useMeet();
  const { microphone, camera } = useStore(meet.local);
  return (
    <>
      <ToggleButton
        label="Mic" icon={microphone.isOn ? "mic" : "mic-off"} isPressed={microphone.isOn} shortcut="M"
        caption="Mic" hint={microphone.isOn ? "Mute" : "Unmute"} tone={microphone.isOn ? "plain" : "off"} onToggle={() => void meet.toggle("microphone")}
      />
      <ToggleButton
        label="Camera" icon={camera.isOn ? "camera" : "camera-off"} isPressed={camera.isOn} shortcut="V"
        caption="Camera" hint={camera.isOn ? "Turn the camera off" : "Turn the camera on"} tone={camera.isOn ? "plain" : "off"} onToggle={() => void meet.toggle("camera")}
      />
    </>
  );
}
