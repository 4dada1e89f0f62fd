import { Icon, type IconName } from "./Icon.tsx";

interface Props {
  /** The name stays the same; pressed tells the state, as screen readers expect. */
  label: string;
  icon: IconName;
  isPressed: boolean;
  onToggle: () => void;
  /** What is written under the icon: a part of the name, so that whoever speaks to the computer can say what stands there. */
  caption: string;
  /** What pressing does now. */
  hint: string;
  tone?: "off" | "on" | "plain";
  shortcut?: string;
  isDisabled?: boolean;
  className?: string;
}

/** A real button that announces its state. */
export function ToggleButton({ label, icon, isPressed, onToggle, caption, hint, tone = "plain", shortcut, isDisabled = false, className = "" }: Props) {
  return (
    <button
      type="button"
      className={`control tone-${tone} ${className}`}
      aria-pressed={isPressed}
      aria-label={label}
      aria-keyshortcuts={shortcut}
      title={shortcut ? `${hint} (${shortcut})` : hint}
      disabled={isDisabled}
      onClick={onToggle}
    >
      <span className="control-icon"><Icon name={icon} /></span>
      <span className="control-caption" aria-hidden="true">{caption}</span>
    </button>
  );
}
