using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Accounting;
using Meetpoint.Exchange.Roaming.Dynamic;
using Meetpoint.Exchange.Roaming.Watch;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Exchanges;

namespace Meetpoint.Exchange.Roaming.Hub;

/// <summary>A request that a home server has been asked, and what its answer goes to. Lent from a pool; on the hub's loop.</summary>
sealed class PendingRequest
{
    byte[] _sent = new byte[512];

    /// <summary>Who asked, and how it is answered.</summary>
    public InboundRequest Inbound { get; set; }

    /// <summary>Whom we asked; null while it waits for somebody to be there.</summary>
    public HomeServer? Server { get; set; }

    /// <summary>How what was sent is protected: its connection may be gone when that is asked.</summary>
    public PacketSecurity SentBy { get; set; } = PacketSecurity.Version11;

    /// <summary>Under which id.</summary>
    public RequestId Id { get; set; }

    /// <summary>The hold on the limits of the agreement, of the first request of a conversation until its end.</summary>
    public Grant Grant { get; set; }

    /// <summary>The realm that was asked for.</summary>
    public RealmRoute Route { get; set; } = null!;

    /// <summary>Id of the provider at whose network its user is.</summary>
    public string Visited { get; set; } = "";

    /// <summary>Until when its answer, which has come, is held (<see cref="AccessBounds"/>); 0 while none is.</summary>
    public long HeldUntilNs { get; set; }

    /// <summary>True in the midst of a conversation: nobody but this server can go on with it.</summary>
    public bool IsBound { get; set; }

    /// <summary>The accounting that it carries; null for a request that somebody waits for.</summary>
    public KeptAccounting? Accounting { get; set; }

    /// <summary>The Disconnect or CoA that it is; null for what goes the other way.</summary>
    public DynamicRequest? Dynamic { get; set; }

    /// <summary>Who hears what becomes of it; null while nobody watches.</summary>
    public WatchedRequest? Watched { get; set; }

    /// <summary>Number of the realm that was asked for; -1 where none was.</summary>
    public int Realm => Route?.Number ?? -1;

    /// <summary>Until when it waits for somebody to be there, in the loop's time.</summary>
    public long WaitsUntilNs { get; set; }

    /// <summary>When it was sent first, in the loop's time.</summary>
    public long SentNs { get; set; }

    /// <summary>What was sent, as long as it is awaited; what came, while it waits.</summary>
    public ReadOnlySpan<byte> Sent => _sent.AsSpan(0, SentLength);

    public int SentLength { get; private set; }

    /// <summary>Keeps what is sent.</summary>
    public void Keep(ReadOnlySpan<byte> packet)
    {
        if (_sent.Length < packet.Length)
            _sent = new byte[packet.Length];
        packet.CopyTo(_sent);
        SentLength = packet.Length;
    }
}
