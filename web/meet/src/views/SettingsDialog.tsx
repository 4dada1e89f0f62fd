import { DeviceFaults } from "./DeviceFaults.tsx";
import { DevicePickers } from "./DevicePickers.tsx";
import { Dialog } from "./Dialog.tsx";
import { LevelMeter } from "./LevelMeter.tsx";
import { useMeet, useStore } from "./hooks.ts";

/** Other devices while the meeting goes on. */
export function SettingsDialog({ onClose }: { onClose: () => void }) {
  const meet = useMeet();
  const { microphone } = useStore(meet.local);
  return (
    <Dialog title="Devices" onClose={onClose}>
      <DeviceFaults />
      <DevicePickers />
      <div className="preview-level"><span>{microphone.isOn ? "Your microphone" : "Your microphone is off"}</span><LevelMeter track={microphone.isOn ? microphone.track : null} /></div>
    </Dialog>
  );
}
