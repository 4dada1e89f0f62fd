using System.Text;
using Meetpoint.Exchange.Support.Trace;
using Meetpoint.Net;
using Meetpoint.Sip;
using NodaTime;

namespace Meetpoint.Exchange.Tests.Support.Trace;

/// <summary>A ring in a folder of its own, and messages to put into it.</summary>
sealed class TraceFiles : IDisposable
{
    static readonly Instant Start = Instant.FromUtc(2026, 11, 22, 9, 0);

    readonly string _folder = Directory.CreateTempSubdirectory("mp-trace-").FullName;
    long _seconds;

    public TraceFiles(long bytes = 1 << 20)
    {
        Options = new TraceOptions(Path.Combine(_folder, "trace.ring"), bytes);
        Ring = TraceRing.Open(Options);
    }

    public TraceOptions Options { get; }

    public TraceRing Ring { get; private set; }

    public void Reopen(TraceOptions? options = null)
    {
        Ring.Dispose();
        Ring = TraceRing.Open(options ?? Options);
    }

    /// <summary>Puts a message in, a second after the one before.</summary>
    public void Add(string message, string party = "gw", string provider = "albion", SipTapEvent what = SipTapEvent.Received, string remote = "192.0.2.7:5060")
    {
        var bytes = Encoding.UTF8.GetBytes(message.ReplaceLineEndings("\r\n"));
        var names = Encoding.UTF8.GetBytes("inside" + party + provider);
        var address = NetAddress.Parse(remote);
        var header = new TraceRecordHeader
        {
            WallNs = (Start + Duration.FromSeconds(_seconds)).ToUnixTimeTicks() * 100,
            MonotonicNs = _seconds++ * MonotonicTime.Second,
            Event = what,
            RemotePort = (ushort)address.Port,
            ListenerLength = 6,
            PartyLength = (byte)party.Length,
            ProviderLength = (byte)provider.Length,
            KeptLength = bytes.Length,
            FullLength = bytes.Length,
        };
        address.WriteBytes(header.Remote);
        Ring.Append(ref header, names, bytes);
    }

    /// <summary>Every record that there is, by the first word or number of its message.</summary>
    public List<string> All()
    {
        var record = new TraceRecord();
        var found = new List<string>();
        for (var position = 0UL; Ring.TryRead(ref position, record);)
            found.Add(Encoding.UTF8.GetString(record.Unmasked));
        return found;
    }

    public static Instant At(int seconds) => Start + Duration.FromSeconds(seconds);

    /// <summary>A message of a leg.</summary>
    public static string Sip(string start, string callId, string from = "sip:alice@a.example", string to = "sip:bob@b.example", string more = "") => $"""
        {start}
        Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK-{callId}
        From: <{from}>;tag=1
        To: <{to}>
        Call-ID: {callId}
        CSeq: 1 INVITE
        {(more.Length > 0 ? more + "\n" : "")}Content-Length: 0


        """;

    public void Dispose()
    {
        Ring.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
