namespace Meetpoint.Sip;

/// <summary>
/// New calls as they came, which wait in overload until nothing else is to be done. No sender has more than its share of the room while others wait too.
/// </summary>
/// <remarks>On the loop only. The memory of a place is kept for the next that stands there, so that once warm nothing is allocated.</remarks>
sealed class NewCallQueue
{
    /// <summary>A larger message does not wait.</summary>
    public const int MaxBytes = 16_384;

    readonly (SipFlow? Flow, byte[] Bytes, int Length)[] _places = new (SipFlow?, byte[], int)[SipOverload.MaxWaiting];
    int _first;
    int _senders;

    public int Count { get; private set; }

    /// <summary>Takes a copy; false when there is no room for it.</summary>
    /// <param name="flow">Who sent it.</param>
    /// <param name="message">The INVITE.</param>
    /// <param name="room">How many may wait; a sender that has less than its share of them is let in beyond that.</param>
    public bool TryAdd(SipFlow flow, ReadOnlySpan<byte> message, int room)
    {
        if (message.Length > MaxBytes || Count == _places.Length)
            return false;
        var senders = flow.WaitingCount == 0 ? _senders + 1 : _senders;
        if (Count >= room && (senders == 1 || flow.WaitingCount >= room / senders))
            return false;
        ref var place = ref _places[(_first + Count) % _places.Length];
        if (place.Bytes is null || place.Bytes.Length < message.Length)
            place.Bytes = new byte[(message.Length + 1_023) / 1_024 * 1_024];
        message.CopyTo(place.Bytes);
        (place.Flow, place.Length) = (flow, message.Length);
        Count++;
        if (flow.WaitingCount++ == 0)
            _senders++;
        return true;
    }

    /// <summary>The one that has waited longest; its bytes are valid until the next is added.</summary>
    public bool TryTake(out SipFlow flow, out ReadOnlySpan<byte> message)
    {
        if (Count == 0)
        {
            flow = null!;
            message = default;
            return false;
        }

        ref var place = ref _places[_first];
        flow = place.Flow!;
        message = place.Bytes.AsSpan(0, place.Length);
        place.Flow = null;
        _first = (_first + 1) % _places.Length;
        Count--;
        if (--flow.WaitingCount == 0)
            _senders--;
        return true;
    }
}
