import { useEffect, useRef } from "react";
import { useMeet, useStore } from "./hooks.ts";

type SinkElement = HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> };

/** All that is heard, from the speaker that was chosen. */
export function Sound() {
  const meet = useMeet();
  const peer = useStore(meet.peer);
  const { choice } = useStore(meet.local);
  const isBlocked = useStore(meet.state).isSoundBlocked;
  const ref = useRef<SinkElement>(null);
  const play = (): void => {
    ref.current?.play().then(
      () => meet.dispatch({ type: "sound-blocked", isBlocked: false }),
      (fault: unknown) => meet.dispatch({ type: "sound-blocked", isBlocked: fault instanceof DOMException && fault.name === "NotAllowedError" }),
    );
  };
  useEffect(() => {
    if (!ref.current || !peer) return;
    ref.current.srcObject = new MediaStream([peer.sound]);
    play();
  }, [peer]);
  useEffect(() => {
    void ref.current?.setSinkId?.(choice.speaker ?? "")?.catch(() => undefined);
  }, [choice.speaker]);
  return (
    <>
      <audio ref={ref} autoPlay />
      {isBlocked && (
        <div className="banner" role="alert">
          <span>Your browser holds the sound back.</span>
          <button type="button" className="button" onClick={play}>Turn sound on</button>
        </div>
      )}
    </>
  );
}
