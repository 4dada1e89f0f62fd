using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Meetpoint.Radius.Realms;

/// <summary>
/// Where realms lead, compiled once and then looked up without allocation. Patterns: "home.example" is that realm alone, "*.home.example" any below it, ".home.example" it and any
/// below it, "*" every other. The longest that fits holds, and an exact one before a suffix of its length. ASCII letters are alike in both cases (RFC 7542 section 2.4).
/// Immutable.
/// </summary>
/// <typeparam name="T">What a realm leads to.</typeparam>
public sealed class RealmTable<T>
    where T : class
{
    const int None = -1;
    const uint HashStart = 2_166_136_261; // FNV-1a
    const uint HashFactor = 16_777_619;

    readonly Entry[] _entries;
    readonly int[] _buckets;
    readonly T? _default;

    RealmTable(Entry[] entries, int[] buckets, T? other) => (_entries, _buckets, _default) = (entries, buckets, other);

    /// <summary>Patterns in it.</summary>
    public int Count => _entries.Length + (_default is null ? 0 : 1);

    /// <summary>Compiles a table; false, with what is wrong, for a pattern that is none, or stands there twice.</summary>
    public static bool TryBuild(IEnumerable<KeyValuePair<string, T>> patterns, [NotNullWhen(true)] out RealmTable<T>? table, [NotNullWhen(false)] out string? error)
    {
        (table, error) = (null, null);
        var entries = new Dictionary<string, Entry>(StringComparer.Ordinal);
        T? other = null;
        foreach (var (pattern, target) in patterns)
        {
            if (pattern == "*")
            {
                error = other is null ? null : "'*' stands there twice";
                other = target;
            }
            else
            {
                var (isBelow, isSelf) = (pattern.StartsWith("*.", StringComparison.Ordinal) || pattern.StartsWith('.'), !pattern.StartsWith("*.", StringComparison.Ordinal));
                var name = LowerAscii(isBelow ? pattern[(isSelf ? 1 : 2)..] : pattern);
                if (!NetworkAccessId.IsRealm(Encoding.UTF8.GetBytes(name)))
                    error = $"'{pattern}' is no realm";
                ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(entries, name, out _);
                entry.Name ??= Encoding.UTF8.GetBytes(name);
                if ((isBelow && entry.Below is not null) || (!isBelow && entry.Exact is not null))
                    error ??= $"'{pattern}' stands there twice";
                if (isBelow)
                    (entry.Below, entry.BelowIsSelf) = (target, isSelf);
                else
                    entry.Exact = target;
            }

            if (error is not null)
                return false;
        }

        table = Compile([.. entries.Values], other);
        return true;
    }

    /// <summary>Where a realm leads; null when no pattern fits.</summary>
    /// <param name="realm">As it stands in a User-Name.</param>
    [SkipLocalsInit]
    public T? Find(ReadOnlySpan<byte> realm)
    {
        // From the right: the hash of each suffix that begins at a label goes on from that of the one before.
        Span<int> starts = stackalloc int[NetworkAccessId.MaxLength];
        Span<uint> hashes = stackalloc uint[NetworkAccessId.MaxLength];
        var (count, hash) = (0, HashStart);
        if (realm.Length > NetworkAccessId.MaxLength)
            return _default;
        for (var i = realm.Length - 1; i >= 0; i--)
        {
            if (realm[i] == '.')
                (starts[count], hashes[count++]) = (i + 1, hash);
            hash = (hash ^ Lower(realm[i])) * HashFactor;
        }

        if (!realm.IsEmpty && Find(realm, hash) is { } whole && (whole.Exact ?? (whole.BelowIsSelf ? whole.Below : null)) is { } exact)
            return exact;
        for (var i = count - 1; i >= 0; i--)
        {
            if (Find(realm[starts[i]..], hashes[i]) is { Below: { } below })
                return below;
        }

        return _default;
    }

    static RealmTable<T> Compile(Entry[] entries, T? other)
    {
        var buckets = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(2 * entries.Length) + 1)];
        Array.Fill(buckets, None);
        for (var i = 0; i < entries.Length; i++)
        {
            var hash = HashStart;
            for (var j = entries[i].Name!.Length - 1; j >= 0; j--)
                hash = (hash ^ Lower(entries[i].Name![j])) * HashFactor;
            ref var bucket = ref buckets[hash & (uint)(buckets.Length - 1)];
            (entries[i].Hash, entries[i].Next, bucket) = (hash, bucket, i);
        }

        return new RealmTable<T>(entries, buckets, other);
    }

    Entry? Find(ReadOnlySpan<byte> name, uint hash)
    {
        for (var i = _buckets[hash & (uint)(_buckets.Length - 1)]; i != None; i = _entries[i].Next)
        {
            if (_entries[i].Hash == hash && Equals(_entries[i].Name, name))
                return _entries[i];
        }

        return null;
    }

    static bool Equals(ReadOnlySpan<byte> lower, ReadOnlySpan<byte> name)
    {
        if (lower.Length != name.Length)
            return false;
        for (var i = 0; i < lower.Length; i++)
        {
            if (lower[i] != Lower(name[i]))
                return false;
        }

        return true;
    }

    static string LowerAscii(string name) => string.Create(name.Length, name, static (lower, from) =>
    {
        for (var i = 0; i < lower.Length; i++)
            lower[i] = char.IsAsciiLetterUpper(from[i]) ? (char)(from[i] | 0x20) : from[i];
    });

    static byte Lower(byte octet) => octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet | 0x20) : octet;

    struct Entry
    {
        internal byte[]? Name;
        internal T? Exact;
        internal T? Below;
        internal bool BelowIsSelf;
        internal uint Hash;
        internal int Next;
    }
}
