using System.Diagnostics;
using System.Text.Json.Nodes;
using Meetpoint.Bench.Janus;
using Meetpoint.Net;

namespace Meetpoint.Bench.VideoForward;

/// <summary>
/// The peer: Janus with its video room. The camera is a remote publisher, the screens are forwards of it in SRTP: the least that Janus can do with a picture; its subscribers by
/// WebRTC would have ICE, retransmissions and RTCP besides. What a remote publisher sends is plain RTP, since Janus 1.1 reads nothing else there: it is spared to open one packet for twenty that it sends.
/// </summary>
sealed class JanusVideo : VideoSide
{
    const int Room = 78, Publisher = 1, TagBits = 80;

    readonly JanusServer _janus = new();

    /// <summary>As Janus says it.</summary>
    public string Version => _janus.Version;

    protected override Process Process => _janus.Process;

    public override void Join(Audience audience)
    {
        var api = _janus.Api;
        var session = api.CreateSession();
        var handle = api.Attach(session, "videoroom");
        api.Message(session, handle, new JsonObject { ["request"] = "create", ["room"] = Room, ["videocodec"] = "vp8", ["publishers"] = 2, ["permanent"] = false });
        var added = api.Message(session, handle, new JsonObject
        {
            ["request"] = "add_remote_publisher", ["room"] = Room, ["id"] = Publisher, ["display"] = "camera", ["host"] = "127.0.0.1", ["iface"] = "127.0.0.1", ["port"] = 0,
            ["streams"] = new JsonArray(new JsonObject { ["type"] = "video", ["mindex"] = 0, ["mid"] = "0", ["codec"] = "vp8" }),
        });
        var camera = audience.Cameras.Single();
        camera.IsSecure = false;
        camera.Remote = NetAddress.Parse("127.0.0.1:0").WithPort((int)(added?["port"] ?? throw new IOException("Janus gives the camera no port")));
        foreach (var screen in audience.Screens)
        {
            api.Message(session, handle, new JsonObject
            {
                ["request"] = "rtp_forward", ["room"] = Room, ["publisher_id"] = Publisher, ["host"] = "127.0.0.1", ["srtp_suite"] = TagBits, ["srtp_crypto"] = screen.Key,
                ["streams"] = new JsonArray(new JsonObject { ["mid"] = "0", ["host"] = "127.0.0.1", ["port"] = screen.MediaPort, ["ssrc"] = screen.Ssrc, ["pt"] = VideoLoad.PayloadType }),
            });
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _janus.Dispose();
    }
}
