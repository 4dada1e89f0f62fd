import { nameOf } from "../notices.ts";
import { useMeet, useStore } from "./hooks.ts";

/** What is being said, in writing, where the exchange sends it. */
export function Captions() {
  const state = useStore(useMeet().state);
  if (!state.showsCaptions || state.captions.length === 0) return null;
  return (
    <div className="captions" aria-label="Captions" role="region">
      {state.captions.slice(-2).map((caption, i) => <p key={i}><b>{nameOf(state, caption.participant)}:</b> {caption.text}</p>)}
    </div>
  );
}
