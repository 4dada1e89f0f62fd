using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;

namespace Meetpoint.Exchange.Roaming.Hub;

/// <summary>A request that came, verified: who asks, and where its answer goes. Over UDP it is remembered, since it may be sent again; a stream loses nothing (RFC 6613 section 2.6.1).</summary>
/// <param name="Client">Who asks.</param>
/// <param name="Security">How packets are protected where it came in.</param>
/// <param name="Socket">Where it came in over UDP; null over TLS.</param>
/// <param name="Stream">Where it came in over TLS; null over UDP.</param>
/// <param name="From">Where its answer goes.</param>
/// <param name="Mark">What it is known by.</param>
readonly record struct InboundRequest(RadiusClient Client, PacketSecurity Security, IDatagramSocket? Socket, IStream? Stream, NetAddress From, RequestMark Mark)
{
    /// <summary>Answers it. A stream that takes no more is closed: its other end cannot know which answers it misses.</summary>
    public void Answer(ReadOnlySpan<byte> answer, long nowNs)
    {
        if (Socket is null)
        {
            if (!Stream!.Send(answer))
                Stream.Close();
            return;
        }

        Client.Asked.Answer(From, Mark, answer, nowNs);
        Socket.Send(answer, From);
    }

    /// <summary>It will not be answered: when it is sent again, it is tried again.</summary>
    public void Abandon()
    {
        if (Socket is not null)
            Client.Asked.Abandon(From, Mark);
    }
}
