using System.Text.Json.Nodes;

namespace Meetpoint.Bench.JoinTime;

/// <summary>When what happened in a page that joins, in ms from the press of the button. Each is the first time.</summary>
/// <param name="Socket">The WebSocket stood.</param>
/// <param name="Answer">The exchange's answer was there.</param>
/// <param name="Ice">A way was found.</param>
/// <param name="Keys">Keys were agreed on it.</param>
/// <param name="Packet">A packet of somebody's picture had come.</param>
/// <param name="Frame">A picture was decoded.</param>
sealed record JoinTimes(double Socket, double Answer, double Ice, double Keys, double Packet, double Frame)
{
    /// <summary>Runs in the page before its own scripts; looks at the statistics every 20 ms, since nothing tells of a first packet.</summary>
    public const string Script =
        """
        const times = {};
        const mark = (name) => { times[name] ??= performance.now(); };
        document.addEventListener("submit", () => mark("click"), true);
        const Socket = window.WebSocket;
        window.WebSocket = class extends Socket {
          constructor(...args) {
            super(...args);
            this.addEventListener("open", () => mark("socket"));
            this.addEventListener("message", (event) => { if (typeof event.data === "string" && event.data.includes('"entered"')) mark("answer"); });
          }
        };
        const Watched = window.RTCPeerConnection;
        window.RTCPeerConnection = class extends Watched {
          constructor(...args) {
            super(...args);
            this.addEventListener("iceconnectionstatechange", () => { if (this.iceConnectionState === "connected") mark("ice"); });
            this.addEventListener("connectionstatechange", () => { if (this.connectionState === "connected") mark("keys"); });
            const look = async () => {
              for (const one of (await this.getStats()).values()) {
                if (one.type !== "inbound-rtp" || one.kind !== "video") continue;
                if (one.packetsReceived > 0) mark("packet");
                if (one.framesDecoded > 0) mark("frame");
              }
              if (times.frame === undefined) setTimeout(look, 20);
              else window.joinTimes = Object.fromEntries(Object.entries(times).map(([name, at]) => [name, at - times.click]));
            };
            setTimeout(look, 20);
          }
        };
        """;

    /// <summary>What the script noted.</summary>
    public static JoinTimes Of(JsonNode times)
    {
        return new JoinTimes(At("socket"), At("answer"), At("ice"), At("keys"), At("packet"), At("frame"));

        double At(string name) => (double?)times[name] ?? throw new IOException($"the page came to a picture without {name}");
    }
}
