using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Meetpoint.Demo.Pages;

/// <summary>A join page in a browser, worked as a person works it: the name is typed and the button pressed. What it sees is told by the browser's own statistics.</summary>
sealed class MeetingPage(DevTools tools, string target, string session)
{
    // The page keeps its connection to itself; statistics are the connection's.
    const string Watch =
        """
        window.connections = [];
        const Native = window.RTCPeerConnection;
        window.RTCPeerConnection = class extends Native {
          constructor(...args) { super(...args); window.connections.push(this); }
        };
        """;

    const string Look =
        """
        (async () => {
          const connection = window.connections?.at(-1);
          if (!connection) return null;
          const stats = [...(await connection.getStats()).values()];
          const codec = (one) => stats.find((other) => other.id === one.codecId)?.mimeType?.replace("video/", "") ?? "";
          const video = (type) => stats.filter((one) => one.type === type && one.kind === "video");
          return {
            state: connection.connectionState,
            seen: video("inbound-rtp").filter((one) => one.framesDecoded > 0)
              .map((one) => ({ mid: one.mid, frames: one.framesDecoded, height: one.frameHeight ?? 0, freezes: one.freezeCount ?? 0, codec: codec(one) })),
            sent: video("outbound-rtp").filter((one) => one.framesEncoded > 0)
              .map((one) => ({ mid: one.mid, frames: one.framesEncoded, height: one.frameHeight ?? 0, freezes: 0, codec: codec(one) })),
            soundPackets: stats.filter((one) => one.type === "inbound-rtp" && one.kind === "audio").reduce((sum, one) => sum + one.packetsReceived, 0),
            soundSamples: stats.filter((one) => one.type === "inbound-rtp" && one.kind === "audio").reduce((sum, one) => sum + (one.totalSamplesReceived ?? 0), 0),
            concealedSamples: stats.filter((one) => one.type === "inbound-rtp" && one.kind === "audio").reduce((sum, one) => sum + (one.concealedSamples ?? 0), 0),
          };
        })()
        """;

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    /// <summary>Goes to an address.</summary>
    public async Task NavigateAsync(string url, string? script)
    {
        await tools.SendAsync("Page.enable", session: session);
        await tools.SendAsync("Emulation.setFocusEmulationEnabled", new JsonObject { ["enabled"] = true }, session);
        await tools.SendAsync("Page.addScriptToEvaluateOnNewDocument", new JsonObject { ["source"] = Watch + script }, session);
        await tools.SendAsync("Page.navigate", new JsonObject { ["url"] = url }, session);
    }

    /// <summary>Types a name and presses the button.</summary>
    public async Task JoinAsync(string name)
    {
        await UntilAsync("document.activeElement !== null && document.getElementById('name') !== null", "the join page to be there");
        await EvaluateAsync("document.getElementById('name').focus(), document.getElementById('name').select()");
        await tools.SendAsync("Input.insertText", new JsonObject { ["text"] = name }, session);
        await EvaluateAsync("document.querySelector('form.join button[type=submit]').click()");
    }

    /// <summary>What it sees and sends by now; null before it has joined.</summary>
    public async Task<PageSight?> LookAsync() => (await EvaluateAsync(Look)).Deserialize(PageSightJson.Default.PageSight);

    /// <summary>Looks until it sees what is wanted.</summary>
    public async Task<PageSight> SeesAsync(Func<PageSight, bool> enough, TimeSpan limit, string expected)
    {
        PageSight? seen = null;
        return await Expect.EventuallyAsync(
            async () => (seen = await LookAsync()) is { } sight && enough(sight) ? sight : null, limit, expected, () => seen is null ? "it has not joined" : seen.ToString());
    }

    /// <summary>The value of an expression in the page; a promise is waited for.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        var result = await tools.SendAsync("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["awaitPromise"] = true, ["returnByValue"] = true }, session);
        return result["exceptionDetails"] is { } fault
            ? throw new DemoFailedException($"expected the page to do {expression}; instead: {fault.ToJsonString()}") : result["result"]!["value"];
    }

    /// <summary>Closes it, as a person closes a tab.</summary>
    public Task CloseAsync() => tools.SendAsync("Target.closeTarget", new JsonObject { ["targetId"] = target });

    async Task UntilAsync(string expression, string expected) => await Expect.EventuallyAsync<object>(
        async () => (await EvaluateAsync($"Boolean({expression})"))?.GetValue<bool>() == true ? true : null, Soon, expected,
        () => string.Create(CultureInfo.InvariantCulture, $"page {target}"));
}
