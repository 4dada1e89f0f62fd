// Who sits before a page in the tests, and what he sees and hears. It runs before the page's own scripts, once window.person = { hertz, colour } is there: the microphone is a
// tone, and the screen that is shared a canvas, so that what arrives can be told; with a colour the camera is a canvas of it, else the browser's own. Page and media are the browser's.
{
  const { hertz, colour } = window.person;
  const HUES = { red: [208, 48, 48], green: [48, 176, 48], blue: [48, 48, 208] };
  const FFT_SIZE = 8192;
  /** Of full scale; quieter is silence. */
  const HEARD_DB = -60;

  if (!window.connections) {
    window.connections = [];
    const Native = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Native {
      constructor(...given) {
        super(...given);
        window.connections.push(this);
      }
    };
  }

  // Who is who, and who is in which line, as the exchange tells the page.
  const names = new Map();
  let shown = {};
  window.WebSocket = class extends window.WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        const frame = JSON.parse(data);
        if (frame.type === "entered") shown = {};
        if (frame.type === "roster") for (const { id, name } of frame.participants) names.set(id, name);
        if (frame.type === "lines") for (const { mid, participant } of frame.shown) shown[mid] = participant;
      });
    }
  };

  const canvas = (width, height, framesPerSecond, draw) => {
    const paper = Object.assign(document.createElement("canvas"), { width, height });
    const pen = paper.getContext("2d");
    let frame = 0;
    setInterval(() => draw(pen, frame++), 1000 / framesPerSecond);
    return paper.captureStream(framesPerSecond);
  };

  const tone = () => {
    const audio = new AudioContext();
    const out = audio.createMediaStreamDestination();
    const oscillator = new OscillatorNode(audio, { frequency: hertz });
    oscillator.connect(new GainNode(audio, { gain: 0.3 })).connect(out);
    oscillator.start();
    return out.stream;
  };

  const camera = () => canvas(640, 360, 10, (pen, frame) => {
    pen.fillStyle = `rgb(${HUES[colour]})`;
    pen.fillRect(0, 0, 640, 360);
    pen.fillStyle = "#808080";
    pen.fillRect((frame * 16) % 640, 150, 40, 40);
  });

  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => (wanted.audio ? tone() : colour ? camera() : open(wanted));
  navigator.mediaDevices.getDisplayMedia = async () => canvas(1280, 720, 10, (pen, frame) => {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, 1280, 720);
    pen.fillStyle = "#103060";
    pen.font = "80px sans-serif";
    pen.fillText(`Slide ${frame}`, 100, 200);
  });

  const ears = new WeakMap();
  /** Frequencies that stand out of what is heard now, in Hz, the loudest first. */
  const hears = (connection) => {
    if (!ears.has(connection)) {
      const audio = new AudioContext();
      const analyser = new AnalyserNode(audio, { fftSize: FFT_SIZE, smoothingTimeConstant: 0 });
      audio.createMediaStreamSource(new MediaStream([connection.getTransceivers()[0].receiver.track])).connect(analyser);
      ears.set(connection, analyser);
    }
    const analyser = ears.get(connection);
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    const peaks = [];
    for (let i = 8; i < bins.length - 8; i++) if (bins[i] > HEARD_DB && bins[i] === Math.max(...bins.subarray(i - 8, i + 9))) peaks.push(i);
    return peaks.sort((one, other) => bins[other] - bins[one]).slice(0, 6).map((bin) => Math.round((bin * analyser.context.sampleRate) / FFT_SIZE));
  };

  const counted = new Map();
  const pictures = {};
  /** What came up to now: pictures of each line, and of each person in whatever lines since this was first asked; what is heard. */
  window.look = async () => {
    const connection = window.connections.at(-1);
    if (!connection) return null;
    const stats = [...(await connection.getStats()).values()];
    const lines = stats.filter(({ type, kind, framesDecoded }) => type === "inbound-rtp" && kind === "video" && framesDecoded > 0);
    const contentMid = connection.getTransceivers().at(-1).mid;
    for (const { mid, framesDecoded } of lines) {
      const key = `${window.connections.length} ${mid}`;
      const name = names.get(shown[mid]);
      if (name !== undefined) {
        const whose = mid === contentMid ? `${name}'s screen` : name;
        pictures[whose] = (pictures[whose] ?? 0) + framesDecoded - (counted.get(key) ?? 0);
      }
      counted.set(key, framesDecoded);
    }
    return {
      state: connection.connectionState,
      connections: window.connections.length,
      hears: hears(connection),
      pictures,
      lines: lines.map((one) => ({ mid: one.mid, frames: one.framesDecoded, height: one.frameHeight, codec: stats.find(({ id }) => id === one.codecId)?.mimeType })),
      contentMid,
    };
  };

  /** The colour of the picture under each name on the stage; none where there is no picture. */
  window.colours = () => Object.fromEntries([...document.querySelectorAll(".stage .tile:not(.is-content)")].map((tile) => {
    const video = tile.querySelector("video");
    if (!video?.videoWidth) return [tile.querySelector(".tile-who")?.textContent, null];
    const pen = Object.assign(document.createElement("canvas"), { width: 8, height: 8 }).getContext("2d");
    pen.drawImage(video, 0, 0, 8, 8);
    const [r, g, b] = pen.getImageData(1, 1, 1, 1).data;
    const far = ([red, green, blue]) => (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
    return [tile.querySelector(".tile-who").textContent, Object.keys(HUES).sort((one, other) => far(HUES[one]) - far(HUES[other]))[0]];
  }));
}
