using Meetpoint.Media.Rtp;

namespace Meetpoint.Media.Relay;

/// <summary>
/// The sequence numbers of a stream from which packets are taken out and into which packets are put: for who receives it they stay without a
/// gap, and what was lost on the way stays visible as lost. A mutable value: keep it in a field.
/// </summary>
/// <remarks>
/// Only a packet that is newer than all before moves the numbers. One that comes late gets the number that it would have had in its time;
/// for that the last <see cref="MaxChanges"/> changes are kept.
/// </remarks>
struct SequenceRewriter
{
    /// <summary>Changes that a late packet may have been overtaken by.</summary>
    public const int MaxChanges = 32;

    readonly int _maxMisorder;
    Change[]? _changes;
    int _changeCount; // of all time; those kept stand in the ring
    ushort _highest;
    ushort _shift;

    /// <summary>For a stream whose packets may come later than <see cref="ReceiverStatistics.MaxMisorder"/>, as those that are sent again do.</summary>
    public SequenceRewriter(int maxMisorder) => _maxMisorder = maxMisorder;

    /// <summary>True when some numbers going out are not those that came in.</summary>
    public readonly bool IsShifted => _changeCount > 0;

    /// <summary>What is added to the number of a packet that comes next, modulo 65536.</summary>
    public readonly ushort Shift => _shift;

    /// <summary>True once it has seen a packet.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>Starts with a number of our own, or again with another source.</summary>
    public void Start(ushort sequence)
    {
        IsStarted = true;
        _highest = sequence;
        _shift = 0;
        _changeCount = 0;
    }

    /// <summary>The number under which the packet goes on; false for one that is too late to have one.</summary>
    public bool TryPass(ushort sequence, out ushort renumbered)
    {
        var isNewest = Advance(sequence);
        renumbered = (ushort)(sequence + _shift);
        return isNewest || _changeCount == 0 || TryPassLate(sequence, out renumbered);
    }

    /// <summary>The packet does not go on: those behind it close up.</summary>
    public void Remove(ushort sequence)
    {
        if (!Advance(sequence))
            return;
        Note(new Change(sequence, _shift, WasRemoved: true));
        _shift--;
    }

    /// <summary>The number of a packet that is put in behind the newest one.</summary>
    public ushort Insert()
    {
        Note(new Change(_highest, _shift, WasRemoved: false));
        _shift++;
        return (ushort)(_highest + _shift);
    }

    bool Advance(ushort sequence)
    {
        if (!IsStarted)
        {
            Start(sequence);
            return true;
        }

        var step = (short)(sequence - _highest);
        if (step <= 0 && step >= -(_maxMisorder == 0 ? ReceiverStatistics.MaxMisorder : _maxMisorder))
            return false;
        _highest = sequence;
        // The sender began anew: what was before is no longer late but gone. The shift stays, as any would do.
        var restarted = step is < 0 or > ReceiverStatistics.MaxDropout;
        if (restarted && _changeCount > 0)
            ForgetChanges();
        return true;
    }

    readonly bool TryPassLate(ushort sequence, out ushort renumbered)
    {
        var shift = _shift;
        var kept = Math.Min(_changeCount, MaxChanges);
        for (var i = 1; i <= kept; i++)
        {
            ref readonly var change = ref _changes![(_changeCount - i) % MaxChanges];
            var behind = (short)(sequence - change.After);
            renumbered = (ushort)(sequence + shift);
            if (behind > 0)
                return true;
            if (behind == 0 && change.WasRemoved)
                return false; // it comes twice, and its number went to its successor
            shift = change.ShiftBefore;
        }

        renumbered = (ushort)(sequence + shift);
        return _changeCount <= MaxChanges;
    }

    void Note(Change change)
    {
        _changes ??= new Change[MaxChanges];
        _changes[_changeCount % MaxChanges] = change;
        // Only whether it is beyond the ring matters, and its place in it.
        _changeCount = _changeCount == 3 * MaxChanges ? (2 * MaxChanges) + 1 : _changeCount + 1;
    }

    void ForgetChanges()
    {
        // One that no packet can be behind keeps the shift known.
        _changeCount = 0;
        Note(new Change((ushort)(_highest - 1), _shift, WasRemoved: false));
    }

    readonly record struct Change(ushort After, ushort ShiftBefore, bool WasRemoved);
}
