# A page that is no browser: it joins by docs/reference/join.md and nothing else, with the WebRTC that aiortc has in Python.
#   aiortc-page.py JOIN-PAGE NAME CODEC TONE-HZ LISTEN-HZ
# Sends a rolling picture and a tone until it is ended. Writes a line of JSON four times a second: pictures decoded in each line, whether the tone that it listens for is heard, what it was told.
import asyncio, fractions, json, logging, sys, time

import aioice.ice
import numpy
import websockets
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.codecs import h264
from av import AudioFrame, VideoFrame

SOUND_RATE, SOUND_SAMPLES = 48000, 960
PICTURE_RATE, PICTURES_PER_SECOND = 90000, 10
HEARD_SAMPLES = 16384
HEARD_ABOVE = 20  # times the usual strength of all frequencies

url, name, codec, tone_hz, listen_hz = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
told = {"state": "new", "frames": {}, "heights": {}, "hears": False, "codec": None, "fault": None}

# It leaves loopback out, where this test's exchanges are.
aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]

# aiortc 1.4 answers a wish for a keyframe in H.264 by a slice that is none; another encoder begins with one.
encode_frame = h264.H264Encoder._encode_frame
def begin_anew(self, frame, force_keyframe):
    if force_keyframe:
        self.codec = None
    return encode_frame(self, frame, force_keyframe)
h264.H264Encoder._encode_frame = begin_anew


class Paced(MediaStreamTrack):
    """Gives its nth frame when that is due."""
    begun, count = None, 0

    async def due(self, seconds):
        self.begun = self.begun or time.monotonic()
        await asyncio.sleep(max(0, self.begun + self.count * seconds - time.monotonic()))
        self.count += 1
        return self.count - 1


class Tone(Paced):
    kind = "audio"

    async def recv(self):
        at = await self.due(SOUND_SAMPLES / SOUND_RATE) * SOUND_SAMPLES
        wave = 6000 * numpy.sin(2 * numpy.pi * tone_hz * (numpy.arange(SOUND_SAMPLES) + at) / SOUND_RATE)
        frame = AudioFrame.from_ndarray(wave.astype("int16").reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, at, fractions.Fraction(1, SOUND_RATE)
        return frame


class Camera(Paced):
    kind = "video"

    async def recv(self):
        n = await self.due(1 / PICTURES_PER_SECOND)
        picture = numpy.full((240, 320, 3), 90, "uint8")
        picture[80:160, n * 8 % 280:n * 8 % 280 + 40] = 220
        frame = VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = n * PICTURE_RATE // PICTURES_PER_SECOND, fractions.Fraction(1, PICTURE_RATE)
        return frame


async def look(mid, track):
    while True:
        frame = await track.recv()
        told["frames"][mid] = told["frames"].get(mid, 0) + 1
        told["heights"][mid] = frame.height


async def listen(track):
    heard = numpy.zeros(0)
    while True:
        frame = await track.recv()
        heard = numpy.concatenate([heard, frame.to_ndarray().reshape(-1)[::len(frame.layout.channels)]])
        if len(heard) >= HEARD_SAMPLES:
            strengths = numpy.abs(numpy.fft.rfft(heard[:HEARD_SAMPLES] * numpy.hanning(HEARD_SAMPLES)))
            at = round(listen_hz * HEARD_SAMPLES / frame.sample_rate)
            told["hears"] = told["hears"] or bool(strengths[at - 2:at + 3].max() > HEARD_ABOVE * (strengths.mean() + 1))
            heard = heard[HEARD_SAMPLES:]


async def tell():
    while True:
        print(json.dumps(told), flush=True)
        await asyncio.sleep(0.25)


async def main():
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    connection.on("connectionstatechange", lambda: told.update(state=connection.connectionState))
    connection.addTransceiver(Tone())
    # One line both ways, as pages have that know of one camera, and two more to look at: of a second camera, and of content.
    pictures = [connection.addTransceiver(Camera())] + [connection.addTransceiver("video", direction="recvonly") for _ in range(2)]
    wanted = [each for each in RTCRtpSender.getCapabilities("video").codecs if each.mimeType in (f"video/{codec}", "video/rtx")]
    for line in pictures:
        line.setCodecPreferences(wanted)
    await connection.setLocalDescription(await connection.createOffer())
    socket_url = url.replace("http", "ws", 1).replace("/join/", "/api/v1/join/") + "/ws"
    tasks = [asyncio.ensure_future(tell())]
    async with websockets.connect(socket_url, subprotocols=["meetpoint.join.1"]) as socket:
        await socket.send(json.dumps({"type": "enter", "name": name, "pin": None, "offer": connection.localDescription.sdp, "audio": True, "video": True}))
        async for text in socket:
            message = json.loads(text)
            if message["type"] == "entered":
                await connection.setRemoteDescription(RTCSessionDescription(message["answer"], "answer"))
                for line in connection.getTransceivers():
                    tasks.append(asyncio.ensure_future(look(line.mid, line.receiver.track) if line.kind == "video" else listen(line.receiver.track)))
                lines = [{"mid": line["mid"], "height": 240, "participant": None} for line in message["lines"]]
                await socket.send(json.dumps({"type": "view", "lines": lines}))
                told["codec"] = message["codec"]
            elif message["type"] == "codec":
                told["codec"] = message["name"]
            elif message["type"] in ("refused", "left", "error"):
                told["fault"] = message


logging.disable()
asyncio.run(main())
