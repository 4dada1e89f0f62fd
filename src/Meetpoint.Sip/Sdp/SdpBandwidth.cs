using System.Globalization;

namespace Meetpoint.Sip.Sdp;

/// <summary>Reads b= lines: what their writer wants to be sent at most.</summary>
public static class SdpBandwidth
{
    /// <summary>Bits a second: of TIAS (RFC 3890) where it is there, which counts no headers of transport, else of AS in thousands (RFC 8866 section 5.8); null where nothing, or 0, is said.</summary>
    public static long? BitsPerSecond(IEnumerable<string> lines)
    {
        long? ofSession = null, independent = null;
        foreach (var line in lines)
        {
            if (line.Split(':', 2) is not [var type, var text] || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is 0 or > int.MaxValue)
                continue;
            if (type == "TIAS")
                independent = number;
            else if (type == "AS")
                ofSession = number * 1_000;
        }

        return independent ?? ofSession;
    }
}
