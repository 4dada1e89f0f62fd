import { endWords } from "../words.ts";
import { Page } from "./Page.tsx";
import { useMeet, useStore } from "./hooks.ts";

/** After the meeting, or when one is not let in. */
export function EndView() {
  const meet = useMeet();
  const end = useStore(meet.state).end!;
  const said = endWords(end);
  return (
    <Page title={said.title}>
      <div className="card">
        {said.text && <p className="lead">{said.text}</p>}
        {said.canReturn && <button type="button" className="button primary" onClick={() => void meet.again()}>{end.why === "refused" ? "Try again" : "Join again"}</button>}
        <p className="hint">You can close this page now.</p>
      </div>
    </Page>
  );
}
