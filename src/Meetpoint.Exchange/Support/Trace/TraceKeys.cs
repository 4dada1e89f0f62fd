using System.Runtime.CompilerServices;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Support.Trace;

/// <summary>
/// By what messages belong together: Call-ID within a leg; Session-ID (RFC 7989, either half) and the ICID of P-Charging-Vector (RFC 7315) over legs,
/// whose Call-IDs differ where a B2BUA stands between. As 64-bit hashes, none of which is 0.
/// </summary>
struct TraceKeys
{
    const ulong CallSeed = 1, SessionSeed = 2, FlowSeed = 3;
    const int Most = 4;

    Four _keys;

    [InlineArray(Most)]
    struct Four
    {
        ulong _first;
    }

    /// <summary>How many there are, at least one.</summary>
    public int Count { get; private set; }

    /// <summary>One of them.</summary>
    public readonly ulong this[int index] => _keys[index];

    /// <summary>Those of a message. One that tells none belongs to what else its sender said without any.</summary>
    public static TraceKeys Of(TraceRecord record, SipMessage message)
    {
        var keys = default(TraceKeys);
        var callId = message.Value(SipHeader.Call_ID);
        if (!callId.IsEmpty)
            keys.Add(Hash(callId, CallSeed));
        var session = message.Value(SipHeader.Session_ID);
        var semicolon = session.IndexOf((byte)';');
        keys.AddSession(semicolon < 0 ? session : session[..semicolon]);
        if (semicolon >= 0)
            keys.AddSession(Parameter(session[semicolon..], "remote="u8));
        keys.AddSession(Parameter(message.Value(SipHeader.P_Charging_Vector), "icid-value="u8));
        if (keys.Count == 0)
        {
            Span<byte> remote = stackalloc byte[16];
            record.Remote.WriteBytes(remote);
            keys.Add(Hash(remote, FlowSeed));
        }

        return keys;
    }

    /// <summary>Key of a session by its id.</summary>
    public static ulong OfSession(ReadOnlySpan<byte> id) => Hash(id, SessionSeed);

    /// <summary>True when the message has that key.</summary>
    public readonly bool Has(ulong key)
    {
        for (var i = 0; i < Count; i++)
        {
            if (_keys[i] == key)
                return true;
        }

        return false;
    }

    // The null id of RFC 7989 says that the other half is not known yet.
    void AddSession(ReadOnlySpan<byte> id)
    {
        id = id.Trim(" \t\""u8);
        if (id.ContainsAnyExcept((byte)'0') && !Has(OfSession(id)))
            Add(OfSession(id));
    }

    void Add(ulong key) => _keys[Count++] = key;

    static ReadOnlySpan<byte> Parameter(ReadOnlySpan<byte> value, ReadOnlySpan<byte> name)
    {
        var at = value.IndexOf(name);
        if (at < 0)
            return default;
        value = value[(at + name.Length)..].TrimStart((byte)'"');
        var end = value.IndexOfAny("; \t\""u8);
        return end < 0 ? value : value[..end];
    }

    // FNV-1a over letters without case, then mixed; session ids come in both cases.
    static ulong Hash(ReadOnlySpan<byte> text, ulong seed)
    {
        unchecked
        {
            var hash = 0xCBF2_9CE4_8422_2325UL ^ seed;
            foreach (var b in text)
                hash = (hash ^ (b is >= (byte)'A' and <= (byte)'Z' && seed == SessionSeed ? (byte)(b | 0x20) : b)) * 0x0000_0100_0000_01B3UL;
            hash ^= hash >> 32;
            return hash == 0 ? 1 : hash;
        }
    }
}
