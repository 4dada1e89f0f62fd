using Meetpoint.Demo.Phones;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;
using Meetpoint.Net;

namespace Meetpoint.Interop.Calls;

/// <summary>Two baresips that encrypt each in its own way talk through the relay.</summary>
public sealed class EncryptedCallTests(BorderWorld border) : IClassFixture<BorderWorld>
{
    const int CallerHz = 440;
    const int CalleeHz = 770;

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    [Theory]
    [InlineData("dtls_srtp")]
    [InlineData("srtp-mand")]
    public async Task Caller_Encrypted_TalksWithAPlainPhone(string encryption)
    {
        await AgreeAsync("generic");
        await using var caller = await StartAsync("carol@thames.example", border.ThamesTrunk, CallerHz, encryption);
        await using var callee = await StartAsync("salon@albion.example", border.Salon, CalleeHz, null);
        await caller.DialAsync("sip:salon@albion.example", Soon);
        await BothHearAsync(caller, callee, 1);
        await caller.HangUpAsync();
        await callee.EndedAsync(Soon);
    }

    [Theory]
    [InlineData("dtls", "dtls_srtp")]
    [InlineData("sdes-offered", "srtp")]
    [InlineData("sdes-offered", null)]
    public async Task Callee_OfferedItsForm_TalksWithAPlainPhone(string srtp, string? encryption)
    {
        await AgreeAsync(srtp);
        await using var caller = await StartAsync("carol@thames.example", border.ThamesTrunk, CallerHz, null);
        await using var callee = await StartAsync("salon@albion.example", border.Salon, CalleeHz, encryption);
        await caller.DialAsync("sip:salon@albion.example", Soon);
        await BothHearAsync(caller, callee, 1);
        await caller.HangUpAsync();
        await callee.EndedAsync(Soon);
    }

    static async Task BothHearAsync(BaresipPhone caller, BaresipPhone callee, double seconds)
    {
        await caller.HearsAsync(CalleeHz, Soon, seconds);
        await callee.HearsAsync(CallerHz, Soon, seconds);
    }

    /// <summary>An anchored agreement, and the salon's equipment wants this form.</summary>
    async Task AgreeAsync(string srtp)
    {
        await border.AgreeAsync("\"stage\":\"commercial\",\"services\":[{\"service\":\"call\"}],\"calls\":{\"mode\":\"anchored\"}");
        await BorderWorld.ChangeAsync(border.Albion, world =>
        {
            var profile = srtp == "generic" ? srtp : "salon-" + srtp;
            if (srtp != "generic" && world["profiles"]?.AsArray().Any(known => (string?)known!["id"] == profile) != true)
                BorderWorld.Add(world, "profiles", $$"""{"id":"{{profile}}","name":"Salon","srtp":"{{srtp}}","update":false}""");
            world["endpoints"]!.AsArray().Single(endpoint => (string?)endpoint!["id"] == "salon")!["profile"] = profile;
        });
    }

    async Task<BaresipPhone> StartAsync(string address, NetAddress listen, int hz, string? encryption)
    {
        var account = new PhoneAccount
        {
            Name = address.Split('@')[0],
            Address = address,
            Listen = listen,
            FirstMediaPort = 29_800,
            NameServer = border.World.Plan.NameServer,
            DigestUser = "nobody",
            DigestSecret = "nothing",
            Proxy = $"sip:{border.Albion.Party.Trunk}",
            MediaEncryption = encryption,
            ToneHz = hz,
            AnswersByItself = true,
            Codecs = ["PCMU"],
        };
        return await BaresipPhone.StartAsync(
            account, Path.Combine(border.World.Folder, "phones", Guid.NewGuid().ToString("N")), RealPeer.Require("baresip", "baresip"));
    }
}
