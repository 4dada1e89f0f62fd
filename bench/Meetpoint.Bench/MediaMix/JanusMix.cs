using System.Diagnostics;
using System.Text.Json.Nodes;
using Meetpoint.Bench.Janus;
using Meetpoint.Net;

namespace Meetpoint.Bench.MediaMix;

/// <summary>The peer: Janus with its audio bridge.</summary>
sealed class JanusMix(MixLoad load) : MixSide
{
    const int Room = 77;

    readonly JanusServer _janus = new();

    /// <summary>As Janus says it.</summary>
    public string Version => _janus.Version;

    protected override Process Process => _janus.Process;

    public override void Join(IReadOnlyList<Phone> phones)
    {
        var api = _janus.Api;
        var session = api.CreateSession();
        api.Message(session, api.Attach(session, "audiobridge"), new JsonObject
        {
            ["request"] = "create", ["room"] = Room, ["sampling_rate"] = load.Codec.SampleRate, ["allow_rtp_participants"] = true, ["audiolevel_event"] = false,
        });
        foreach (var phone in phones)
        {
            api.Message(session, api.Attach(session, "audiobridge"), new JsonObject
            {
                ["request"] = "join", ["room"] = Room, ["codec"] = load.Codec.Name.ToLowerInvariant(),
                ["rtp"] = new JsonObject { ["ip"] = "127.0.0.1", ["port"] = phone.MediaPort, ["payload_type"] = load.PayloadType },
            });
            phone.Remote = NetAddress.Parse("127.0.0.1:0").WithPort(api.WaitForJoined(session));
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _janus.Dispose();
    }
}
