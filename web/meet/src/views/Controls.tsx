import { useState } from "react";
import { canShareScreen } from "../media/devices.ts";
import { Icon } from "./Icon.tsx";
import { MediaToggles } from "./MediaToggles.tsx";
import { MoreMenu } from "./MoreMenu.tsx";
import { Popover } from "./Popover.tsx";
import { SettingsDialog } from "./SettingsDialog.tsx";
import { ShortcutsDialog } from "./ShortcutsDialog.tsx";
import { ToggleButton } from "./ToggleButton.tsx";
import { useMeet, useStore } from "./hooks.ts";
import { useShortcuts } from "./shortcuts.ts";
import { Spoken } from "./Spoken.tsx";

export const REACTIONS = ["👍", "👏", "❤️", "😂", "😮", "🎉"];

const REACTION_NAMES = ["Thumbs up", "Applause", "Heart", "Laughing", "Surprised", "Celebrating"];

/** What one can do, at the bottom, in reach of a thumb. */
export function Controls() {
  const meet = useMeet();
  const state = useStore(meet.state);
  const [dialog, setDialog] = useState<"" | "settings" | "shortcuts">("");
  useShortcuts(() => setDialog("shortcuts"));
  const waiting = state.isModerator ? state.participants.filter((participant) => participant.state === "lobby").length : 0;
  const isSharing = state.sharing !== "no";
  return (
    <footer className="controls" aria-label="Controls">
      <MediaToggles />
      {canShareScreen() && (
        <ToggleButton
          label="Share screen" icon="screen" isPressed={isSharing} shortcut="S" tone={isSharing ? "on" : "plain"} className="is-wide-only"
          caption="Share" hint={isSharing ? "Stop sharing" : "Share your screen"} onToggle={() => void meet.toggleSharing()}
        />
      )}
      <ToggleButton
        label="Raise hand" icon="hand" isPressed={state.hand} shortcut="H" tone={state.hand ? "on" : "plain"}
        caption="Hand" hint={state.hand ? "Lower your hand" : "Raise your hand"} onToggle={() => meet.toggleHand()}
      />
      <Popover label="React" icon="smile" className="is-wide-only">
        {(close) => (
          <div className="reactions">
            {REACTIONS.map((emoji, i) => (
              <button key={emoji} type="button" className="reaction" aria-label={REACTION_NAMES[i]} onClick={() => { meet.react(emoji); close(); }}>{emoji}</button>
            ))}
          </div>
        )}
      </Popover>
      <PanelButton panel="chat" label="Chat" count={state.unread} countText={`${shortCount(state.unread)} unread`} />
      <PanelButton panel="people" label="People" count={waiting} countText={`${shortCount(waiting)} waiting in the lobby`} />
      <MoreMenu onSettings={() => setDialog("settings")} onShortcuts={() => setDialog("shortcuts")} />
      <button type="button" className="control tone-leave" aria-label="Leave the meeting" onClick={() => meet.leave()}>
        <span className="control-icon"><Icon name="leave" /></span>
        <span className="control-caption" aria-hidden="true">Leave</span>
      </button>
      {dialog === "settings" && <SettingsDialog onClose={() => setDialog("")} />}
      {dialog === "shortcuts" && <ShortcutsDialog onClose={() => setDialog("")} />}
      <Spoken />
    </footer>
  );
}

/** More than this is "many". */
const MAX_COUNT = 99;

function shortCount(count: number): string {
  return count > MAX_COUNT ? `${MAX_COUNT}+` : String(count);
}

function PanelButton({ panel, label, count, countText }: { panel: "chat" | "people"; label: string; count: number; countText: string }) {
  const meet = useMeet();
  const isOpen = useStore(meet.state).panel === panel;
  const shortcut = panel === "chat" ? "C" : "P";
  return (
    <button
      type="button" id={`open-${panel}`} className={`control ${isOpen ? "tone-on" : "tone-plain"}`} aria-expanded={isOpen} aria-controls="panel"
      aria-label={count > 0 ? `${label}, ${countText}` : label} aria-keyshortcuts={shortcut} title={`${label} (${shortcut})`}
      onClick={() => meet.dispatch({ type: "panel", panel: isOpen ? null : panel })}
    >
      <span className="control-icon"><Icon name={panel} /></span>
      <span className="control-caption" aria-hidden="true">{label}</span>{" "}
      {count > 0 && <span className="count" aria-hidden="true">{shortCount(count)}</span>}
    </button>
  );
}
