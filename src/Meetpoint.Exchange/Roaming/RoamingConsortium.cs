namespace Meetpoint.Exchange.Roaming;

/// <summary>Identifiers of roaming consortia: an organisation identifier of 3 octets, or an extended one of 5, in hexadecimal.</summary>
static class RoamingConsortium
{
    /// <summary>How one is written.</summary>
    public const string Mend = "write 3 or 5 octets in hexadecimal, such as 5a03ba";

    /// <summary>True for one in lower case.</summary>
    public static bool IsId(string text) => text.Length is 6 or 10 && text.All(char.IsAsciiHexDigitLower);
}
