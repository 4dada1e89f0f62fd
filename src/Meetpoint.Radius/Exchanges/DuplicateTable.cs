using System.Buffers;
using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;

namespace Meetpoint.Radius.Exchanges;

/// <summary>
/// The requests that clients have sent lately, so that one that is sent again is not worked on twice (RFC 5080 section 2.2.2). A client's address and port and the identifier name
/// a request; another authenticator under them is another request. Allocates nothing once warm. Not thread safe.
/// </summary>
/// <param name="options">Limits and times.</param>
public sealed class DuplicateTable(DuplicateTableOptions options)
{
    const int None = -1;

    readonly Dictionary<(NetAddress Client, uint Id), int> _index = [];
    Entry[] _entries = new Entry[256];
    int _used;
    int _unused = None;
    EntryList _inProgress = EntryList.Empty; // by arrival
    EntryList _answered = EntryList.Empty; // by answer

    /// <summary>Requests that are remembered.</summary>
    public int Count => _index.Count;

    /// <summary>Octets of answers that are kept, as the pool lends them.</summary>
    public int Bytes { get; private set; }

    /// <summary>A request has come, and is verified.</summary>
    /// <param name="client">Address and source port.</param>
    /// <param name="request">Its identifier and authenticator.</param>
    /// <param name="nowNs">Monotonic.</param>
    /// <param name="answer">What was answered, valid until the next call.</param>
    public Arrival Take(NetAddress client, in RequestMark request, long nowNs, out ReadOnlySpan<byte> answer) => Take(client, request, nowNs, out answer, out _);

    /// <inheritdoc cref="Take(NetAddress, in RequestMark, long, out ReadOnlySpan{byte})"/>
    /// <param name="client">Address and source port.</param>
    /// <param name="request">Its identifier and authenticator.</param>
    /// <param name="nowNs">Monotonic.</param>
    /// <param name="answer">What was answered, valid until the next call.</param>
    /// <param name="place">Where it is remembered, for <see cref="WorkOn"/>; valid until the next call.</param>
    public Arrival Take(NetAddress client, in RequestMark request, long nowNs, out ReadOnlySpan<byte> answer, out int place)
    {
        answer = default;
        place = None;
        Expire(nowNs);
        if (_index.TryGetValue((client, request.Id), out var index))
        {
            ref var known = ref _entries[index];
            if (known.Authenticator == request.Authenticator)
            {
                place = index;
                if (known.Answer is not { } bytes)
                    return Arrival.InProgress;
                answer = bytes.AsSpan(0, known.Length);
                return Arrival.Answered;
            }

            Forget(index);
        }

        if (_index.Count >= options.MaxEntries)
        {
            if (_answered.First == None)
                return Arrival.NoRoom;
            Forget(_answered.First);
        }

        index = NewEntry();
        _entries[index] = new Entry { Client = client, Id = request.Id, Authenticator = request.Authenticator, SinceNs = nowNs };
        Append(ref _inProgress, index);
        _index.Add((client, request.Id), index);
        place = index;
        return Arrival.New;
    }

    /// <summary>Keeps with a request that is being worked on whatever works on it, until it is answered.</summary>
    public void WorkOn(int place, object work) => _entries[place].Work = work;

    /// <summary>What works on the request at a place that <see cref="Take(NetAddress, in RequestMark, long, out ReadOnlySpan{byte}, out int)"/> gave; null when nothing does.</summary>
    public object? WorkAt(int place) => _entries[place].Work;

    /// <summary>A request is answered; a copy of the octets is kept. Nothing happens when the client has asked something else under that id since, or it took too long.</summary>
    public void Answer(NetAddress client, in RequestMark request, ReadOnlySpan<byte> answer, long nowNs)
    {
        if (!_index.TryGetValue((client, request.Id), out var index) || _entries[index].Authenticator != request.Authenticator || _entries[index].Answer is not null)
            return;
        var bytes = ArrayPool<byte>.Shared.Rent(answer.Length);
        while (_answered.First != None && Bytes + bytes.Length > options.MaxBytes)
            Forget(_answered.First);
        answer.CopyTo(bytes);
        Bytes += bytes.Length;
        Remove(ref _inProgress, index);
        ref var entry = ref _entries[index];
        (entry.Answer, entry.Length, entry.SinceNs, entry.Work) = (bytes, answer.Length, nowNs, null);
        Append(ref _answered, index);
    }

    /// <summary>A request will not be answered: when it is sent again, it is tried again.</summary>
    public void Abandon(NetAddress client, in RequestMark request)
    {
        if (_index.TryGetValue((client, request.Id), out var index) && _entries[index].Authenticator == request.Authenticator)
            Forget(index);
    }

    void Expire(long nowNs)
    {
        while (_answered.First != None && nowNs - _entries[_answered.First].SinceNs >= options.AnsweredNs)
            Forget(_answered.First);
        while (_inProgress.First != None && nowNs - _entries[_inProgress.First].SinceNs >= options.InProgressNs)
            Forget(_inProgress.First);
    }

    void Forget(int index)
    {
        ref var entry = ref _entries[index];
        _index.Remove((entry.Client, entry.Id));
        if (entry.Answer is { } bytes)
        {
            Remove(ref _answered, index);
            Bytes -= bytes.Length;
            ArrayPool<byte>.Shared.Return(bytes);
        }
        else
        {
            Remove(ref _inProgress, index);
        }

        entry = new Entry { Next = _unused };
        _unused = index;
    }

    int NewEntry()
    {
        if (_unused != None)
        {
            var index = _unused;
            _unused = _entries[index].Next;
            return index;
        }

        if (_used == _entries.Length)
            Array.Resize(ref _entries, _used * 2);
        return _used++;
    }

    void Append(ref EntryList list, int index)
    {
        ref var entry = ref _entries[index];
        (entry.Previous, entry.Next) = (list.Last, None);
        if (list.Last == None)
            list.First = index;
        else
            _entries[list.Last].Next = index;
        list.Last = index;
    }

    void Remove(ref EntryList list, int index)
    {
        ref var entry = ref _entries[index];
        if (entry.Previous == None)
            list.First = entry.Next;
        else
            _entries[entry.Previous].Next = entry.Next;
        if (entry.Next == None)
            list.Last = entry.Previous;
        else
            _entries[entry.Next].Previous = entry.Previous;
    }

    struct EntryList
    {
        internal int First;
        internal int Last;

        internal static EntryList Empty => new() { First = None, Last = None };
    }

    struct Entry
    {
        internal NetAddress Client;
        internal uint Id;
        internal RequestAuthenticator Authenticator;
        internal long SinceNs; // of its arrival, then of its answer
        internal byte[]? Answer;
        internal object? Work;
        internal int Length;
        internal int Previous;
        internal int Next;
    }
}
