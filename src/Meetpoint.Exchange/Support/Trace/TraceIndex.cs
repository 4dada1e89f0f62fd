using System.Runtime.InteropServices;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Support.Trace;

/// <summary>
/// Which messages belong to one session, and which sessions are looked for: a union of the keys that stand in the same messages, built record by
/// record.
/// </summary>
/// <remarks>Not thread safe; made for one look-up. Costs some 40 bytes a message.</remarks>
sealed class TraceIndex(TraceQuery query)
{
    readonly SipMessage _message = new();
    readonly Dictionary<ulong, int> _nodes = [];
    readonly List<int> _parents = [];
    readonly List<bool> _isWanted = [];
    readonly List<string?> _names = [];
    readonly List<Entry> _entries = [];

    /// <summary>A message: where it stands, and a node of its session.</summary>
    public readonly record struct Entry(ulong Position, int Node);

    /// <summary>Every message in order.</summary>
    public ReadOnlySpan<Entry> Entries => CollectionsMarshal.AsSpan(_entries);

    /// <summary>Takes a record in; true when its session is looked for as far as is known now.</summary>
    /// <param name="record">The record.</param>
    /// <param name="isNews">True when the session was not looked for before this record: earlier ones of it may stand in <see cref="Entries"/>.</param>
    public bool Take(TraceRecord record, out bool isNews)
    {
        _message.TryParse(record.Unmasked, out _);
        var keys = TraceKeys.Of(record, _message);
        var root = Find(NodeOf(keys[0]));
        var wanted = _isWanted[root];
        var before = wanted;
        for (var i = 1; i < keys.Count; i++)
        {
            var other = Find(NodeOf(keys[i]));
            if (other == root)
                continue;
            before &= _isWanted[other];
            wanted |= _isWanted[other];
            _parents[other] = root;
            _names[root] = _names[other] ?? _names[root];
        }

        wanted = wanted || (query.SessionKey != 0 && keys.Has(query.SessionKey)) || query.Matches(record, _message);
        _isWanted[root] = wanted;
        _entries.Add(new Entry(record.Position, root));
        isNews = wanted && !before;
        return wanted;
    }

    /// <summary>The session of a node; it changes as sessions turn out to be one.</summary>
    public int Find(int node)
    {
        while (_parents[node] != node)
            node = _parents[node] = _parents[_parents[node]];
        return node;
    }

    /// <summary>What the session of a node is called: by the first of its messages that is asked about, also once it has turned out to be one with another.</summary>
    public string NameOf(int node, TraceRecord record) => _names[Find(node)] ??= SessionName(record);

    /// <summary>True when the session of a node is looked for.</summary>
    public bool IsWanted(int node) => _isWanted[Find(node)];

    /// <summary>Session-ID (RFC 7989) of a message; its Call-ID when it has none.</summary>
    string SessionName(TraceRecord record)
    {
        _message.TryParse(record.Unmasked, out _);
        var session = _message.Text(SipHeader.Session_ID)?.Split(';')[0].Trim();
        return session is { Length: > 0 } && session.AsSpan().ContainsAnyExcept('0') ? session
            : _message.CallId is { Length: > 0 } callId ? callId : $"{record.Remote}";
    }

    int NodeOf(ulong key)
    {
        ref var node = ref CollectionsMarshal.GetValueRefOrAddDefault(_nodes, key, out var isKnown);
        if (isKnown)
            return node;
        node = _parents.Count;
        _parents.Add(node);
        _isWanted.Add(false);
        _names.Add(null);
        return node;
    }
}
