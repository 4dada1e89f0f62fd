namespace Meetpoint.Sip;

#pragma warning disable CS1591 // Each member is the header of the same name; SipHeaders.Name spells it.

/// <summary>Headers that the core reads or writes; every other one is <see cref="Other"/> and is found by its name.</summary>
public enum SipHeader : byte
{
    Other,
    Accept,
    Alert_Info,
    Allow,
    Allow_Events,
    Authorization,
    Authentication_Info,
    Call_ID,
    Contact,
    Content_Disposition,
    Content_Encoding,
    Content_Length,
    Content_Type,
    CSeq,
    Date,
    Event,
    Expires,
    From,
    Identity,
    Max_Breadth,
    Max_Forwards,
    Min_Expires,
    Min_SE,
    P_Asserted_Identity,
    P_Charging_Vector,
    P_Preferred_Identity,
    Path,
    Privacy,
    Proxy_Authenticate,
    Proxy_Authorization,
    Proxy_Require,
    RAck,
    Reason,
    Record_Route,
    Refer_To,
    Referred_By,
    Replaces,
    Require,
    Retry_After,
    Route,
    RSeq,
    Server,
    Session_Expires,
    Session_ID,
    SIP_ETag,
    SIP_If_Match,
    Subject,
    Subscription_State,
    Supported,
    To,
    Unsupported,
    User_Agent,
    Via,
    Warning,
    WWW_Authenticate,
}
#pragma warning restore CS1591

/// <summary>Names of <see cref="SipHeader"/>, long and compact (RFC 3261 section 7.3.3); case does not matter.</summary>
public static class SipHeaders
{
    const int TableSize = 512;

    static readonly string[] Names = [.. Enum.GetNames<SipHeader>().Select(name => name.Replace('_', '-'))];
    static readonly byte[][] NameBytes = [.. Names.Select(System.Text.Encoding.ASCII.GetBytes)];
    static readonly byte[] Table = BuildTable();

    /// <summary>How many ids there are.</summary>
    internal static int Count => Names.Length;

    /// <summary>The full name on the wire.</summary>
    public static string Name(this SipHeader header) => Names[(int)header];

    internal static ReadOnlySpan<byte> Utf8(SipHeader header) => NameBytes[(int)header];

    /// <summary>The id of a name; compact forms are understood.</summary>
    public static SipHeader Parse(ReadOnlySpan<byte> name)
    {
        if (name.Length == 0)
            return SipHeader.Other;
        if (name.Length == 1)
            return Compact(name[0]);
        for (var slot = Slot(name); Table[slot] != 0; slot = (slot + 1) % TableSize)
        {
            if (System.Text.Ascii.EqualsIgnoreCase(name, NameBytes[Table[slot]]))
                return (SipHeader)Table[slot];
        }

        return SipHeader.Other;
    }

    /// <summary>Headers that may stand once only; a second one makes the message ambiguous and so invalid.</summary>
    internal static bool IsSingleton(SipHeader header) => header is SipHeader.Call_ID or SipHeader.Content_Length or SipHeader.Content_Type
        or SipHeader.CSeq or SipHeader.Event or SipHeader.Expires or SipHeader.From or SipHeader.Max_Forwards or SipHeader.Max_Breadth
        or SipHeader.Min_Expires or SipHeader.Min_SE or SipHeader.RAck or SipHeader.Refer_To or SipHeader.RSeq or SipHeader.Session_Expires
        or SipHeader.Subscription_State or SipHeader.To or SipHeader.SIP_ETag or SipHeader.SIP_If_Match;

    static SipHeader Compact(byte letter) => (letter | 0x20) switch
    {
        'c' => SipHeader.Content_Type,
        'e' => SipHeader.Content_Encoding,
        'f' => SipHeader.From,
        'i' => SipHeader.Call_ID,
        'k' => SipHeader.Supported,
        'l' => SipHeader.Content_Length,
        'm' => SipHeader.Contact,
        'o' => SipHeader.Event,
        'r' => SipHeader.Refer_To,
        'b' => SipHeader.Referred_By,
        's' => SipHeader.Subject,
        't' => SipHeader.To,
        'u' => SipHeader.Allow_Events,
        'v' => SipHeader.Via,
        'x' => SipHeader.Session_Expires,
        'y' => SipHeader.Identity,
        _ => SipHeader.Other,
    };

    static int Slot(ReadOnlySpan<byte> name) =>
        ((name[0] | 0x20) * 7 + (name[^1] | 0x20) * 31 + (name[name.Length / 2] | 0x20) * 3 + name.Length * 61) % TableSize;

    static byte[] BuildTable()
    {
        var table = new byte[TableSize];
        for (var id = 1; id < NameBytes.Length; id++)
        {
            var slot = Slot(NameBytes[id]);
            while (table[slot] != 0)
                slot = (slot + 1) % TableSize;
            table[slot] = (byte)id;
        }

        return table;
    }
}
