using System.Globalization;
using Meetpoint.Bench.Harness;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Relay;
using Meetpoint.Net;

namespace Meetpoint.Bench.MediaRelay;

/// <summary>
/// Our side, a process of its own: the media engine's relays, as the exchange runs them. Each line with the four ports of two ends opens a
/// relay and is answered with its two ports in one number; ends with its input.
/// </summary>
static class RelayServer
{
    public const string Verb = "serve-relay";
    public const string BytesQuestion = "bytes";

    public static int Run(TextReader input, TextWriter output)
    {
        using var media = new ThreadEventLoop("media-0", TimeProvider.System, Fail);
        var address = NetAddress.Parse("127.0.0.1:0");
        var engine = new MediaEngine(new SocketNetwork(), [media], new MediaEngineOptions { BindAddress = address, MinPort = 32_000, MaxPort = 32_999 });
        var relays = new List<Meetpoint.Media.Relay.MediaRelay>();
        while (input.ReadLine() is { Length: > 0 } line)
        {
            if (line == BytesQuestion)
            {
                Answer(output, AllocatedBytes.On(media));
                continue;
            }

            var ports = line.Split(' ').Select(port => address.WithPort(int.Parse(port, CultureInfo.InvariantCulture))).ToArray();
            var relay = engine.OpenRelay(new MediaRelayOptions()) ?? throw new IOException("no port is free");
            relay.Configure(RelaySide.A, new MediaRelaySettings { Remote = ports[0], RemoteControl = ports[1], TelephoneEventPayloadType = 101 });
            relay.Configure(RelaySide.B, new MediaRelaySettings { Remote = ports[2], RemoteControl = ports[3], TelephoneEventPayloadType = 101 });
            relays.Add(relay);
            Answer(output, ((long)relay.LocalAddress(RelaySide.A).Port << 16) | (long)relay.LocalAddress(RelaySide.B).Port);
        }

        return relays.Count > 0 ? 0 : 1;
    }

    static void Answer(TextWriter output, long number)
    {
        output.WriteLine(number.ToString(CultureInfo.InvariantCulture));
        output.Flush();
    }

    static void Fail(Exception exception) => Environment.FailFast("a loop threw", exception);
}
