using System.Diagnostics;
using System.Globalization;
using Meetpoint.Bench.Harness;
using Meetpoint.Net;

namespace Meetpoint.Bench.MediaRelay;

/// <summary>Ours, by <see cref="RelayServer"/>.</summary>
sealed class MeetpointRelay : RelayProcess
{
    public MeetpointRelay()
    {
        Process = Process.Start(new ProcessStartInfo(OwnProgram.Path, OwnProgram.Arguments(RelayServer.Verb))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    public override long? AllocatedBytes => Ask(RelayServer.BytesQuestion);

    protected override Process Process { get; }

    public override void Connect(Callers callers)
    {
        for (var call = 0; call < RelayLoad.Calls; call++)
        {
            var (caller, called) = (callers.Caller(call), callers.Called(call));
            var port = Ask(string.Create(CultureInfo.InvariantCulture, $"{caller.MediaPort} {caller.ControlPort} {called.MediaPort} {called.ControlPort}"));
            var address = NetAddress.Parse("127.0.0.1:0");
            caller.Remote = address.WithPort((int)(port >> 16));
            called.Remote = address.WithPort((int)(port & 0xFFFF));
        }
    }

    long Ask(string question)
    {
        Process.StandardInput.WriteLine(question);
        Process.StandardInput.Flush();
        var line = Process.StandardOutput.ReadLine() ?? throw new IOException("the relay server ended");
        return long.Parse(line, CultureInfo.InvariantCulture);
    }
}
