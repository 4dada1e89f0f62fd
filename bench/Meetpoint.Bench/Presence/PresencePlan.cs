namespace Meetpoint.Bench.Presence;

/// <summary>Who is where, and how many.</summary>
static class PresencePlan
{
    /// <summary>Of who watches; port 5090.</summary>
    public static readonly (string Ours, string Peer) Watchers = ("127.49.0.2", "127.49.0.4");

    /// <summary>Of who publishes; port 5090.</summary>
    public static readonly (string Ours, string Peer) Publishers = ("127.49.0.3", "127.49.0.5");

    /// <summary>Of the exchange.</summary>
    public const string Exchange = "127.49.0.10";

    /// <summary>Of Kamailio, or of an exchange beside ours.</summary>
    public const string Kamailio = "127.49.0.11";

    /// <summary>Of everybody.</summary>
    public const string Domain = "pres.example";

    public const int LoadPort = 5090;

    public const int ServerPort = 5060;

    /// <summary>Presentities with watchers, and as many without.</summary>
    public const int Presentities = 100;

    /// <summary>Presentities where there are many.</summary>
    public const int Many = 100_000;

    /// <summary>Watchers of each that has any.</summary>
    public const int WatchersOfEach = 10;
}
