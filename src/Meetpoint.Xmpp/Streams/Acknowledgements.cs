using Meetpoint.Xmpp.Server;

namespace Meetpoint.Xmpp.Streams;

/// <summary>Counting of stanzas in both directions of one stream (XEP-0198): what was sent is kept until the other end has it.</summary>
sealed class Acknowledgements
{
    readonly Queue<(DomainPair Pair, PendingStanza Stanza)> _unacknowledged = new();
    uint _acknowledged;

    /// <summary>Stanzas of the other end that were handled here; wraps (XEP-0198, section 4).</summary>
    internal uint Handled { get; set; }

    /// <summary>True once what we send is counted.</summary>
    internal bool IsSending { get; set; }

    /// <summary>True once what we receive is counted.</summary>
    internal bool IsReceiving { get; set; }

    /// <summary>Since when the other end has been asked and has not answered; 0 when it owes nothing.</summary>
    internal long AskedNs { get; set; }

    /// <summary>Stanzas sent since the last question.</summary>
    internal int SinceAsked { get; set; }

    /// <summary>How many may be lost.</summary>
    internal int Count => _unacknowledged.Count;

    internal void Sent(DomainPair pair, in PendingStanza stanza)
    {
        _unacknowledged.Enqueue((pair, stanza));
        SinceAsked++;
    }

    /// <summary>The other end has handled so many in all. False when it claims more than were sent.</summary>
    internal bool TryAcknowledge(uint handled)
    {
        var count = unchecked(handled - _acknowledged);
        if (count > _unacknowledged.Count)
            return false;
        for (var i = 0u; i < count; i++)
            _unacknowledged.Dequeue();
        _acknowledged = handled;
        AskedNs = 0;
        return true;
    }

    /// <summary>What the other end may never have got, in the order of sending.</summary>
    internal IReadOnlyList<(DomainPair Pair, PendingStanza Stanza)> TakeAll()
    {
        var all = _unacknowledged.ToArray();
        _unacknowledged.Clear();
        IsSending = false;
        return all;
    }
}
