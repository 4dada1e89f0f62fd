using Meetpoint.Demo;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;

namespace Meetpoint.Interop.Calls;

/// <summary>Many calls of SIPp's that are up while the operator changes the world, and while the exchange is killed and comes back.</summary>
public sealed class BulkCallTests : IAsyncLifetime
{
    const int Calls = 40;
    const int HoldMs = 9_000;

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    readonly BorderWorld _border = new();

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => _border.InitializeAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _border.DisposeAsync();

    [Theory]
    [InlineData("anchored")]
    [InlineData("transparent")]
    public async Task Calls_UpWhileTheWorldChangesAndTheExchangeIsKilled_AreAllEndedByTheirCallers(string mode)
    {
        var terms = $"\"stage\":\"commercial\",\"services\":[{{\"service\":\"call\"}}],\"calls\":{{\"mode\":\"{mode}\"}}";
        await _border.AgreeAsync(terms);
        await using var called = await Sipp.AnswerAsync("called.xml", _border.Salon, Calls);
        await using var callers = await Sipp.StartAsync(
            "caller.xml", _border.ThamesTrunk, _border.Albion.Party.Trunk, Calls, toneHz: 440, HoldMs, ("called", "salon@albion.example"), ("calling", "carol@thames.example"));
        await Expect.EventuallyAsync(
            async () => (await _border.Albion.Api.GetAsync("calls?limit=100"))["items"]!.AsArray().Count(call => (string?)call!["state"] == "up") == Calls ? "up" : null,
            Soon, $"{Calls} calls to be up", () => $"{callers.Tail()}\n{called.Tail()}\n{_border.Albion.Process.LogTail()}", TestContext.Current.CancellationToken);

        await _border.AgreeAsync(terms + ",\"aToB\":{\"ports\":100}");
        await _border.Albion.Process.KillAsync();
        await _border.Albion.Process.DisposeAsync();
        await _border.Albion.StartAsync();

        await callers.SucceedAsync(TimeSpan.FromSeconds(60));
        await called.SucceedAsync(Soon);
        await Expect.EventuallyAsync(
            async () => (await _border.Albion.Api.GetAsync("calls"))["items"]!.AsArray().Count == 0 ? "none" : null,
            Soon, "no call to be left", _border.Albion.Process.LogTail, TestContext.Current.CancellationToken);
    }
}
