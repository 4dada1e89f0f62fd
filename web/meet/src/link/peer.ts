import type { CodecName, Line } from "../protocol.ts";
import { audioCodecs, codecNamed, videoCodecs } from "./codecs.ts";

/** What is sent; null where there is nothing. */
export interface Tracks {
  audio: MediaStreamTrack | null;
  camera: MediaStreamTrack | null;
  content: MediaStreamTrack | null;
}

/** Lines of other people's cameras that are asked for; fewer are used as the layout has room for. */
export const CAMERA_LINES = 9;

/** Three sizes of the camera, smallest first: whoever shows it small is sent it small. */
const CAMERA_SIZES: RTCRtpEncodingParameters[] = [
  { rid: "q", scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { rid: "h", scaleResolutionDownBy: 2, maxBitrate: 500_000 },
  { rid: "f", scaleResolutionDownBy: 1, maxBitrate: 1_700_000 },
];

const CONTENT_SIZE: RTCRtpEncodingParameters = { maxBitrate: 2_500_000, maxFramerate: 15 };

/**
 * The media of one connection: one offer, settled once. Lines are never renegotiated: people come and go in them, and what is sent is put in by
 * replacing tracks.
 */
export class Peer {
  readonly #pc: RTCPeerConnection;
  readonly #audio: RTCRtpTransceiver;
  readonly #camera: RTCRtpTransceiver;
  readonly #content: RTCRtpTransceiver;
  readonly #streams = new Map<string, MediaStream>();

  constructor(iceServers: RTCIceServer[], tracks: Tracks, onState: (state: RTCPeerConnectionState) => void) {
    this.#pc = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" });
    this.#pc.addEventListener("connectionstatechange", () => onState(this.#pc.connectionState));
    this.#audio = this.#pc.addTransceiver(tracks.audio ?? "audio", { direction: "sendrecv" });
    this.#camera = this.#pc.addTransceiver(tracks.camera ?? "video", { direction: "sendonly", sendEncodings: CAMERA_SIZES });
    this.#content = this.#pc.addTransceiver(tracks.content ?? "video", { direction: "sendonly", sendEncodings: [CONTENT_SIZE] });
    for (let line = 0; line <= CAMERA_LINES; line++) this.#pc.addTransceiver("video", { direction: "recvonly" });
    for (const transceiver of this.#pc.getTransceivers()) prefer(transceiver);
  }

  /** All that is heard: the room's mix. */
  get sound(): MediaStreamTrack {
    return this.#audio.receiver.track;
  }

  /** The SDP of the one offer. It goes out before candidates are found: the exchange learns where we are from our checks. */
  async offer(): Promise<string> {
    await this.#pc.setLocalDescription(await this.#pc.createOffer());
    return this.#pc.localDescription?.sdp ?? "";
  }

  /** Takes the answer; a second one, after a way back through the lobby, changes nothing. */
  async accept(answer: string, codec: CodecName): Promise<void> {
    if (this.#pc.signalingState !== "have-local-offer") return;
    await this.#pc.setRemoteDescription({ type: "answer", sdp: answer });
    await this.setCodec(codec);
    await steady(this.#content.sender);
  }

  /** What comes in a line; null for one that the offer has not. */
  stream(mid: Line["mid"]): MediaStream | null {
    let stream = this.#streams.get(mid);
    if (stream) return stream;
    const transceiver = this.#pc.getTransceivers().find((other) => other.mid === mid);
    if (!transceiver) return null;
    stream = new MediaStream([transceiver.receiver.track]);
    this.#streams.set(mid, stream);
    return stream;
  }

  async setAudio(track: MediaStreamTrack | null): Promise<void> {
    await this.#audio.sender.replaceTrack(track);
  }

  async setCamera(track: MediaStreamTrack | null): Promise<void> {
    await this.#camera.sender.replaceTrack(track);
  }

  async setContent(track: MediaStreamTrack | null): Promise<void> {
    await this.#content.sender.replaceTrack(track);
  }

  /** Sends in this codec from now on. A browser that cannot choose goes on with the first that was settled. */
  async setCodec(name: CodecName): Promise<void> {
    for (const { sender } of [this.#camera, this.#content]) {
      const parameters = sender.getParameters();
      const codec = codecNamed(parameters.codecs, name);
      if (!codec || parameters.encodings.length === 0) continue;
      for (const encoding of parameters.encodings) (encoding as RTCRtpEncodingParameters & { codec?: RTCRtpCodec }).codec = codec;
      await sender.setParameters(parameters).catch(() => undefined);
    }
  }

  close(): void {
    this.#pc.close();
    this.#streams.clear();
  }
}

function prefer(transceiver: RTCRtpTransceiver): void {
  const kind = transceiver.receiver.track.kind;
  const all = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
  const wanted = kind === "video" ? videoCodecs(all) : audioCodecs(all);
  try {
    if (wanted.length > 0) transceiver.setCodecPreferences(wanted);
  } catch {
    // The browser's own order stands; the exchange takes what it knows of it.
  }
}

/** A slide that loses frames can be read, one that loses pixels cannot. */
async function steady(sender: RTCRtpSender): Promise<void> {
  const parameters = sender.getParameters() as RTCRtpSendParameters & { degradationPreference?: string };
  parameters.degradationPreference = "maintain-resolution";
  await sender.setParameters(parameters).catch(() => undefined);
}
