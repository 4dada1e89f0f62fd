using System.Buffers.Binary;
using System.Net;
using Meetpoint.Output;
using Shouldly;

namespace Meetpoint.Tests.Output;

public sealed class PcapFileTests
{
    sealed record Packet(string From, string To, int Protocol, uint Sequence, uint Acknowledged, byte[] Payload, int WireLength, bool IsSumRight);

    [Fact]
    public async Task Udp_OfBothFamilies_IsAsItWas()
    {
        var messages = new[]
        {
            Traced.Message(0, "received", "INVITE sip:x@b SIP/2.0"),
            Traced.Message(7, "sent", "SIP/2.0 100 Trying", "[2001:db8::7]:5070", local: "[2001:db8::1]:5060"),
        };
        var packets = await WriteAsync(messages);
        packets.Select(packet => (packet.From, packet.To, packet.Protocol, packet.IsSumRight)).ShouldBe(
            [("192.0.2.7:5060", "192.0.2.1:5060", 17, true), ("[2001:db8::1]:5060", "[2001:db8::7]:5070", 17, true)]);
        packets.Select(packet => packet.Payload).ShouldBe(messages.Select(message => message.Bytes));
    }

    [Fact]
    public async Task Tcp_MessagesOfAConnection_FollowEachOtherInSequence()
    {
        var messages = new[]
        {
            Traced.Message(0, "received", "INVITE sip:x@b SIP/2.0", "192.0.2.7:40000", transport: "tcp"),
            Traced.Message(1, "received", "CANCEL sip:x@b SIP/2.0", "192.0.2.7:40000", transport: "tcp"),
            Traced.Message(2, "sent", "SIP/2.0 487 Request Terminated", "192.0.2.7:40000", transport: "tcp"),
            Traced.Message(3, "received", "ACK sip:x@b SIP/2.0", "192.0.2.7:40000", transport: "tcp"),
            Traced.Message(4, "received", "INVITE sip:x@b SIP/2.0", "192.0.2.8:40000", transport: "tcp"),
        };
        var lengths = messages.Select(message => (uint)message.Bytes.Length).ToList();
        var packets = await WriteAsync(messages);
        packets.ShouldAllBe(packet => packet.IsSumRight && packet.Protocol == 6);
        packets.Select(packet => packet.Sequence).ShouldBe([1u, 1 + lengths[0], 1u, 1 + lengths[0] + lengths[1], 1u]);
        packets.Select(packet => packet.Acknowledged).ShouldBe([1u, 1u, 1 + lengths[0] + lengths[1], 1 + lengths[2], 1u]);
    }

    [Theory]
    [InlineData(true, "192.0.2.1:40000", "192.0.2.9:5061", "192.0.2.1:40000", "192.0.2.9:5060")]
    [InlineData(false, "192.0.2.1:5061", "192.0.2.9:40000", "192.0.2.1:5060", "192.0.2.9:40000")]
    public async Task Tls_InTheClear_HasTheServersPort5060(bool openedHere, string local, string remote, string from, string to)
    {
        var packet = (await WriteAsync([Traced.Message(0, "sent", "INVITE sip:x@b SIP/2.0", remote, transport: "tls", local: local, openedHere: openedHere)])).Single();
        (packet.From, packet.To).ShouldBe((from, to));
    }

    [Fact]
    public async Task Message_ThatWasCut_SaysHowLongItWas()
    {
        var message = Traced.Message(0, "received", "INVITE sip:x@b SIP/2.0", length: 40_000);
        var packet = (await WriteAsync([message])).Single();
        packet.WireLength.ShouldBe(40_000 + 28);
        packet.Payload.ShouldBe(message.Bytes);
    }

    [Fact]
    public async Task Message_ThatNeverLeft_IsLeftOut() =>
        (await WriteAsync([Traced.Message(0, "unsent", "INVITE sip:x@b SIP/2.0", transport: "tcp")])).ShouldBeEmpty();

    static async Task<List<Packet>> WriteAsync(TracedMessage[] messages)
    {
        var stream = new MemoryStream();
        await using (var file = new PcapFile(stream))
        {
            foreach (var message in messages)
                file.Write(message);
        }

        var bytes = stream.ToArray();
        BinaryPrimitives.ReadUInt32LittleEndian(bytes).ShouldBe(0xA1B2_3C4D, "times in nanoseconds");
        BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(20)).ShouldBe(101, "bare IP");
        var packets = new List<Packet>();
        for (var at = 24; at < bytes.Length;)
        {
            DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at))).ToString("u").ShouldStartWith("2026-11-22 09:30:0");
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 8));
            packets.Add(Parse(bytes[(at + 16)..(at + 16 + length)], BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 12))));
            at += 16 + length;
        }

        return packets;
    }

    static Packet Parse(byte[] bytes, int wireLength)
    {
        var isIPv4 = bytes[0] >> 4 == 4;
        var (header, protocol) = isIPv4 ? (20, bytes[9]) : (40, bytes[6]);
        var (source, target) = isIPv4 ? (bytes[12..16], bytes[16..20]) : (bytes[8..24], bytes[24..40]);
        var isSumRight = !isIPv4 || Sum(bytes[..20]) == 0xFFFF;
        var segment = bytes[header..];
        isSumRight &= Sum([.. source, .. target, 0, protocol, (byte)(segment.Length >> 8), (byte)segment.Length, .. segment]) == 0xFFFF;
        var own = protocol == 17 ? 8 : 20;
        return new Packet(
            new IPEndPoint(new IPAddress(source), BinaryPrimitives.ReadUInt16BigEndian(segment)).ToString(),
            new IPEndPoint(new IPAddress(target), BinaryPrimitives.ReadUInt16BigEndian(segment.AsSpan(2))).ToString(),
            protocol, BinaryPrimitives.ReadUInt32BigEndian(segment.AsSpan(4)), protocol == 6 ? BinaryPrimitives.ReadUInt32BigEndian(segment.AsSpan(8)) : 0,
            segment[own..], wireLength, isSumRight);
    }

    // Ones' complement sum: all ones over a header with its right checksum (RFC 1071).
    static int Sum(byte[] bytes)
    {
        var sum = 0L;
        for (var i = 0; i < bytes.Length; i += 2)
            sum += (bytes[i] << 8) | (i + 1 < bytes.Length ? bytes[i + 1] : 0);
        while (sum > 0xFFFF)
            sum = (sum & 0xFFFF) + (sum >> 16);
        return (int)sum;
    }
}
