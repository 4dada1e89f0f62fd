using System.Collections.Immutable;
using NodaTime;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>An open grant in memory: the newest progress, and what of it was written. Thread safe.</summary>
/// <param name="row">As it began, or as it was when the process started.</param>
/// <param name="chain">Its agreements.</param>
/// <param name="grant">The hold on the limits.</param>
/// <param name="silentAfter">Without proof of life for this long it is closed.</param>
sealed class OpenGrant(GrantRow row, ImmutableArray<GrantLink> chain, Grant grant, Duration silentAfter)
{
    readonly Lock _lock = new();
    GrantQuantities _quantities = GrantQuantities.None;
    Instant _lastProof = row.Started;
    Instant _lastWritten = row.Started;
    long _sequence;
    bool _isDirty;

    /// <summary>The hold on the limits; the default value where none could be taken again after a restart.</summary>
    public Grant Grant => grant;

    public GrantRow Row => row;

    public ImmutableArray<GrantLink> Chain => chain;

    public Instant Started => row.Started;

    public GrantQuantities Quantities
    {
        get
        {
            lock (_lock)
                return _quantities;
        }
    }

    public void Note(long sequence, GrantQuantities quantities, Instant proofOfLife)
    {
        lock (_lock)
        {
            if (sequence <= _sequence)
                return;
            _sequence = sequence;
            _quantities = quantities;
            _lastProof = Instant.Max(_lastProof, proofOfLife);
            _isDirty = true;
        }
    }

    public void NoteNext(GrantQuantities quantities, Instant proofOfLife)
    {
        lock (_lock)
            Note(_sequence + 1, quantities, proofOfLife);
    }

    public bool IsSilent(Instant now, out Instant lastProof)
    {
        lock (_lock)
        {
            lastProof = _lastProof;
            return now - _lastProof >= silentAfter;
        }
    }

    public bool TryTakeDue(Instant now, Duration writeEvery, out long sequence, out GrantQuantities quantities, out Instant lastProof)
    {
        lock (_lock)
        {
            (sequence, quantities, lastProof) = (_sequence, _quantities, _lastProof);
            if (!_isDirty || now - _lastWritten < writeEvery)
                return false;
            _lastWritten = now;
            _isDirty = false;
            return true;
        }
    }
}
