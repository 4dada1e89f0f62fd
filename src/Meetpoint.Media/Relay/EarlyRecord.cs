using Meetpoint.Net;

namespace Meetpoint.Media.Relay;

/// <summary>
/// The last DTLS record that came before the signalling said whose it is: an answerer that is active begins at once, and its first flight overtakes
/// its answer (RFC 5763 section 5). A mutable value.
/// </summary>
struct EarlyRecord
{
    /// <summary>A ClientHello takes some 200 bytes; what is longer is left to be sent again.</summary>
    public const int MaxBytes = 1_500;

    byte[]? _record;
    int _length;
    NetAddress _from;

    public void Keep(ReadOnlySpan<byte> record, in NetAddress from)
    {
        if (record.Length > MaxBytes)
            return;
        _record ??= new byte[MaxBytes];
        record.CopyTo(_record);
        (_length, _from) = (record.Length, from);
    }

    /// <summary>Gives it, once.</summary>
    public bool TryTake(out ReadOnlySpan<byte> record, out NetAddress from)
    {
        record = _record.AsSpan(0, _length);
        from = _from;
        var any = _length > 0;
        (_record, _length) = (null, 0);
        return any;
    }
}
