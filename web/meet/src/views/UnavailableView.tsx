import { opensText } from "../when.ts";
import { Page } from "./Page.tsx";
import { useMeet, useStore } from "./hooks.ts";

/** There is nothing to join here, or not yet. */
export function UnavailableView() {
  const meet = useMeet();
  const why = useStore(meet.state).unavailable!;
  if (why.kind === "unknown") {
    return (
      <Page title="No such meeting">
        <div className="card"><p className="lead">There is no meeting at this address. Please check that the whole link was copied, or ask whoever invited you.</p></div>
      </Page>
    );
  }
  const isEarly = why.kind === "too-early";
  return (
    <Page title={isEarly ? "You are early" : "The meeting cannot be reached"}>
      <div className="card">
        <p className="lead">{isEarly ? `This meeting opens ${opensText(why.startsAt)}. You can leave this page open until then.` : why.text}</p>
        <button type="button" className="button" onClick={() => void meet.load()}>{isEarly ? "Check now" : "Try again"}</button>
      </div>
    </Page>
  );
}
