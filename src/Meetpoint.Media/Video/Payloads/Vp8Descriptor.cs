using System.Buffers.Binary;

namespace Meetpoint.Media.Video.Payloads;

/// <summary>What stands before a piece of a VP8 picture in a packet (RFC 7741 section 4.2).</summary>
readonly record struct Vp8Descriptor
{
    /// <summary>Bytes of the longest that <see cref="Write"/> makes.</summary>
    public const int MaxLength = 6;

    /// <summary>Bits of a picture id on the wire; those of seven are made longer when a packet goes on.</summary>
    public const int PictureIdBits = 15;

    /// <summary>No other picture is decoded by this one.</summary>
    public bool IsNonReference { get; init; }

    /// <summary>A partition begins here.</summary>
    public bool StartsPartition { get; init; }

    /// <summary>Index of the partition, 0 to 7.</summary>
    public byte Partition { get; init; }

    /// <summary>Number of the picture; -1 when there is none.</summary>
    public int PictureId { get; init; }

    /// <summary>The number has fifteen bits, not seven.</summary>
    public bool HasLongPictureId { get; init; }

    /// <summary>Running number of the base layer pictures, eight bits; -1 when there is none.</summary>
    public int BaseLayerIndex { get; init; }

    /// <summary>Temporal layer, 0 to 3; -1 when it is not said.</summary>
    public int TemporalId { get; init; }

    /// <summary>Picture that depends on the base layer alone: one may begin with its layer here.</summary>
    public bool IsLayerSync { get; init; }

    /// <summary>Running number of keyframes, five bits; -1 when there is none.</summary>
    public int KeyIndex { get; init; }

    /// <summary>Bytes that it took.</summary>
    public int Length { get; init; }

    /// <summary>A picture begins here.</summary>
    public bool StartsPicture => StartsPartition && Partition == 0;

    /// <summary>Reads it; false when the payload is cut short. Never throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out Vp8Descriptor descriptor)
    {
        descriptor = default;
        if (payload.IsEmpty)
            return false;
        var first = payload[0];
        var at = 1;
        byte has = 0;
        if ((first & 0x80) != 0 && !TryTake(payload, ref at, out has))
            return false;

        int pictureId = -1, baseLayer = -1, temporal = -1, key = -1;
        bool isLong = false, isSync = false;
        if ((has & 0x80) != 0)
        {
            if (!TryTake(payload, ref at, out var value))
                return false;
            isLong = (value & 0x80) != 0;
            pictureId = value & 0x7F;
            if (isLong)
            {
                if (!TryTake(payload, ref at, out var low))
                    return false;
                pictureId = (pictureId << 8) | low;
            }
        }

        if ((has & 0x40) != 0)
        {
            if (!TryTake(payload, ref at, out var value))
                return false;
            baseLayer = value;
        }

        if ((has & 0x30) != 0)
        {
            if (!TryTake(payload, ref at, out var value))
                return false;
            if ((has & 0x20) != 0)
                (temporal, isSync) = (value >> 6, (value & 0x20) != 0);
            if ((has & 0x10) != 0)
                key = value & 0x1F;
        }

        descriptor = new Vp8Descriptor
        {
            IsNonReference = (first & 0x20) != 0,
            StartsPartition = (first & 0x10) != 0,
            Partition = (byte)(first & 0x07),
            PictureId = pictureId,
            HasLongPictureId = isLong,
            BaseLayerIndex = baseLayer,
            TemporalId = temporal,
            IsLayerSync = isSync,
            KeyIndex = key,
            Length = at,
        };
        return true;
    }

    /// <summary>Writes it with a picture id of fifteen bits, if it has one; returns the bytes written, at most <see cref="MaxLength"/>.</summary>
    public int Write(Span<byte> destination)
    {
        var has = (PictureId >= 0 ? 0x80 : 0) | (BaseLayerIndex >= 0 ? 0x40 : 0) | (TemporalId >= 0 ? 0x20 : 0) | (KeyIndex >= 0 ? 0x10 : 0);
        destination[0] = (byte)((has != 0 ? 0x80 : 0) | (IsNonReference ? 0x20 : 0) | (StartsPartition ? 0x10 : 0) | Partition);
        if (has == 0)
            return 1;
        destination[1] = (byte)has;
        var at = 2;
        if (PictureId >= 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(destination[at..], (ushort)(0x8000 | PictureId));
            at += 2;
        }

        if (BaseLayerIndex >= 0)
            destination[at++] = (byte)BaseLayerIndex;
        if ((has & 0x30) != 0)
            destination[at++] = (byte)((Math.Max(TemporalId, 0) << 6) | (IsLayerSync ? 0x20 : 0) | Math.Max(KeyIndex, 0));
        return at;
    }

    static bool TryTake(ReadOnlySpan<byte> payload, ref int at, out byte value)
    {
        value = at < payload.Length ? payload[at] : (byte)0;
        return at++ < payload.Length;
    }
}
