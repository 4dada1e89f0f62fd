using Meetpoint.Media.Relay;
using Meetpoint.Media.Video.Payloads;

namespace Meetpoint.Media.Video.Forwarding;

/// <summary>
/// The numbers of a line: sequence, timestamp, picture id and base layer index go on without a jump, whichever source the packets come from. A
/// mutable value: keep it in a field.
/// </summary>
struct LineNumbers
{
    /// <summary>Packets that may come late, as a retransmission does that was asked for in a burst.</summary>
    const int MaxMisorder = 1_000;

    /// <summary>Two pictures are at least this far apart, 5 ms: a layer's first picture may be the one that the other layer has just shown.</summary>
    const uint MinStep = SourceClock.Rate / 200;

    SequenceRewriter _sequence;
    SequenceRewriter _pictures;
    ushort _sequenceShift;
    ushort _pictureShift;
    byte _baseLayerShift;
    uint _timestampShift;
    long _start;
    long _highest;
    ushort _next;
    ushort _nextPicture;
    byte _baseLayer;
    uint _timestamp;
    long _timestampNs;

    /// <summary>Numbers that begin at random (RFC 3550 5.1).</summary>
    public LineNumbers(ushort sequence, uint timestamp, ushort picture)
    {
        (_next, _timestamp, _nextPicture) = (sequence, timestamp, picture);
        _sequence = new SequenceRewriter(MaxMisorder);
    }

    /// <summary>The highest timestamp that went out, and when.</summary>
    public readonly (uint Timestamp, long AtNs) Newest => (_timestamp, _timestampNs);

    /// <summary>The number after the highest that went out.</summary>
    public readonly ushort Next => _next;

    /// <summary>What is added to a timestamp of the source that is shown now.</summary>
    public readonly uint TimestampShift => _timestampShift;

    /// <summary>Goes on with a source whose first packet this is.</summary>
    public void Switch(in StoredPacket first, long nowNs)
    {
        (_start, _highest) = (first.Extended, first.Extended - 1);
        _sequence.Start((ushort)first.Extended);
        _sequenceShift = (ushort)(_next - (ushort)first.Extended);
        _pictures.Start(first.Picture);
        _pictureShift = (ushort)(_nextPicture - first.Picture);
        if (first.Payload.Vp8.BaseLayerIndex >= 0)
            _baseLayerShift = (byte)(_baseLayer + 1 - first.Payload.Vp8.BaseLayerIndex);
        var step = _timestampNs == 0 ? 0 : Math.Max(MinStep, (uint)SourceClock.NsToTicks(nowNs - _timestampNs));
        _timestampShift = _timestamp + step - first.Timestamp;
        (_timestamp, _timestampNs) = (_timestamp + step, nowNs);
    }

    /// <summary>The packet is newer than all before.</summary>
    public readonly bool IsNewest(in StoredPacket packet) => packet.Extended > _highest;

    /// <summary>The packet belongs to what was begun with, not to what was before.</summary>
    public readonly bool IsWithin(in StoredPacket packet) => packet.Extended >= _start;

    /// <summary>The numbers under which a packet goes on; false for one that is too late to have some.</summary>
    public bool TryPass(in StoredPacket packet, long nowNs, out ushort sequence, out uint timestamp, out ushort picture, out byte baseLayer)
    {
        timestamp = packet.Timestamp + _timestampShift;
        (picture, baseLayer) = (0, 0);
        if (!_sequence.TryPass((ushort)packet.Extended, out sequence))
            return false;
        sequence += _sequenceShift;
        if (packet.Codec == VideoCodec.Vp8 && !packet.IsEmpty)
        {
            if (!_pictures.TryPass(packet.Picture, out picture))
                return false;
            picture += _pictureShift;
            baseLayer = (byte)(packet.Payload.Vp8.BaseLayerIndex + _baseLayerShift);
        }

        if (!IsNewest(packet))
            return true;
        _highest = packet.Extended;
        _next = (ushort)(sequence + 1);
        if ((int)(timestamp - _timestamp) > 0)
            (_timestamp, _timestampNs) = (timestamp, nowNs);
        if (packet.Codec == VideoCodec.Vp8 && !packet.IsEmpty)
        {
            _nextPicture = (ushort)(picture + 1);
            if (packet.Payload.Vp8.BaseLayerIndex >= 0)
                _baseLayer = baseLayer;
        }

        return true;
    }

    /// <summary>A packet newer than all before does not go on: those behind it close up.</summary>
    public void Remove(in StoredPacket packet)
    {
        _highest = packet.Extended;
        _sequence.Remove((ushort)packet.Extended);
        if (packet.Codec == VideoCodec.Vp8 && !packet.IsEmpty)
            _pictures.Remove(packet.Picture);
    }

    /// <summary>The descriptor of a packet under the numbers of the line.</summary>
    public static Vp8Descriptor Renumber(in Vp8Descriptor descriptor, ushort picture, byte baseLayer) => descriptor with
    {
        PictureId = picture & ((1 << Vp8Descriptor.PictureIdBits) - 1),
        BaseLayerIndex = descriptor.BaseLayerIndex < 0 ? -1 : baseLayer,
    };
}
