using System.Diagnostics;
using System.Text.Json.Nodes;
using Meetpoint.Net;

namespace Meetpoint.Bench.MediaMix;

/// <summary>The peer: Janus with its audio bridge, configured into a folder of its own, on loopback only.</summary>
sealed class JanusMix : MixSide
{
    const string Program = "/usr/bin/janus";
    const int Room = 77;

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-bench-janus-").FullName;
    readonly JanusApi _api;
    readonly MixLoad _load;

    public JanusMix(MixLoad load)
    {
        _load = load;
        JanusConfiguration.Write(_folder);
        var start = new ProcessStartInfo(
            Program, ["-C", Path.Combine(_folder, "janus.jcfg"), "-F", _folder, "--disable-stdout", "--log-file", Path.Combine(_folder, "janus.log")]);
        Process = Process.Start(start)!;
        _api = new JanusApi(JanusConfiguration.HttpPort);
        try
        {
            Version = _api.WaitForVersion();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>True when Janus is on this machine.</summary>
    public static bool IsInstalled => File.Exists(Program);

    /// <summary>As Janus says it.</summary>
    public string Version { get; }

    protected override Process Process { get; }

    public override void Join(IReadOnlyList<Phone> phones)
    {
        var session = _api.CreateSession();
        _api.Message(session, _api.Attach(session), new JsonObject
        {
            ["request"] = "create", ["room"] = Room, ["sampling_rate"] = _load.Codec.SampleRate, ["allow_rtp_participants"] = true, ["audiolevel_event"] = false,
        });
        foreach (var phone in phones)
        {
            _api.Message(session, _api.Attach(session), new JsonObject
            {
                ["request"] = "join", ["room"] = Room, ["codec"] = _load.Codec.Name.ToLowerInvariant(),
                ["rtp"] = new JsonObject { ["ip"] = "127.0.0.1", ["port"] = phone.MediaPort, ["payload_type"] = _load.PayloadType },
            });
            phone.Remote = NetAddress.Parse("127.0.0.1:0").WithPort(_api.WaitForJoined(session));
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _api.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
