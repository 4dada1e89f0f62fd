// The other end of the media: a page of the same browser that answers an offer, and draws a picture for each line.
/** Runs in the page. */
async function answer(offer) {
  // One connection at a time: its pictures are drawn and coded for it.
  globalThis.end?.();
  const pc = new RTCPeerConnection();
  const timers = [];
  globalThis.end = () => {
    timers.forEach(clearInterval);
    pc.close();
  };
  await pc.setRemoteDescription({ type: "offer", sdp: offer });
  const draw = (i, isContent) => {
    const canvas = Object.assign(document.createElement("canvas"), isContent ? { width: 1280, height: 720 } : { width: 320, height: 180 });
    const c = canvas.getContext("2d");
    let frame = 0;
    timers.push(setInterval(() => {
      const { width: w, height: h } = canvas;
      frame++;
      if (isContent) {
        c.fillStyle = "#fff"; c.fillRect(0, 0, w, h);
        c.fillStyle = "#222"; c.font = "44px sans-serif"; c.fillText("Traffic by route, minutes", 80, 110);
        for (let b = 0; b < 6; b++) { c.fillStyle = "#3f7d80"; c.fillRect(110 + b * 180, 620 - b * 70 - (frame % 8), 100, 20 + b * 70); }
      } else {
        c.fillStyle = `hsl(${i * 47} 22% 42%)`; c.fillRect(0, 0, w, h);
        c.fillStyle = `hsl(${i * 47} 22% 70%)`; c.beginPath(); c.arc(w / 2 + (frame % 6), h * 0.42, h * 0.2, 0, 7); c.fill();
        c.beginPath(); c.ellipse(w / 2, h * 1.02, h * 0.42, h * 0.38, 0, 0, 7); c.fill();
      }
    }, 250));
    return canvas.captureStream(4).getVideoTracks()[0];
  };
  const transceivers = pc.getTransceivers();
  for (const [i, transceiver] of transceivers.entries()) {
    if (i < 3) transceiver.direction = "recvonly";
    else {
      await transceiver.sender.replaceTrack(draw(i, i === transceivers.length - 1));
      transceiver.direction = "sendonly";
    }
  }
  await pc.setLocalDescription(await pc.createAnswer());
  await new Promise((resolve) => {
    if (pc.iceGatheringState === "complete") resolve();
    pc.onicegatheringstatechange = () => pc.iceGatheringState === "complete" && resolve();
  });
  return pc.localDescription.sdp;
}

/** Opens it; gives what answers an offer. */
export async function farEnd(browser, url) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(url.replace(/\/join.*/, "/api/"));
  return (offer) => page.evaluate(answer, offer);
}
