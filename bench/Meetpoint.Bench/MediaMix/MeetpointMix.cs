using System.Diagnostics;
using System.Globalization;
using Meetpoint.Bench.Harness;
using Meetpoint.Net;

namespace Meetpoint.Bench.MediaMix;

/// <summary>Ours, by <see cref="MixServer"/>.</summary>
sealed class MeetpointMix : MixSide
{
    public MeetpointMix(MixLoad load)
    {
        Process = Process.Start(new ProcessStartInfo(OwnProgram.Path, OwnProgram.Arguments(MixServer.Verb, load.Codec.Name))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    protected override Process Process { get; }

    public override void Join(IReadOnlyList<Phone> phones)
    {
        var loopback = NetAddress.Parse("127.0.0.1:0");
        foreach (var phone in phones)
            Process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{phone.MediaPort} {phone.ControlPort}"));
        Process.StandardInput.WriteLine();
        Process.StandardInput.Flush();
        foreach (var phone in phones)
        {
            var line = Process.StandardOutput.ReadLine() ?? throw new IOException("the mix server ended");
            phone.Remote = loopback.WithPort(int.Parse(line, CultureInfo.InvariantCulture));
            phone.RemoteControl = loopback.WithPort(phone.Remote.Port + 1);
        }
    }
}
