namespace Meetpoint.Bench.Sip;

/// <summary>Who is where: all on loopback, on addresses that nothing else takes.</summary>
static class SipPlan
{
    /// <summary>Of the caller, SIPp or our own; port 5080.</summary>
    public const string Caller = "127.47.0.2";

    /// <summary>Of the called; port 5070.</summary>
    public const string Called = "127.47.0.3";

    /// <summary>Of the exchange, or the first of two.</summary>
    public const string Exchange = "127.47.0.10";

    /// <summary>Of Kamailio, or the first of two.</summary>
    public const string Kamailio = "127.47.0.11";

    /// <summary>Of the second exchange of a chain.</summary>
    public const string FarExchange = "127.47.0.12";

    /// <summary>Of the second Kamailio of a chain.</summary>
    public const string FarKamailio = "127.47.0.13";

    public const int CallerPort = 5080;

    public const int CalledPort = 5070;

    public const int ServerPort = 5060;

    public const int TlsPort = 5061;

    /// <summary>A file of this benchmark.</summary>
    public static string Scenario(string name) => Path.Combine(AppContext.BaseDirectory, "Sip", "Scenarios", name);
}
