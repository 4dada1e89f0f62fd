import { healthWords } from "../words.ts";
import { Icon } from "./Icon.tsx";
import { useFocusOnShow, useMeet, useStore } from "./hooks.ts";

/** What the meeting is, and how it is: locked, recorded, and how the connection does. */
export function TopBar() {
  const meet = useMeet();
  const { title, isLocked, recordingBy, quality, sharing } = useStore(meet.state);
  const heading = useFocusOnShow<HTMLHeadingElement>();
  const health = healthWords(quality);
  return (
    <header className="top">
      <h1 ref={heading} tabIndex={-1}>{title || "Meeting"}</h1>
      {sharing === "yes" && (
        <span className="badge is-sharing"><Icon name="screen" size={16} /> Everybody sees your screen
          <button type="button" className="link" onClick={() => void meet.toggleSharing()}>Stop</button>
        </span>
      )}
      {isLocked && <span className="badge"><Icon name="lock" size={16} /> Locked</span>}
      {recordingBy && <span className="badge is-recording"><span className="dot" aria-hidden="true" /> Recording</span>}
      {health && (
        <span className={`badge health is-${health.word.split(" ")[0]!.toLowerCase()}`} title={health.text}>
          <Icon name="signal" size={16} /> {health.word}<span className="sr-only">. {health.text}</span>
        </span>
      )}
    </header>
  );
}
