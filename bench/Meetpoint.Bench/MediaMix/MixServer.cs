using System.Globalization;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Rooms;
using Meetpoint.Net;

namespace Meetpoint.Bench.MediaMix;

/// <summary>
/// Our side, a process of its own: the media engine with everything on, as the exchange runs it. Reads the phones' ports, a pair a line
/// and an empty line at the end; answers with its own port for each; ends with its input.
/// </summary>
static class MixServer
{
    public const string Verb = "serve-mix";

    public static int Run(string codec, TextReader input, TextWriter output)
    {
        var load = new MixLoad(AudioCodec.All.Single(known => known.Name == codec));
        using var media = new ThreadEventLoop("media-0", TimeProvider.System, Fail);
        using var signalling = new ThreadEventLoop("signalling", TimeProvider.System, Fail);
        var address = NetAddress.Parse("127.0.0.1:0");
        var engine = new MediaEngine(new SocketNetwork(), [media], new MediaEngineOptions { BindAddress = address, MinPort = 31_000, MaxPort = 31_999 });
        var room = engine.CreateRoom("bench", new Deaf(), signalling);
        for (uint id = 1; input.ReadLine() is { Length: > 0 } line; id++)
        {
            var ports = line.Split(' ');
            var leg = room.AddLeg(new LegOptions
            {
                Send = new PayloadFormat(load.PayloadType, load.Codec), ParticipantId = id, SenderLevelExtensionId = MixLoad.LevelExtensionId,
            })
                ?? throw new IOException("no port is free");
            leg.SetRemote(address.WithPort(Parse(ports[0])), address.WithPort(Parse(ports[1])));
            output.WriteLine(leg.LocalAddress.Port.ToString(CultureInfo.InvariantCulture));
        }

        output.Flush();
        input.ReadToEnd();
        return 0;
    }

    static int Parse(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    static void Fail(Exception exception) => Environment.FailFast("a loop threw", exception);

    sealed class Deaf : IMediaRoomEvents
    {
        public void OnMediaEvent(in MediaEvent e)
        {
        }
    }
}
