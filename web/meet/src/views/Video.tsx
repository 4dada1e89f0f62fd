import { useEffect, useRef } from "react";

/** A picture without sound: all sound comes in one mix. */
export function Video({ stream, isMirrored = false, fits = false, label }: { stream: MediaStream; isMirrored?: boolean; fits?: boolean; label: string }) {
  const ref = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = ref.current;
    if (!video || video.srcObject === stream) return;
    video.srcObject = stream;
    void video.play()?.catch(() => undefined);
  }, [stream]);
  const classes = ["video", isMirrored ? "is-mirrored" : "", fits ? "fits" : ""].join(" ");
  return <video ref={ref} className={classes} autoPlay playsInline muted aria-label={label} />;
}
