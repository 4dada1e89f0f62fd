using System.Globalization;
using System.Text;
using Meetpoint.Exchange.Nni;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;

namespace Meetpoint.Simulation.Kit;

/// <summary>
/// Everything that is seen on a world's networks, a line each: time, what became of it, sender, receiver, and the bytes. Two worlds with the same
/// lines went the same way, to the byte.
/// </summary>
/// <remarks>
/// The exception is the cascade between two exchanges, whose keys come from OpenSSL's own randomness. Of its DTLS records time and ends count; of
/// its SRTP and SRTCP also the length and the header, which is in the clear. What it carried is in the plain RTP of the phones behind it.
/// </remarks>
sealed class WorldRecord : IDisposable
{
    /// <summary>First byte of DTLS, from 20 to below 64, and of RTP, from 128 to below 192 (RFC 7983).</summary>
    const int FirstDtls = 20, FirstBeyondDtls = 64, FirstRtp = 128, FirstBeyondRtp = 192;

    const int RtpHeaderBytes = 12;
    const int RtcpHeaderBytes = 8;

    readonly RunPartWriter _lines = new();
    readonly StringBuilder _line = new();
    readonly SimulatedWorld _world;
    readonly HashSet<NetAddress> _exchanges;

    public WorldRecord(SimulatedWorld world)
    {
        _world = world;
        _exchanges = [.. world.Parties.Select(party => NetAddress.Parse(party.Address).WithPort(0))];
        world.Virtual.Network.Tap = OnNetwork;
        world.Nni.Posted = (from, to, path, body) => Add($"{from} asks {to} {path}", body.Span);
        world.Nni.Answered = (from, to, path, answer) => Add($"{from} answers {to} {path} {answer.Status}", answer.Body.Span);
    }

    /// <summary>What was seen up to now.</summary>
    public RunPart Seen => _lines.Part("network");

    public void Dispose() => _lines.Dispose();

    void OnNetwork(in VirtualTraceEntry entry, ReadOnlySpan<byte> payload)
    {
        var what = $"{entry.Kind} {(entry.IsStream ? "stream" : "datagram")} {entry.From} {entry.To}";
        if (entry.IsStream || !_exchanges.Contains(entry.From.WithPort(0)) || !_exchanges.Contains(entry.To.WithPort(0)))
            Add(what, payload);
        else if (payload[0] is >= FirstRtp and < FirstBeyondRtp)
            Add(string.Create(CultureInfo.InvariantCulture, $"{what} {payload.Length} protected bytes"), Header(payload));
        else
            Add(what, payload[0] is >= FirstDtls and < FirstBeyondDtls ? [] : payload);
    }

    static ReadOnlySpan<byte> Header(ReadOnlySpan<byte> payload) =>
        payload[..Math.Min(payload.Length, Media.Rtp.RtcpReader.IsRtcp(payload) ? RtcpHeaderBytes : RtpHeaderBytes)];

    /// <summary>What is text reads as text; everything else, and a backslash, as its number.</summary>
    void Add(string what, ReadOnlySpan<byte> bytes)
    {
        _line.Clear().Append(CultureInfo.InvariantCulture, $"{_world.Virtual.NowNs} ns {what}: ");
        foreach (var value in bytes)
        {
            if (value is >= (byte)' ' and <= (byte)'~' and not (byte)'\\')
                _line.Append((char)value);
            else
                _line.Append('\\').Append(Hex[value >> 4]).Append(Hex[value & 15]);
        }

        _lines.Add(_line.ToString());
    }

    const string Hex = "0123456789abcdef";
}
