import { ChatPanel } from "./ChatPanel.tsx";
import { Icon } from "./Icon.tsx";
import { PeoplePanel } from "./PeoplePanel.tsx";
import { useFocusOnShow, useMeet } from "./hooks.ts";
import { togglePanel } from "./shortcuts.ts";

/** People or chat, beside the stage; on a small screen over it. */
export function SidePanel({ panel }: { panel: "people" | "chat" }) {
  const meet = useMeet();
  const heading = useFocusOnShow<HTMLHeadingElement>();
  return (
    <aside id="panel" className="panel" aria-labelledby="panel-title">
      <header className="panel-head">
        <h2 id="panel-title" ref={heading} tabIndex={-1}>{panel === "chat" ? "Chat" : "People"}</h2>
        <button type="button" className="button icon-only" aria-label={`Close ${panel === "chat" ? "chat" : "list of people"}`} onClick={() => togglePanel(meet, panel)}><Icon name="close" /></button>
      </header>
      {panel === "chat" ? <ChatPanel /> : <PeoplePanel />}
    </aside>
  );
}
