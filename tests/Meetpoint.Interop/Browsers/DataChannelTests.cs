using System.Text;
using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Interop.Peers;

namespace Meetpoint.Interop.Browsers;

/// <summary>Data channels with Chromium, whose SCTP is not ours: what CLUE goes over.</summary>
public sealed class DataChannelTests
{
    [Fact]
    public async Task Chromium_ChannelsOfBothSides_CarryMessagesWholeAndInOrder()
    {
        RealPeer.Require("chromium", "chromium");
        RealPeer.Require("node", "nodejs");
        Assert.SkipUnless(Directory.Exists(Path.Combine(RepositoryRoot.Path, "web", "node_modules", "playwright-core")), "the web pages are not built: web/build builds them");
        var folder = Directory.CreateTempSubdirectory("meetpoint-data-");
        await using var echo = new DataChannelEcho();
        await using (var process = await ChildProcess.StartAsync(
            "browser", folder.FullName, "node", [Path.Combine(RepositoryRoot.Path, "tests", "Meetpoint.Interop", "Browsers", "data-channel.mjs"), Convert.ToBase64String(Encoding.UTF8.GetBytes(echo.Offer))]))
        {
            var answer = await Expect.EventuallyAsync(() => Task.FromResult(Line(process, 0)?["answer"]?.GetValue<string>()), TimeSpan.FromSeconds(30), "the browser's answer", process.LogTail);
            echo.Answer(answer);
            await process.Exited.WithinAsync(TimeSpan.FromSeconds(60), "the browser to end", process.LogTail);
            var text = process.LogTail();
            var result = Line(process, 1)!;
            Assert.True(result["fault"] is null, text);
            Assert.True(result["echoed"]!.AsArray().All(static echoed => (bool)echoed!), $"expected every message back: {text}");
            Assert.True((bool)result["inOrder"]!, $"expected 500 messages in their order: {text}");
            Assert.Equal(("from the exchange", "CLUE", "a word"), ((string?)result["label"], (string?)result["protocol"], (string?)result["word"]));
        }

        Assert.Contains("from the browser CLUE", echo.Opened);
        folder.Delete(recursive: true);
    }

    static JsonNode? Line(ChildProcess process, int index)
    {
        using var log = new StreamReader(new FileStream(process.LogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var lines = log.ReadToEnd().Split('\n').SkipLast(1).Where(static line => line.StartsWith('{')).ToList();
        return lines.Count > index ? JsonNode.Parse(lines[index]) : null;
    }
}
