using System.Diagnostics;
using System.Globalization;
using Meetpoint.Bench.Harness;
using Meetpoint.Net;

namespace Meetpoint.Bench.MediaMix;

/// <summary>Ours, by <see cref="MixServer"/>.</summary>
sealed class MeetpointMix(MixLoad load) : MixSide
{
    readonly OwnServer _server = new(MixServer.Verb, load.Codec.Name);

    protected override Process Process => _server.Process;

    public override void Join(IReadOnlyList<Phone> phones)
    {
        var loopback = NetAddress.Parse("127.0.0.1:0");
        foreach (var phone in phones)
            _server.Tell(string.Create(CultureInfo.InvariantCulture, $"{phone.MediaPort} {phone.ControlPort}"));
        _server.Tell("");
        foreach (var phone in phones)
        {
            phone.Remote = loopback.WithPort((int)_server.Read());
            phone.RemoteControl = loopback.WithPort(phone.Remote.Port + 1);
        }
    }
}
