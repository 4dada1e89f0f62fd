namespace Meetpoint.Bench.Xmpp;

/// <summary>Who is where: all on loopback, on addresses that nothing else takes.</summary>
static class XmppPlan
{
    /// <summary>Of our receiver.</summary>
    public const string Ours = "127.48.0.10";

    /// <summary>Of Prosody.</summary>
    public const string Prosody = "127.48.0.11";

    /// <summary>Of ejabberd.</summary>
    public const string Ejabberd = "127.48.0.12";

    /// <summary>Of the whole exchange.</summary>
    public const string Exchange = "127.48.0.13";

    /// <summary>Where the sending server is met by it.</summary>
    public const string Sender = "127.48.0.14:5269";

    /// <summary>Of its watchers; and of publishers, of which there are none.</summary>
    public const string SipWatchers = "127.48.0.15", SipPublishers = "127.48.0.16";

    /// <summary>Whose presence it is.</summary>
    public const string SenderDomain = "albion.example.net";

    /// <summary>Who watches.</summary>
    public const string ReceiverDomain = "liberty.example.net";

    public const int ServerPort = 5_269;

    public const int WatcherPort = 5_222;

    /// <summary>Users that each presence goes to.</summary>
    public const int Watchers = 10;

    /// <summary>Users whose presence changes.</summary>
    public const int Publishers = 10;

    /// <summary>Changes that are under way at a time.</summary>
    public const int ChangesUnderWay = 4;
}
