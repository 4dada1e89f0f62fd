using Meetpoint.Bench.Sip;

namespace Meetpoint.Bench.Xmpp;

/// <summary>A server under measurement: takes stanzas from another server, and hands them to its users.</summary>
interface IXmppReceiver : IMeasured
{
    /// <summary>Its address.</summary>
    string Host { get; }

    /// <summary>Does what a user must do before it is handed anything.</summary>
    void SignIn(Watcher watcher);
}
