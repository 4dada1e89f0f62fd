namespace Meetpoint.Net.Dns;

/// <summary>From a telephone number to a SIP URI by DNS: ENUM (RFC 6116) with the enumservice sip (RFC 3764). For the loop's thread.</summary>
/// <remarks>What DNS answered is kept for its life, within bounds, by the resolver of names: a second question asks no server.</remarks>
/// <param name="names">Asks for the records: a <see cref="DnsClient"/>.</param>
/// <param name="loop">Where the answers come.</param>
public sealed class EnumResolver(INameResolver names, IEventLoop loop)
{
    /// <summary>The tree of the ITU; private trees have suffixes of their own.</summary>
    public const string PublicSuffix = "e164.arpa";

    /// <summary>Questions to DNS for one number: the first, and those that non-terminal rules lead to.</summary>
    public const int MaxQuestions = 6;

    /// <summary>Records of one answer that are looked at.</summary>
    public const int MaxRecords = 32;

    internal INameResolver Names => names;

    internal IEventLoop Loop => loop;

    /// <summary>Looks a number up; the URI, or null for nothing in time, comes once, on the loop, and never within this call.</summary>
    /// <param name="number">"+" and 1 to 15 digits; anything else is found nowhere.</param>
    /// <param name="suffix">Of the tree, as <see cref="PublicSuffix"/>.</param>
    /// <param name="timeoutMs">How long it may take, in milliseconds.</param>
    /// <param name="done">Gets a sip or sips URI, or null.</param>
    public void Find(string number, string suffix, int timeoutMs, Action<string?> done) => new EnumLookup(this, number, done).Begin(suffix, timeoutMs);
}
