using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Meetpoint.Demo.World;
using Meetpoint.Demo;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;
using Meetpoint.Interop.Refusals;
using Meetpoint.Media.Audio;
using Meetpoint.Simulation.Kit;

namespace Meetpoint.Interop.Browsers;

/// <summary>A meeting of two Chromiums on two exchanges is recorded, and ffmpeg plays what was recorded.</summary>
public sealed class RecordingTests(BrowserWorld world) : IClassFixture<BrowserWorld>
{
    const int Rate = 48_000;
    const long EnoughBytes = 250_000;

    static readonly TimeSpan _soon = TimeSpan.FromSeconds(45);

    [Fact]
    [Provokes(Wire.Api, RefusalReason.RecordingNotAgreed)]
    public async Task TwoBrowsers_AreTold_AndFfmpegHearsBothAndSeesThem()
    {
        Assert.SkipUnless(LongForms.AreAsked, "two browsers and ffmpeg take half a minute; what is written is read by a reader of our own otherwise: ./test --full");
        RealPeer.Require("ffmpeg", "ffmpeg");
        RealPeer.Require("ffprobe", "ffmpeg");
        var (albion, liberty) = await world.BookAsync();
        var id = await world.NewestAsync();
        var met = world.MeetAsync("meet.mjs", albion, liberty, "recorded");
        await Expect.EventuallyAsync(async () => await AreJoinedAsync(id) || met.IsCompleted ? id : null, _soon, "both to be in, and the cascade up");

        var log = new ExchangeLogFile(world.World.Albion.Process);
        var mark = log.Mark();
        await RefusalSeen.OnApiAsync(world.World.Albion, log, mark, await AskAsync(HttpMethod.Post, id, "recording"), RefusalReason.RecordingNotAgreed, "agreement=albion-liberty");

        await world.AgreeToRecordAsync();
        var begun = await Expect.EventuallyAsync(
            async () => await AskAsync(HttpMethod.Post, id, "recording") is { Status: 200 } reply ? reply : null, _soon, "the cascade to be up, and all to be told");
        Assert.NotNull((string?)begun.Body!["by"]);
        var folder = Path.Combine(world.World.Albion.Folder, "data", "recordings");
        await Expect.EventuallyAsync(
            () => Task.FromResult(Directory.Exists(folder) && Directory.GetFiles(folder).Sum(file => new FileInfo(file).Length) > EnoughBytes ? folder : null), _soon, "some seconds to be recorded");
        Assert.Equal(200, (await AskAsync(HttpMethod.Delete, id, "recording")).Status);
        var recording = await Expect.EventuallyAsync(async () => await EndedAsync(id), _soon, "the recording to be written down");
        var told = await met;
        Assert.True((bool?)told["wasRecorded"] == true, $"expected both pages to be told: {told.ToJsonString()}");

        Assert.Equal("Asked", (string?)recording["reason"]);
        var part = recording["parts"]!.AsArray().Single(each => (bool)each!["hasPictures"]!)!;
        var file = await FetchAsync((string)part["path"]!);
        Assert.Equal(((long)part["bytes"]!, (string)part["sha256"]!), (file.LongLength, Convert.ToHexStringLower(SHA256.HashData(file))));
        Assert.Equal(file[1_000..2_000], await FetchAsync((string)part["path"]!, from: 1_000, to: 1_999));
        await AssertPlaysAsync(file, (long)part["durationMs"]! / 1000.0);
    }

    async Task AssertPlaysAsync(byte[] file, double seconds)
    {
        var folder = RealPeer.NewFolder("recording");
        try
        {
            var path = Path.Combine(folder, "part.mkv");
            await File.WriteAllBytesAsync(path, file);
            var probe = JsonNode.Parse(await RunAsync("ffprobe", "-v", "error", "-count_frames", "-show_format", "-show_streams", "-of", "json", path))!;
            var text = probe.ToJsonString();
            Assert.InRange(double.Parse((string)probe["format"]!["duration"]!, CultureInfo.InvariantCulture), seconds - 0.1, seconds + 0.1);
            var picture = probe["streams"]!.AsArray().Single(stream => (string?)stream!["codec_type"] == "video")!;
            Assert.True((string?)picture["codec_name"] == "vp8", text);
            Assert.True(int.Parse((string)picture["nb_read_frames"]!, CultureInfo.InvariantCulture) > seconds * 5, $"expected ffmpeg to decode pictures of {seconds} s: {text}");
            Assert.True((int)picture["width"]! >= 160, text);

            var sound = Path.Combine(folder, "part.wav");
            // Of two cameras, pictures may be nearer to each other than those of one: at a rate that ffmpeg takes for that of the file it would complain of two at a time.
            Assert.Empty(await RunAsync(
                "ffmpeg", "-v", "error", "-i", path, "-map", "0:a", "-ac", "1", "-ar", Rate.ToString(CultureInfo.InvariantCulture), sound, "-map", "0:v", "-fps_mode", "vfr", "-f", "null", "-"));
            var samples = WavFile.Read(sound).Samples;
            // ffmpeg puts nothing in the place of what a loaded machine left out.
            Assert.InRange(samples.Length / (double)Rate, seconds * 0.7, seconds + 0.2);
            // A second in the middle, behind what announces it.
            var middle = samples.Span.Slice(samples.Length / 2, Rate);
            foreach (var hertz in (int[])[440, 880])
                Assert.True(ToneMeter.Contains(middle, hertz, Rate), $"expected {hertz} Hz in the sound of the file");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task<string> RunAsync(string program, params IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program}: {await errors}");
        return await output + await errors;
    }

    Task<RawHttp.Reply> AskAsync(HttpMethod method, string id, string what) => RawHttp.SendAsync(world.World.Albion.Socket, method, $"meetings/{id}/{what}");

    async Task<bool> AreJoinedAsync(string id) => (await AskAsync(HttpMethod.Get, id, "participants")).Body is { } live
        && live["participants"]!.AsArray().Count(each => (string?)each!["state"] == "In") == 2 && live["links"]!.AsArray().All(link => (bool)link!["isUp"]!);

    async Task<JsonObject?> EndedAsync(string id) =>
        (await AskAsync(HttpMethod.Get, id, "recordings")).Body!["items"]!.AsArray() is [JsonObject one] && one["ended"] is not null ? one : null;

    async Task<byte[]> FetchAsync(string path, long? from = null, long? to = null)
    {
        var key = (string)(await world.World.Albion.Api.SendAsync(HttpMethod.Post, "keys", new JsonObject { ["name"] = "recordings", ["provider"] = "albion" }))["key"]!;
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{world.World.Albion.Party.Api}{path}");
        request.Headers.Authorization = new("Bearer", key);
        if (from is not null)
            request.Headers.Range = new(from, to);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(from is null ? 200 : 206, (int)response.StatusCode);
        Assert.Equal("video/x-matroska", response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadAsByteArrayAsync();
    }
}
