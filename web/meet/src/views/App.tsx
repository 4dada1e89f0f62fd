import { useEffect } from "react";
import type { Meet } from "../meet.ts";
import { CheckView } from "./CheckView.tsx";
import { ConnectionBanner } from "./ConnectionBanner.tsx";
import { EndView } from "./EndView.tsx";
import { MeetContext, useMeet, useStore } from "./hooks.ts";
import { MeetingView } from "./MeetingView.tsx";
import { Notices } from "./Notices.tsx";
import { Page } from "./Page.tsx";
import { Sound } from "./Sound.tsx";
import { UnavailableView } from "./UnavailableView.tsx";
import { Waiting } from "./Waiting.tsx";
import { WaitView } from "./WaitView.tsx";

/** One screen at a time, and above it what is said wherever one is. */
export function App({ meet }: { meet: Meet }) {
  const { phase, title, unread } = useStore(meet.state);
  useEffect(() => {
    document.title = `${unread > 0 ? `(${unread}) ` : ""}${title || "Join the meeting"}`;
  }, [title, unread]);
  const isInside = phase === "meeting" || phase === "joining" || phase === "waiting";
  return (
    <MeetContext value={meet}>
      {isInside && <ConnectionBanner />}
      <Screen phase={phase} />
      {phase === "meeting" && <Sound />}
      <Notices />
    </MeetContext>
  );
}

function Screen({ phase }: { phase: string }) {
  switch (phase) {
    case "unavailable":
      return <UnavailableView />;
    case "check":
      return <CheckView />;
    case "waiting":
      return <WaitView />;
    case "meeting":
      return <MeetingView />;
    case "over":
      return <EndView />;
    case "joining":
      return <JoiningView />;
    default:
      return <Page title="Looking for the meeting…"><Waiting /></Page>;
  }
}

function JoiningView() {
  const meet = useMeet();
  return (
    <Page title="Joining the meeting…">
      <Waiting />
      <button type="button" className="button is-centred" onClick={() => void meet.again()}>Go back</button>
    </Page>
  );
}
