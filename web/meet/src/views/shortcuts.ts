import { useEffect } from "react";
import type { Meet } from "../meet.ts";
import { useMeet } from "./hooks.ts";

interface Shortcut {
  key: string;
  text: string;
  run: (meet: Meet) => void;
}

/** Single keys, which can be turned off (WCAG 2.2, 2.1.4), and are never taken while somebody types. */
export const SHORTCUTS: Shortcut[] = [
  { key: "m", text: "Microphone on or off", run: (meet) => void meet.toggle("microphone") },
  { key: "v", text: "Camera on or off", run: (meet) => void meet.toggle("camera") },
  { key: "s", text: "Share your screen, or stop", run: (meet) => void meet.toggleSharing() },
  { key: "h", text: "Raise or lower your hand", run: (meet) => meet.toggleHand() },
  { key: "c", text: "Open or close the chat", run: (meet) => togglePanel(meet, "chat") },
  { key: "p", text: "Open or close the list of people", run: (meet) => togglePanel(meet, "people") },
  { key: "l", text: "Grid or speaker view", run: (meet) => meet.dispatch({ type: "layout", layout: meet.state.get().layout === "grid" ? "speaker" : "grid" }) },
  { key: "t", text: "Captions on or off", run: (meet) => meet.dispatch({ type: "captions", on: !meet.state.get().showsCaptions }) },
];

/** Listens for them while the meeting is shown. */
export function useShortcuts(onList: () => void): void {
  const meet = useMeet();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
      if (event.key === "Escape" && meet.state.get().panel) return togglePanel(meet, meet.state.get().panel!);
      if (!meet.settings.get().hasShortcuts || isTyping(event.target) || document.querySelector("dialog[open]")) return;
      if (event.key === "?") return onList();
      const found = SHORTCUTS.find(({ key }) => key === event.key.toLowerCase());
      if (!found) return;
      event.preventDefault();
      found.run(meet);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [meet]);
}

/** Opens a panel, or closes it and puts the focus back on its button. */
export function togglePanel(meet: Meet, panel: "chat" | "people"): void {
  const isOpen = meet.state.get().panel === panel;
  meet.dispatch({ type: "panel", panel: isOpen ? null : panel });
  if (isOpen) document.getElementById(`open-${panel}`)?.focus();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}
