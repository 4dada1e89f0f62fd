import { useMemo } from "react";
import { Avatar } from "./Avatar.tsx";
import { LevelMeter } from "./LevelMeter.tsx";
import { MediaToggles } from "./MediaToggles.tsx";
import { useMeet, useStore } from "./hooks.ts";
import { Video } from "./Video.tsx";

/** How one looks and sounds, before anybody else sees and hears it. */
export function Preview({ name }: { name: string }) {
  const meet = useMeet();
  const { microphone, camera } = useStore(meet.local);
  const stream = useMemo(() => (camera.track ? new MediaStream([camera.track]) : null), [camera.track]);
  return (
    <section className="preview" aria-label="Camera and microphone">
      <div className="preview-picture">
        {stream ? <Video stream={stream} isMirrored label="Your camera" /> : (
          <div className="preview-empty">
            <Avatar name={name} />
            <p>{camera.isOpening ? "Your camera is being started…" : camera.isOn ? "" : "Your camera is off"}</p>
          </div>
        )}
        <div className="preview-controls"><MediaToggles /></div>
      </div>
      <div className="preview-level">
        <span>{microphone.isOn && microphone.track ? "Say something: the bar should move" : "Your microphone is off"}</span>
        <LevelMeter track={microphone.isOn ? microphone.track : null} />
      </div>
    </section>
  );
}
