using Meetpoint.Net;

namespace Meetpoint.Media.Rtp;

/// <summary>Time as RTCP has it: seconds since 1900 and their fractions, 32 bits each (RFC 3550 section 4).</summary>
static class NtpTime
{
    /// <summary>Seconds from 1900, NTP's begin, to 1970 (RFC 868).</summary>
    const ulong OffsetSeconds = 2_208_988_800;

    /// <summary>The NTP time of nanoseconds since 1970.</summary>
    public static ulong Of(long unixNs)
    {
        var seconds = (ulong)unixNs / MonotonicTime.Second;
        var fraction = (((ulong)unixNs % MonotonicTime.Second) << 32) / MonotonicTime.Second;
        return ((seconds + OffsetSeconds) << 32) | fraction;
    }

    /// <summary>The nanoseconds since 1970 of an NTP time; 0 for one before.</summary>
    public static long UnixNsOf(ulong ntp)
    {
        var seconds = ntp >> 32;
        return seconds < OffsetSeconds ? 0 : ((long)(seconds - OffsetSeconds) * MonotonicTime.Second) + (long)(((ntp & uint.MaxValue) * MonotonicTime.Second) >> 32);
    }

    /// <summary>Nanoseconds in units of 1/65536 s.</summary>
    public static uint ShortOf(long ns) => (uint)(ns * 65536 / MonotonicTime.Second);

    /// <summary>The round trip that a report block tells: arrival less LSR less DLSR (RFC 3550 6.4.1); false when it tells none.</summary>
    /// <param name="block">The block.</param>
    /// <param name="unixNs">When it came, in nanoseconds since 1970.</param>
    /// <param name="roundTripNs">Nanoseconds.</param>
    public static bool TryGetRoundTrip(in ReportBlock block, long unixNs, out long roundTripNs)
    {
        var roundTrip = (int)((uint)(Of(unixNs) >> 16) - block.LastSenderReport - block.DelaySinceLastSenderReport);
        roundTripNs = roundTrip * MonotonicTime.Second / 65536;
        return block.LastSenderReport != 0 && roundTrip >= 0;
    }
}
