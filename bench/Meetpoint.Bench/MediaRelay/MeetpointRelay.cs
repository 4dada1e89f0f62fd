using System.Diagnostics;
using System.Globalization;
using Meetpoint.Bench.Harness;
using Meetpoint.Net;

namespace Meetpoint.Bench.MediaRelay;

/// <summary>Ours, by <see cref="RelayServer"/>.</summary>
sealed class MeetpointRelay : RelayProcess
{
    readonly OwnServer _server = new(RelayServer.Verb);

    public override long? AllocatedBytes => _server.Ask(RelayServer.BytesQuestion);

    protected override Process Process => _server.Process;

    public override void Connect(Callers callers)
    {
        for (var call = 0; call < RelayLoad.Calls; call++)
        {
            var (caller, called) = (callers.Caller(call), callers.Called(call));
            var port = _server.Ask(string.Create(CultureInfo.InvariantCulture, $"{caller.MediaPort} {caller.ControlPort} {called.MediaPort} {called.ControlPort}"));
            var address = NetAddress.Parse("127.0.0.1:0");
            caller.Remote = address.WithPort((int)(port >> 16));
            called.Remote = address.WithPort((int)(port & 0xFFFF));
        }
    }
}
