// A stand-in for the exchange: it serves the built page with the program's own headers, and speaks the join protocol as a scene tells it to.
// It is for the states of the page alone. Its media comes from another page of the same browser; that against the real exchange is tested elsewhere.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

export const CODE = "482917";

/** A meeting as GET /api/v1/join/{code} tells it. */
export const INFO = {
  code: CODE,
  title: "Quarterly review of the Atlantic routes",
  organiser: "Alice Marsh",
  startsAt: new Date(Date.now() - 5 * 60_000).toISOString(),
  endsAt: new Date(Date.now() + 55 * 60_000).toISOString(),
  hasPin: true,
  hasLobby: true,
  phone: { number: "+44 20 7946 0123", code: CODE },
  sipUri: `sip:${CODE}@meet.albion.example`,
  calendarUrl: `${CODE}/calendar.ics`,
  iceServers: [{ urls: ["turns:127.0.0.1:9?transport=tcp"], username: "1:a", credential: "b" }],
};

/** Starts one on a free loopback port. */
export async function startFake() {
  const program = await readFile(join(ROOT, "src/Meetpoint/Hosting/JoinPage.cs"), "utf8");
  const policy = (name) => new RegExp(`${name} = "([^"]+)"`).exec(program)[1];
  const headers = { "content-security-policy": policy("ContentPolicy"), "permissions-policy": policy("DevicePolicy"), "cross-origin-opener-policy": "same-origin" };
  const dist = join(ROOT, "web/meet/dist");
  const fake = { info: { status: 200, body: INFO }, onMessage: () => {}, clients: new Set(), received: [], hasSockets: true };
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://fake").pathname;
    if (path.startsWith("/api/")) {
      response.writeHead(fake.info.status, { "content-type": fake.info.status < 400 ? "application/json" : "application/problem+json" });
      response.end(JSON.stringify(fake.info.body));
      return;
    }
    const file = path.startsWith("/join/") ? "index.html" : path.slice(1);
    const content = await readFile(join(dist, file)).catch(() => null);
    response.writeHead(content ? 200 : 404, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", ...headers });
    response.end(content ?? "");
  });
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: (offered) => (offered.has("meetpoint.join.1") ? "meetpoint.join.1" : false) });
  server.on("upgrade", (request, socket, head) => {
    if (!fake.hasSockets) return void socket.destroy();
    sockets.handleUpgrade(request, socket, head, (client) => {
      fake.clients.add(client);
      client.on("close", () => fake.clients.delete(client));
      client.on("message", (data) => {
        const message = JSON.parse(data.toString());
        fake.received.push(message);
        // A scene that is over has nobody left to answer.
        Promise.resolve(fake.onMessage(message)).catch(() => undefined);
      });
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  fake.url = `http://127.0.0.1:${server.address().port}/join/${CODE}`;
  fake.send = (message) => fake.clients.forEach((client) => client.send(JSON.stringify(message)));
  fake.cut = () => fake.clients.forEach((client) => client.terminate());
  fake.stop = () => {
    fake.cut();
    server.closeAllConnections();
    server.close();
  };
  return fake;
}
