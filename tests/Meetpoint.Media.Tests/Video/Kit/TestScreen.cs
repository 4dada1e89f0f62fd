using System.Buffers.Binary;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Video;
using Meetpoint.Media.Video.Payloads;
using Shouldly;

namespace Meetpoint.Media.Tests.Video.Kit;

/// <summary>
/// The receiver of one line: puts packets in order by their numbers, and knows what a decoder could do with them. It is strict: a number that jumps, a
/// timestamp that goes back or a picture without the one before fails the test.
/// </summary>
sealed class TestScreen
{
    readonly SortedDictionary<long, Packet> _packets = [];
    SequenceExtender _sequence;

    public uint Ssrc { get; private set; }

    /// <summary>Packets in the order in which they came, for what is not about order.</summary>
    public List<byte[]> Raw { get; } = [];

    /// <summary>A packet came a second time.</summary>
    public int Duplicates { get; private set; }

    public int Count => _packets.Count;

    public void Take(ReadOnlySpan<byte> datagram)
    {
        Raw.Add(datagram.ToArray());
        RtpPacket.TryParse(datagram, out var packet, out var error).ShouldBeTrue(error.ToString());
        if (Ssrc == 0)
            Ssrc = packet.Ssrc;
        packet.Ssrc.ShouldBe(Ssrc, "a line never changes its source");
        Put(packet.SequenceNumber, packet.Timestamp, packet.PayloadType, packet.Marker, packet.Payload, packet.CsrcCount > 0 ? packet.GetCsrc(0) : 0);
    }

    /// <summary>Takes a packet of the stream for retransmissions.</summary>
    public void TakeRetransmission(ReadOnlySpan<byte> datagram)
    {
        RtpPacket.TryParse(datagram, out var packet, out var error).ShouldBeTrue(error.ToString());
        var type = packet.PayloadType == TestCamera.Vp8RtxType ? TestCamera.Vp8Type : TestCamera.H264Type;
        Put(BinaryPrimitives.ReadUInt16BigEndian(packet.Payload), packet.Timestamp, type, packet.Marker, packet.Payload[2..], packet.CsrcCount > 0 ? packet.GetCsrc(0) : 0);
    }

    /// <summary>The numbers between the first and the last that did not come.</summary>
    public List<ushort> Missing()
    {
        var missing = new List<ushort>();
        if (_packets.Count == 0)
            return missing;
        var last = _packets.Keys.Last();
        for (var extended = _packets.Keys.First(); extended < last; extended++)
        {
            if (!_packets.ContainsKey(extended))
                missing.Add((ushort)extended);
        }

        return missing;
    }

    /// <summary>The sources in the order in which they were seen.</summary>
    public List<int> Sources()
    {
        var sources = new List<int>();
        foreach (var picture in Pictures())
        {
            if (sources.Count == 0 || sources[^1] != picture.Source)
                sources.Add(picture.Source);
        }

        return sources;
    }

    /// <summary>Pictures of which a packet came.</summary>
    public List<Picture> Pictures()
    {
        var pictures = new List<Picture>();
        foreach (var (extended, packet) in _packets)
        {
            if (packet.IsEmpty)
                continue;
            // The same picture may begin again: a keyframe that came by two lines of a cascade.
            var isSame = pictures.Count > 0 && pictures[^1].Source == packet.Source && pictures[^1].Number == packet.Number;
            var isAgain = isSame && packet.Index == 0 && packet.Timestamp != pictures[^1].Timestamp;
            if (!isSame || isAgain)
                pictures.Add(new Picture(packet.Source, packet.Number, packet.IsKeyframe, packet.PacketCount, packet.Timestamp, packet.PictureId, packet.BaseLayerIndex, packet.Temporal, packet.Participant, packet.Type, extended));
            var picture = pictures[^1];
            packet.Timestamp.ShouldBe(picture.Timestamp, $"the packets of picture {picture.Number} have one timestamp");
            packet.PictureId.ShouldBe(picture.PictureId, $"the packets of picture {picture.Number} have one id");
            packet.Index.ShouldBe(picture.Came, $"packet of picture {picture.Number} of source {picture.Source} in its order");
            picture.Came++;
            packet.Marker.ShouldBe(packet.Index == packet.PacketCount - 1, "the last packet of a picture has the marker");
        }

        return pictures;
    }

    /// <summary>All is as a decoder needs it: every picture whole, and shown after the one that it needs; numbers without a jump.</summary>
    public List<Picture> ShouldBeDecodable()
    {
        Missing().ShouldBeEmpty("numbers without a gap");
        var pictures = Pictures();
        pictures.ShouldNotBeEmpty();
        Picture? before = null;
        int lastBase = -1, lastBaseIndex = -1;
        foreach (var picture in pictures)
        {
            if (before is not null && before.PictureId >= 0 && picture.PictureId >= 0)
                picture.PictureId.ShouldBe((before.PictureId + 1) & 0x7FFF, "picture ids without a jump");
            if (before is not null)
                ((int)(picture.Timestamp - before.Timestamp)).ShouldBeGreaterThan(0, "timestamps grow");
            // One may be left in its middle for the keyframe of another, and for no other reason.
            if (before is not null && !picture.IsKeyframe)
                before.Came.ShouldBe(before.PacketCount, $"picture {before.Number} of source {before.Source} is whole");
            var isOther = before is null || before.Source != picture.Source;
            if (isOther)
                picture.IsKeyframe.ShouldBeTrue($"source {picture.Source} begins with a keyframe");
            if (picture.Temporal <= 0 && !picture.IsKeyframe)
                picture.Number.ShouldBeGreaterThan(lastBase);
            if (!picture.IsKeyframe && picture.Temporal < 0)
                picture.Number.ShouldBe(before!.Number + 1, $"picture of source {picture.Source} after the one that it needs");
            if (!picture.IsKeyframe && picture.Temporal == 0)
                picture.Number.ShouldBe(lastBase + 4, "base layer picture after the one that it needs");
            if (picture.Temporal == 0)
            {
                if (lastBaseIndex >= 0)
                    picture.BaseLayerIndex.ShouldBe((lastBaseIndex + 1) & 0xFF, "base layer index without a jump");
                lastBaseIndex = picture.BaseLayerIndex;
            }

            if (picture.Temporal <= 0)
                lastBase = picture.Number;
            before = picture;
        }

        pictures[^1].Came.ShouldBe(pictures[^1].PacketCount, "the last picture is whole");
        return pictures;
    }

    void Put(ushort sequence, uint timestamp, byte type, bool marker, ReadOnlySpan<byte> payload, uint participant)
    {
        var extended = _sequence.Extend(sequence);
        var packet = new Packet { Timestamp = timestamp, Type = type, Marker = marker, Participant = participant, IsEmpty = payload.IsEmpty, PictureId = -1 };
        if (!payload.IsEmpty)
            Read(payload, type == TestCamera.Vp8Type ? VideoCodec.Vp8 : VideoCodec.H264, ref packet);
        if (!_packets.TryAdd(extended, packet))
            Duplicates++;
    }

    static void Read(ReadOnlySpan<byte> payload, VideoCodec codec, ref Packet packet)
    {
        VideoPayload.TryRead(codec, payload, out var read).ShouldBeTrue();
        var at = 3;
        if (codec == VideoCodec.Vp8)
        {
            at = read.Vp8.Length + (read.Vp8.StartsPartition ? 10 : 0);
            packet = packet with { PictureId = read.Vp8.PictureId, BaseLayerIndex = read.Vp8.BaseLayerIndex };
        }
        else if (read.HasParameters)
        {
            at = payload.Length - TestCamera.StampLength;
        }

        var stamp = payload[at..];
        packet = packet with
        {
            Source = stamp[0],
            Number = BinaryPrimitives.ReadInt32BigEndian(stamp[1..]),
            Index = stamp[5] >> 4,
            PacketCount = stamp[5] & 0x0F,
            IsKeyframe = stamp[6] != 0,
            Temporal = stamp[7] - 1,
        };
    }

    internal sealed record Picture(
        int Source, int Number, bool IsKeyframe, int PacketCount, uint Timestamp, int PictureId, int BaseLayerIndex, int Temporal, uint Participant, byte Type, long First)
    {
        public int Came { get; set; }
    }

    readonly record struct Packet
    {
        public uint Timestamp { get; init; }

        public byte Type { get; init; }

        public bool Marker { get; init; }

        public uint Participant { get; init; }

        public bool IsEmpty { get; init; }

        public int Source { get; init; }

        public int Number { get; init; }

        public int Index { get; init; }

        public int PacketCount { get; init; }

        public bool IsKeyframe { get; init; }

        public int Temporal { get; init; }

        public int PictureId { get; init; }

        public int BaseLayerIndex { get; init; }
    }
}
