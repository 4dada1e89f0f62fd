namespace Meetpoint.Media.Video.Forwarding;

/// <summary>Which format a payload type stands for, and whether it stands for its retransmissions.</summary>
sealed class PayloadTypes
{
    const int Count = 128;

    readonly VideoFormat[] _formats;
    readonly sbyte[] _media = new sbyte[Count];
    readonly sbyte[] _retransmission = new sbyte[Count];

    public PayloadTypes(IReadOnlyList<VideoFormat> formats)
    {
        _formats = [.. formats];
        Array.Fill(_media, (sbyte)-1);
        Array.Fill(_retransmission, (sbyte)-1);
        // From the last to the first: of two that say the same, the first holds.
        for (var i = _formats.Length - 1; i >= 0; i--)
        {
            _media[_formats[i].PayloadType % Count] = (sbyte)i;
            if (_formats[i].RtxPayloadType is >= 0 and < Count and var retransmission)
                _retransmission[retransmission] = (sbyte)i;
        }
    }

    /// <summary>The format of a payload type; false for one that was not settled.</summary>
    public bool TryFind(byte payloadType, out VideoFormat format, out bool isRetransmission)
    {
        var index = _media[payloadType % Count];
        isRetransmission = index < 0;
        if (isRetransmission)
            index = _retransmission[payloadType % Count];
        format = index < 0 ? default : _formats[index];
        return index >= 0;
    }

    /// <summary>The first format of a codec.</summary>
    public bool TryFind(VideoCodec codec, out VideoFormat format)
    {
        foreach (var candidate in _formats)
        {
            if (candidate.Codec != codec)
                continue;
            format = candidate;
            return true;
        }

        format = default;
        return false;
    }
}
