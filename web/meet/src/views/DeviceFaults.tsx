import type { DeviceKind } from "../media/devices.ts";
import { deviceWords } from "../words.ts";
import { useMeet, useStore } from "./hooks.ts";

/** What is wrong with microphone and camera, and a button to try again. */
export function DeviceFaults() {
  const meet = useMeet();
  const local = useStore(meet.local);
  const kinds: DeviceKind[] = ["microphone", "camera"];
  const faulty = kinds.filter((kind) => local[kind].fault);
  const [first, second] = faulty;
  // Refused together, they are told of together: one answer of the browser stood for both.
  if (first && second && local[first].fault === local[second].fault) {
    return (
      <div role="status" className="faults">
        <div className="fault">
          <p>{deviceWords("microphone and camera", local[first].fault!)}</p>
          <button type="button" className="button small" onClick={() => void meet.local.retry(first).then(() => meet.local.retry(second))}>Try both again</button>
        </div>
      </div>
    );
  }
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
