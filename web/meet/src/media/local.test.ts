import { beforeEach, expect, it, vi } from "vitest";
import { LocalMedia } from "./local.ts";

class FakeTrack extends EventTarget {
  enabled = true;
  readyState = "live";
  constructor(readonly kind: string) {
    super();
  }
  stop(): void {
    this.readyState = "ended";
  }
}

/** Openings that wait for the test to answer them, in their order. */
let asked: { kind: string; deviceId: unknown; give: (fault?: string) => FakeTrack }[];

beforeEach(() => {
  asked = [];
  vi.stubGlobal("navigator", {
    mediaDevices: {
      enumerateDevices: () => Promise.resolve([]),
      getUserMedia: (wanted: { audio?: MediaTrackConstraints; video?: MediaTrackConstraints }) =>
        new Promise((resolve, reject) => {
          const kind = wanted.audio ? "audio" : "video";
          asked.push({
            kind,
            deviceId: (wanted.audio ?? wanted.video)?.deviceId,
            give: (fault) => {
              const track = new FakeTrack(kind);
              if (fault) reject(new DOMException("", fault));
              else resolve({ getTracks: () => [track] });
              return track;
            },
          });
        }),
    },
  });
});

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const make = (audio = true, video = true): LocalMedia => new LocalMedia({ microphone: null, camera: "front", speaker: null }, audio, video);

/** With microphone and camera open. */
async function opened(): Promise<{ local: LocalMedia; microphone: FakeTrack; camera: FakeTrack }> {
  const local = make();
  void local.start();
  const microphone = asked[0]!.give();
  await settled();
  const camera = asked[1]!.give();
  await settled();
  return { local, microphone, camera };
}

it("asks for one device after the other, and for the one that was chosen", async () => {
  const { local, microphone, camera } = await opened();
  expect(asked.map(({ kind, deviceId }) => [kind, deviceId])).toEqual([["audio", undefined], ["video", { ideal: "front" }]]);
  expect([local.get().microphone.track, local.get().camera.track]).toEqual([microphone, camera]);
});

it("asks for nothing that is off", async () => {
  await make(false, false).start();
  expect(asked).toEqual([]);
});

it("keeps the track of a muted microphone, and gives a camera back", async () => {
  const { local, microphone, camera } = await opened();
  await local.setOn("microphone", false);
  expect([local.get().microphone.track, microphone.enabled, microphone.readyState]).toEqual([microphone, false, "live"]);
  await local.setOn("camera", false);
  expect([local.get().camera.track, camera.readyState]).toEqual([null, "ended"]);
  await local.setOn("microphone", true);
  expect(microphone.enabled).toBe(true);
  expect(asked).toHaveLength(2);
});

it("says what is wrong, and is off until it is tried again", async () => {
  const local = make(true, false);
  void local.start();
  asked[0]!.give("NotReadableError");
  await settled();
  expect(local.get().microphone).toMatchObject({ track: null, fault: "busy", isOn: false, isOpening: false });
  void local.retry("microphone");
  const track = asked[1]!.give();
  await settled();
  expect(local.get().microphone).toMatchObject({ track, fault: null, isOn: true });
});

it("gives back a camera that comes after it was switched off", async () => {
  const local = make(false, true);
  void local.start();
  await local.setOn("camera", false);
  const late = asked[0]!.give();
  await settled();
  expect(late.readyState).toBe("ended");
  expect(local.get().camera).toMatchObject({ track: null, isOn: false });
});

it("takes the device that was chosen last, whichever comes first", async () => {
  const { local } = await opened();
  void local.choose("microphone", "a");
  void local.choose("microphone", "b");
  const b = asked[3]!.give();
  await settled();
  const a = asked[2]!.give();
  await settled();
  expect(local.get().microphone.track).toBe(b);
  expect(a.readyState).toBe("ended");
});

it("notices that a device was pulled out", async () => {
  const { local, microphone } = await opened();
  microphone.dispatchEvent(new Event("ended"));
  expect(local.get().microphone).toMatchObject({ track: null, fault: "missing", isOn: false });
});
