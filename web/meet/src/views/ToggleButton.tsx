import type { ReactNode } from "react";
import { Icon, type IconName } from "./Icon.tsx";

interface Props {
  /** The name stays the same; pressed tells the state, as screen readers expect. */
  label: string;
  icon: IconName;
  isPressed: boolean;
  onToggle: () => void;
  /** What is written under the icon. */
  caption: string;
  tone?: "off" | "on" | "plain";
  shortcut?: string;
  isDisabled?: boolean;
  className?: string;
  children?: ReactNode;
}

/** A real button that announces its state. */
export function ToggleButton({ label, icon, isPressed, onToggle, caption, tone = "plain", shortcut, isDisabled = false, className = "", children }: Props) {
  return (
    <button
      type="button"
      className={`control tone-${tone} ${className}`}
      aria-pressed={isPressed}
      aria-label={label}
      aria-keyshortcuts={shortcut}
      title={shortcut ? `${caption} (${shortcut})` : caption}
      disabled={isDisabled}
      onClick={onToggle}
    >
      <span className="control-icon"><Icon name={icon} />{children}</span>
      <span className="control-caption" aria-hidden="true">{caption}</span>
    </button>
  );
}
