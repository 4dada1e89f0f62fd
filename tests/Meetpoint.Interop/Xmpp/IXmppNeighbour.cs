using Meetpoint.Net;

namespace Meetpoint.Interop.Xmpp;

/// <summary>A real XMPP server that stands against ours.</summary>
interface IXmppNeighbour : IAsyncDisposable
{
    /// <summary>Where its users connect.</summary>
    NetAddress Clients { get; }

    /// <summary>What it said lately.</summary>
    string Log();
}
