using Meetpoint.Demo;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;

namespace Meetpoint.Interop.Calls;

/// <summary>The world and a certificate change while calls are up.</summary>
[Collection(CarrierCollection.Name)]
public sealed class ReloadUnderLoadTests(CarrierWorld carriers)
{
    const int CallsOfEach = 12;
    const int HoldMs = 8_000;

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task WorldAndCertificate_ChangedWhileCallsAreUp_DropNoneAndHoldForWhatIsNew()
    {
        await carriers.UseAsync();
        var trunk = carriers.Albion.Party.Trunk;
        await using var called = await Sipp.AnswerAsync("called.xml", carriers.First, 2 * CallsOfEach);
        await using var thames = await Sipp.StartAsync(
            "caller.xml", carriers.Thames, trunk, CallsOfEach, toneHz: 440, HoldMs, ("called", "+442095550001@albion.example"), ("calling", "carol@thames.example"));
        await using var severn = await Sipp.StartAsync(
            "caller.xml", carriers.Severn, trunk, CallsOfEach, toneHz: 440, HoldMs, ("called", "+442095550002@albion.example"), ("calling", "carol@severn.example"));
        await Expect.EventuallyAsync(
            async () => await carriers.CountUpAsync() == 2 * CallsOfEach ? "up" : null, Soon, $"{2 * CallsOfEach} calls to be up",
            () => $"{thames.Tail()}\n{severn.Tail()}\n{called.Tail()}\n{carriers.Albion.Process.LogTail()}");

        var before = await ShownAsync();

        await carriers.UseAsync(secondFirst: true, ports: 300);
        var renewed = Inner(carriers.RenewCertificate());

        Assert.DoesNotContain(renewed, before, StringComparison.Ordinal);
        Assert.Contains(renewed, await ShownAsync(), StringComparison.Ordinal);
        using var second = RawSip.Bind(carriers.Second, trunk);
        using (var call = CarrierCall.Begin(carriers, carriers.Thames.WithPort(5_061), "sip:+442095550003@albion.example"))
        {
            await call.AnswerAsync(second, await second.RequestAsync("INVITE"));
            await call.EndAsync(second);
        }

        await thames.SucceedAsync(TimeSpan.FromSeconds(60));
        await severn.SucceedAsync(Soon);
        await called.SucceedAsync(Soon);
        Assert.Empty(await carriers.CallsAsync());
    }

    /// <summary>What the listener shows to a new connection: all that openssl wrote, without line ends.</summary>
    async Task<string> ShownAsync()
    {
        var request = new SipText("REGISTER", "sip:albion.example", carriers.Albion.Party.Address(1, 5_091)) { Transport = "TLS", Caller = "sip:alice@albion.example" };
        var seen = await OpenSslClient.AskAsync(carriers.SipTls, "albion.example", carriers.TrustedPem, null, request.ToString(), BorderWorld.Soon);
        Assert.Contains("SIP/2.0 401", seen, StringComparison.Ordinal);
        return Flat(seen);
    }

    static string Inner(string pem) => Flat(pem.Split("-----BEGIN CERTIFICATE-----")[1].Split("-----END")[0]);

    static string Flat(string text) => text.ReplaceLineEndings("");
}
