using System.Globalization;
using Meetpoint.Bench.Harness;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Video;
using Meetpoint.Net;

namespace Meetpoint.Bench.VideoForward;

/// <summary>
/// Our side, a process of its own: the media engine as the exchange runs it, one room, a line with ports and keys of its own to each end, as room systems have them.
/// Each line of its input brings one end in, a camera or who sees the participant of that number, and is answered with its port; ends with its input.
/// </summary>
static class VideoServer
{
    public const string Verb = "serve-video", BytesQuestion = "bytes", CameraWord = "camera";

    const int LineId = 1;

    public static int Run(TextReader input, TextWriter output)
    {
        using var media = new ThreadEventLoop("media-0", TimeProvider.System, Fail);
        using var signalling = new ThreadEventLoop("signalling", TimeProvider.System, Fail);
        var address = NetAddress.Parse("127.0.0.1:0");
        var engine = new MediaEngine(new SocketNetwork(), [media], new MediaEngineOptions { BindAddress = address, MinPort = 30_000, MaxPort = 30_999 });
        var room = engine.CreateRoom("bench", new Deaf(), signalling, new Blind());
        for (uint id = 1; input.ReadLine() is { Length: > 0 } line;)
        {
            if (line == BytesQuestion)
                Answer(output, AllocatedBytes.On(media));
            else if (line.Split(' ') is [var word, var rtp, var rtcp, var key])
                Answer(output, Join(room, id++, word == CameraWord ? 0 : (uint)Parse(word), address.WithPort(Parse(rtp)), address.WithPort(Parse(rtcp)), key));
        }

        return 0;
    }

    static int Join(MediaRoomHandle room, uint id, uint sees, NetAddress media, NetAddress control, string key)
    {
        var video = room.AddVideo(room.AddLeg() ?? throw new IOException("no port is free"));
        var port = video.OpenLine(LineId) ?? throw new IOException("no port is free");
        var protection = new SrtpProtection(SecureEnd.SessionOf(key));
        var formats = new[] { new VideoFormat(VideoLoad.PayloadType, VideoCodec.Vp8) };
        video.SetRemote(LineId, media, control, controlMuxed: false, protection);
        video.Configure(new VideoPeerOptions
        {
            ParticipantId = id,
            Inputs = sees == 0 ? [new VideoInput { Id = LineId, Formats = formats, Protection = protection }] : [],
            Outputs = sees == 0 ? [] : [new VideoOutput { Id = LineId, Formats = formats, Protection = protection }],
            HasSeparateLines = true,
            HasNack = true,
            HasPli = true,
        });
        if (sees != 0)
            video.Pin(LineId, sees);
        return port.Port;
    }

    static void Answer(TextWriter output, long number)
    {
        output.WriteLine(number.ToString(CultureInfo.InvariantCulture));
        output.Flush();
    }

    static int Parse(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    static void Fail(Exception exception) => Environment.FailFast("a loop threw", exception);

    sealed class Deaf : IMediaRoomEvents
    {
        public void OnMediaEvent(in MediaEvent e)
        {
        }
    }

    sealed class Blind : IVideoRoomEvents
    {
        public void OnVideoEvent(in VideoEvent e)
        {
        }
    }
}
