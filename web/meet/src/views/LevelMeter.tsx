import { useEffect, useRef } from "react";
import { watchLevel } from "../media/level.ts";

/** How loud the microphone is: drawn beside React, 15 times a second. */
export function LevelMeter({ track }: { track: MediaStreamTrack | null }) {
  const bar = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!track || typeof AudioContext === "undefined") return;
    return watchLevel(track, (level) => {
      if (bar.current) bar.current.style.transform = `scaleX(${track.enabled ? level : 0})`;
    });
  }, [track]);
  return (
    <span className="level" aria-hidden="true">
      <span ref={bar} className="level-bar" />
    </span>
  );
}
