import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import { Icon, type IconName } from "./Icon.tsx";

interface Props {
  label: string;
  icon: IconName;
  className?: string;
  /** What stands in it; close() puts the focus back on the button. */
  children: (close: () => void) => ReactNode;
}

/** A button with a small box above it. Escape, a click elsewhere, or leaving it by Tab closes it. */
export function Popover({ label, icon, className = "", children }: Props) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  useEffect(() => {
    if (!isOpen) return;
    box.current?.querySelector<HTMLElement>("button:not(:disabled)")?.focus();
    const outside = (event: PointerEvent): void => {
      if (!box.current?.contains(event.target as Node) && !button.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [isOpen]);
  return (
    <div
      className={`popover-place ${className}`}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen) return;
        event.stopPropagation();
        close();
      }}
      onBlur={(event) => event.relatedTarget && !event.currentTarget.contains(event.relatedTarget) && setOpen(false)}
    >
      <button
        ref={button} type="button" className="control tone-plain" aria-label={label} aria-expanded={isOpen} aria-controls={id} title={label} onClick={() => setOpen(!isOpen)}
      >
        <span className="control-icon"><Icon name={icon} /></span>
        <span className="control-caption" aria-hidden="true">{label}</span>
      </button>
      {isOpen && <div ref={box} id={id} className="popover" role="group" aria-label={label}>{children(close)}</div>}
    </div>
  );
}
