using Meetpoint.Net.Native;

namespace Meetpoint.Net;

/// <summary>The watched descriptors of one loop.</summary>
/// <remarks>
/// The kernel hands back a slot and its generation, so an event that was fetched in one batch with the closing of its source finds
/// nobody, even when the slot is taken again.
/// </remarks>
sealed class PollTable(Epoll epoll)
{
    PollSource?[] _sources = new PollSource?[16];
    uint[] _generations = new uint[16];
    readonly Stack<int> _free = new();
    int _used;

    internal void Add(PollSource source, uint interest)
    {
        if (!_free.TryPop(out var slot))
        {
            if (_used == _sources.Length)
            {
                Array.Resize(ref _sources, _used * 2);
                Array.Resize(ref _generations, _used * 2);
            }

            slot = _used++;
        }

        source.Slot = slot;
        _sources[slot] = source;
        epoll.Control(Libc.EpollAdd, source.Descriptor, interest, Token(slot));
    }

    internal void Change(PollSource source, uint interest) =>
        epoll.Control(Libc.EpollModify, source.Descriptor, interest, Token(source.Slot));

    internal void Remove(PollSource source)
    {
        if (source.Slot < 0)
            return;
        epoll.Control(Libc.EpollDelete, source.Descriptor, 0, 0);
        _sources[source.Slot] = null;
        _generations[source.Slot]++;
        _free.Push(source.Slot);
        source.Slot = -1;
    }

    internal PollSource? Find(ulong token)
    {
        var slot = (int)(uint)token;
        return _generations[slot] == (uint)(token >> 32) ? _sources[slot] : null;
    }

    internal void StopAll()
    {
        foreach (var source in _sources)
            source?.OnLoopStopped();
    }

    ulong Token(int slot) => ((ulong)_generations[slot] << 32) | (uint)slot;
}
