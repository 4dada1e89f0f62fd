import { Icon, type IconName } from "./Icon.tsx";
import { Popover } from "./Popover.tsx";
import { REACTIONS } from "./Controls.tsx";
import { useMeet, useStore } from "./hooks.ts";

/** What is wanted less often; on a small screen also what has no room below. */
export function MoreMenu({ onSettings, onShortcuts }: { onSettings: () => void; onShortcuts: () => void }) {
  const meet = useMeet();
  const { layout, showsCaptions, isModerator, isLocked, recordingBy } = useStore(meet.state);
  const isSpeaker = layout === "speaker";
  return (
    <Popover label="More" icon="more">
      {(close) => (
        <div className="menu">
          <div className="reactions is-narrow-only">
            {REACTIONS.map((emoji) => (
              <button key={emoji} type="button" className="reaction" aria-label={`React with ${emoji}`} onClick={() => { meet.react(emoji); close(); }}>{emoji}</button>
            ))}
          </div>
          <Item icon={isSpeaker ? "grid" : "speaker"} text="Speaker view" isPressed={isSpeaker} shortcut="L" onClick={() => meet.dispatch({ type: "layout", layout: isSpeaker ? "grid" : "speaker" })} />
          <Item icon="captions" text="Captions" isPressed={showsCaptions} shortcut="T" onClick={() => meet.dispatch({ type: "captions", on: !showsCaptions })} />
          {isModerator && <Item icon="lock" text="Lock the meeting" isPressed={isLocked} onClick={() => meet.moderate(isLocked ? "unlock" : "lock")} />}
          {isModerator && (
            <Item icon="record" text="Record the meeting" isPressed={recordingBy !== null} onClick={() => meet.moderate(recordingBy === null ? "record" : "stop-recording")} />
          )}
          <Item icon="settings" text="Devices" onClick={() => { close(); onSettings(); }} />
          <Item icon="keyboard" text="Keyboard shortcuts" shortcut="?" onClick={() => { close(); onShortcuts(); }} />
        </div>
      )}
    </Popover>
  );
}

interface ItemProps {
  icon: IconName;
  text: string;
  onClick: () => void;
  isPressed?: boolean;
  shortcut?: string;
}

function Item({ icon, text, onClick, isPressed, shortcut }: ItemProps) {
  return (
    <button type="button" className="item" aria-pressed={isPressed} onClick={onClick}>
      <Icon name={icon} size={20} />
      <span>{text}</span>
      {isPressed !== undefined && <span className="item-state" aria-hidden="true">{isPressed ? "on" : "off"}</span>}
      {shortcut && <kbd aria-hidden="true">{shortcut}</kbd>}
    </button>
  );
}
