using System.Buffers.Binary;

namespace Meetpoint.Media.Video.Payloads;

/// <summary>
/// What a packet of H.264 carries (RFC 6184 sections 5.6 to 5.8): one NAL unit, several (STAP-A), or a piece of one (FU-A). What
/// packetization-mode 1 does not have goes on unread.
/// </summary>
static class H264Payload
{
    const int Slice = 1;
    const int IdrSlice = 5;
    const int Sei = 6;
    const int ParameterSet = 7; // sequence parameter set
    const int PictureParameterSet = 8;
    const int Delimiter = 9;
    const int Aggregate = 24; // STAP-A
    const int Fragment = 28; // FU-A

    public static bool TryRead(ReadOnlySpan<byte> payload, out VideoPayload read)
    {
        read = default;
        if (payload.IsEmpty)
            return false;
        switch (payload[0] & 0x1F)
        {
            case 0:
                return false;
            case Aggregate:
                return TryReadAggregate(payload[1..], ref read);
            case Fragment:
                if (payload.Length < 3)
                    return false;
                if ((payload[1] & 0x80) != 0)
                    Add(ref read, payload[1] & 0x1F, payload[2..]);
                return true;
            case var type:
                Add(ref read, type, payload[1..]);
                return true;
        }
    }

    static bool TryReadAggregate(ReadOnlySpan<byte> rest, ref VideoPayload read)
    {
        if (rest.Length < 3)
            return false;
        while (rest.Length >= 3)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest);
            if (length == 0 || length > rest.Length - 2)
                return false;
            Add(ref read, rest[2] & 0x1F, rest.Slice(3, length - 1));
            rest = rest[(2 + length)..];
        }

        return true;
    }

    static void Add(ref VideoPayload read, int type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case Slice:
            case IdrSlice:
                // first_mb_in_slice is 0, which is one bit that is set: not the second slice of a picture (7.3.3 of H.264).
                var isFirst = !body.IsEmpty && (body[0] & 0x80) != 0;
                read = read with
                {
                    BeginsPicture = read.BeginsPicture || isFirst,
                    BeginsKeyframe = read.BeginsKeyframe || (isFirst && type == IdrSlice),
                };
                break;
            case ParameterSet:
                read = read with { BeginsPicture = true, BeginsKeyframe = true, HasParameters = true, Height = H264ParameterSet.HeightOf(body) };
                break;
            case Sei or PictureParameterSet or Delimiter:
                read = read with { BeginsPicture = true };
                break;
        }
    }
}
