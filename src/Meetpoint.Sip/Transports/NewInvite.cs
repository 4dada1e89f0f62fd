namespace Meetpoint.Sip;

/// <summary>Tells a new call from everything else by a glance at its bytes, for when there is no time to read them.</summary>
static class NewInvite
{
    /// <summary>True for an INVITE whose To has no tag.</summary>
    /// <param name="datagram">As it came; anything.</param>
    /// <param name="requestUri">Its request URI.</param>
    public static bool TryUri(ReadOnlySpan<byte> datagram, out ReadOnlySpan<byte> requestUri)
    {
        requestUri = default;
        ReadOnlySpan<byte> method = "INVITE "u8;
        if (!datagram.StartsWith(method))
            return false;
        var uri = datagram[method.Length..];
        var end = uri.IndexOf((byte)' ');
        if (end <= 0)
            return false;
        requestUri = uri[..end];
        return !HasToTag(uri[end..]);
    }

    static bool HasToTag(ReadOnlySpan<byte> lines)
    {
        while (lines.IndexOf((byte)'\n') is >= 0 and var end)
        {
            lines = lines[(end + 1)..];
            if (lines.Length < 3 || lines[0] == '\r')
                return false;
            var name = (lines[0] | 0x20) == 't' ? (lines[1] | 0x20) == 'o' ? 2 : 1 : 0;
            if (name == 0 || lines[name..].TrimStart(" \t"u8) is not [(byte)':', ..])
                continue;
            var next = lines.IndexOf((byte)'\n');
            var value = next < 0 ? lines : lines[..next];
            return value.IndexOf(";tag="u8) >= 0 || value.IndexOf(";TAG="u8) >= 0;
        }

        return false;
    }
}
