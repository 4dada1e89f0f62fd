import { useEffect, useRef, useState } from "react";
import { useMeet, useStore } from "./hooks.ts";

/** Says for screen readers what a key has switched while the focus is elsewhere. */
export function Spoken() {
  const { audio, video, hand, sharing, layout } = useStore(useMeet().state);
  const [text, setText] = useState("");
  const before = useRef({ audio, video, hand, sharing, layout });
  useEffect(() => {
    const was = before.current;
    before.current = { audio, video, hand, sharing, layout };
    if (was.audio !== audio) setText(audio ? "Your microphone is on" : "Your microphone is off");
    else if (was.video !== video) setText(video ? "Your camera is on" : "Your camera is off");
    else if (was.hand !== hand) setText(hand ? "Your hand is raised" : "Your hand is lowered");
    else if (was.sharing !== sharing && sharing !== "asked") setText(sharing === "yes" ? "Everybody sees your screen" : "Your screen is not shared");
    else if (was.layout !== layout) setText(layout === "grid" ? "Grid view" : "Speaker view");
  }, [audio, video, hand, sharing, layout]);
  return <span className="sr-only" role="status">{text}</span>;
}
