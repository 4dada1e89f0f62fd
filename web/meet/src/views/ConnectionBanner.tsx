import { givenUpWords } from "../words.ts";
import { useMeet, useStore } from "./hooks.ts";

/** That the connection is lost, and what is done about it. */
export function ConnectionBanner() {
  const meet = useMeet();
  const { link, info } = useStore(meet.state);
  if (link.kind === "up") return null;
  const isGivenUp = link.kind === "given-up";
  return (
    <div className="banner is-warning" role="alert">
      <span>{isGivenUp ? givenUpWords(info) : "The connection was lost. Reconnecting…"}</span>
      <span className="banner-actions">
        <button type="button" className="button small" onClick={() => meet.retryNow()}>{isGivenUp ? "Try again" : "Try now"}</button>
        {isGivenUp && <button type="button" className="button small" onClick={() => meet.leave()}>Leave</button>}
      </span>
    </div>
  );
}
