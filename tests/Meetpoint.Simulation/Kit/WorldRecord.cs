using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Meetpoint.Exchange.Nni;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;

namespace Meetpoint.Simulation.Kit;

/// <summary>
/// Everything that is seen on a world's networks, as one running digest: order, time, sender, receiver, and the bytes. Two worlds with the same
/// digest went the same way, to the byte.
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

    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly SimulatedWorld _world;
    readonly HashSet<NetAddress> _exchanges;

    public WorldRecord(SimulatedWorld world)
    {
        _world = world;
        _exchanges = [.. world.Parties.Select(party => NetAddress.Parse(party.Address).WithPort(0))];
        world.Virtual.Network.Tap = OnNetwork;
        world.Nni.Posted = (from, to, path, body) => OnNni($"{from} asks {to} {path}", body);
        world.Nni.Answered = (from, to, path, answer) => OnNni($"{from} answers {to} {path} {answer.Status}", answer.Body);
    }

    /// <summary>Things seen.</summary>
    public long Count { get; private set; }

    /// <summary>The digest of all that was seen up to now.</summary>
    public string Digest => Convert.ToHexString(_hash.GetCurrentHash());

    public void Dispose() => _hash.Dispose();

    void OnNetwork(in VirtualTraceEntry entry, ReadOnlySpan<byte> payload)
    {
        Add(string.Create(CultureInfo.InvariantCulture, $"{entry.Kind} {(entry.IsStream ? "stream" : "datagram")} {entry.From} {entry.To}"));
        if (entry.IsStream || !_exchanges.Contains(entry.From.WithPort(0)) || !_exchanges.Contains(entry.To.WithPort(0)))
            _hash.AppendData(payload);
        else if (payload[0] is >= FirstRtp and < FirstBeyondRtp)
            AddProtected(payload);
        else if (payload[0] is < FirstDtls or >= FirstBeyondDtls)
            _hash.AppendData(payload);
    }

    void AddProtected(ReadOnlySpan<byte> payload)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, payload.Length);
        _hash.AppendData(length);
        _hash.AppendData(payload[..Math.Min(payload.Length, Media.Rtp.RtcpReader.IsRtcp(payload) ? RtcpHeaderBytes : RtpHeaderBytes)]);
    }

    void OnNni(string what, ReadOnlyMemory<byte> body)
    {
        Add(what);
        _hash.AppendData(body.Span);
    }

    void Add(string what)
    {
        Count++;
        Span<byte> now = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(now, _world.Virtual.NowNs);
        _hash.AppendData(now);
        _hash.AppendData(Encoding.UTF8.GetBytes(what));
    }
}
