import { Captions } from "./Captions.tsx";
import { Controls } from "./Controls.tsx";
import { SidePanel } from "./SidePanel.tsx";
import { Stage } from "./Stage.tsx";
import { TopBar } from "./TopBar.tsx";
import { useMeet, useStore, useWakeLock } from "./hooks.ts";

/** Inside the meeting. */
export function MeetingView() {
  const meet = useMeet();
  const { panel } = useStore(meet.state);
  useWakeLock();
  return (
    <div className={panel ? "meeting has-panel" : "meeting"}>
      <TopBar />
      <main className="meeting-main">
        <Stage />
        <Captions />
      </main>
      {panel && <SidePanel key={panel} panel={panel} />}
      <Controls />
    </div>
  );
}
