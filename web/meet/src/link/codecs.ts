import type { CodecName } from "../protocol.ts";

type Codec = RTCRtpCodec;

/** What this page offers for video: VP8, then H.264 constrained baseline in packetisation mode 1, and their retransmission; nothing else. */
export function videoCodecs(all: readonly Codec[]): Codec[] {
  const named = (name: string): Codec[] => all.filter((codec) => codec.mimeType.toLowerCase() === `video/${name}`);
  const h264 = named("h264").filter((codec) => isBaseline(codec.sdpFmtpLine ?? ""));
  // 42e0xx promises all of the constrained baseline, and is what room systems ask for; in each of thirteen lines one is enough.
  const constrained = h264.filter((codec) => isConstrained(codec.sdpFmtpLine ?? ""));
  return [...named("vp8"), ...(constrained.length > 0 ? constrained : h264), ...named("rtx")];
}

/** Opus alone: the mix is made for it, and every browser has it. */
export function audioCodecs(all: readonly Codec[]): Codec[] {
  return all.filter((codec) => codec.mimeType.toLowerCase() === "audio/opus");
}

/** The codec of a name among those that were negotiated; undefined when it was not. */
export function codecNamed(negotiated: readonly Codec[], name: CodecName): Codec | undefined {
  return videoCodecs(negotiated).find((codec) => codec.mimeType.toLowerCase() === `video/${name.toLowerCase()}`);
}

function isBaseline(format: string): boolean {
  return /packetization-mode=1/.test(format) && /profile-level-id=42(e0|00)/i.test(format);
}

function isConstrained(format: string): boolean {
  return /profile-level-id=42e0/i.test(format);
}
