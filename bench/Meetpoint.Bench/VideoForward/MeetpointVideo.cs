using System.Diagnostics;
using System.Globalization;
using Meetpoint.Bench.Harness;
using Meetpoint.Net;

namespace Meetpoint.Bench.VideoForward;

/// <summary>Ours, by <see cref="VideoServer"/>.</summary>
sealed class MeetpointVideo : VideoSide
{
    readonly OwnServer _server = new(VideoServer.Verb);

    public override long? AllocatedBytes => _server.Ask(VideoServer.BytesQuestion);

    protected override Process Process => _server.Process;

    public override void Join(Audience audience)
    {
        foreach (var camera in audience.Cameras)
            Join(VideoServer.CameraWord, camera);
        // Participants are numbered as they come, from one.
        for (var i = 0; i < audience.Screens.Count; i++)
            Join(string.Create(CultureInfo.InvariantCulture, $"{(i % audience.Cameras.Count) + 1}"), audience.Screens[i]);
    }

    void Join(string what, SecureEnd end)
    {
        var port = (int)_server.Ask(string.Create(CultureInfo.InvariantCulture, $"{what} {end.MediaPort} {end.ControlPort} {end.Key}"));
        end.Remote = NetAddress.Parse("127.0.0.1:0").WithPort(port);
        end.RemoteControl = end.Remote.WithPort(port + 1);
    }
}
