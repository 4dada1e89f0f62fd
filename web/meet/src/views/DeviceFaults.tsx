import type { DeviceKind } from "../media/devices.ts";
import { deviceWords } from "../words.ts";
import { useMeet, useStore } from "./hooks.ts";

/** What is wrong with microphone and camera, and a button to try again. */
export function DeviceFaults() {
  const meet = useMeet();
  const local = useStore(meet.local);
  const faulty = (["microphone", "camera"] as DeviceKind[]).filter((kind) => local[kind].fault);
  return (
    <div role="status" className="faults">
      {faulty.map((kind) => (
        <div key={kind} className="fault">
          <p>{deviceWords(kind, local[kind].fault!)}</p>
          <button type="button" className="button small" onClick={() => void meet.local.retry(kind)}>Try the {kind} again</button>
        </div>
      ))}
    </div>
  );
}
