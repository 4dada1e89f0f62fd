using System.Buffers.Binary;
using NodaTime;

namespace Meetpoint.Output;

/// <summary>
/// Writes messages as a libpcap file of bare IP packets (LINKTYPE_RAW), which Wireshark and tshark show as SIP. UDP is as it was on the wire; of TCP
/// and TLS one connection a pair of addresses is made up, with sequence numbers that fit.
/// </summary>
/// <remarks>
/// What went over TLS stands there in the clear, so its server's port is given as 5060: on 5061 it would be taken for TLS that cannot be read. What
/// never left is left out. Not thread safe.
/// </remarks>
sealed class PcapFile(Stream stream) : IAsyncDisposable
{
    const int Magic = unchecked((int)0xA1B2_3C4D); // times in nanoseconds
    const int LinkTypeRaw = 101;
    const int SnapLength = 262_144;

    readonly Dictionary<(IpEnd From, IpEnd To), uint> _sequences = [];
    readonly IpPacket _packet = new();
    bool _hasBegun;

    /// <summary>Writes one.</summary>
    public void Write(TracedMessage message)
    {
        Begin();
        if (message.Event == "unsent")
            return;
        var (local, remote) = IpEnd.Of(message);
        var (from, to) = message.IsOutgoing ? (local, remote) : (remote, local);
        if (message.Transport == "udp")
        {
            _packet.Udp(from, to, message.Bytes, message.Length);
            WritePacket(message);
            return;
        }

        for (var sent = 0; sent < message.Length; sent += IpPacket.MostTcpBytes)
        {
            var length = Math.Min(IpPacket.MostTcpBytes, message.Length - sent);
            var kept = message.Bytes.AsSpan(Math.Min(sent, message.Bytes.Length)..Math.Min(sent + length, message.Bytes.Length));
            var sequence = _sequences.GetValueOrDefault((from, to), 1U);
            if (kept.Length > 0)
            {
                _packet.Tcp(from, to, sequence, _sequences.GetValueOrDefault((to, from), 1U), kept, length);
                WritePacket(message);
            }

            _sequences[(from, to)] = unchecked(sequence + (uint)length);
        }
    }

    /// <summary>Writes what is left, an empty file's head included, and closes it.</summary>
    public async ValueTask DisposeAsync()
    {
        Begin();
        await stream.DisposeAsync();
    }

    void Begin()
    {
        if (_hasBegun)
            return;
        _hasBegun = true;
        Span<byte> head = stackalloc byte[24];
        head.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(head, Magic);
        BinaryPrimitives.WriteInt16LittleEndian(head[4..], 2);
        BinaryPrimitives.WriteInt16LittleEndian(head[6..], 4);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], SnapLength);
        BinaryPrimitives.WriteInt32LittleEndian(head[20..], LinkTypeRaw);
        stream.Write(head);
    }

    void WritePacket(TracedMessage message)
    {
        Span<byte> head = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(head, (uint)message.At.ToUnixTimeSeconds());
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], (uint)(message.At - Instant.FromUnixTimeSeconds(message.At.ToUnixTimeSeconds())).SubsecondNanoseconds);
        BinaryPrimitives.WriteInt32LittleEndian(head[8..], _packet.Bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(head[12..], _packet.WireLength);
        stream.Write(head);
        stream.Write(_packet.Bytes);
        stream.Flush();
    }
}
