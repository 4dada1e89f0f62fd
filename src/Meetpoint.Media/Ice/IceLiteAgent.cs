using Meetpoint.Net;
using Meetpoint.Net.Stun;

namespace Meetpoint.Media.Ice;

/// <summary>
/// The lite half of ICE (RFC 8445 sections 2.5 and 7.3) for one transport of one component: it answers the peer's checks, learns from them which
/// pairs work and which the peer nominates, and knows by them for how long it may send (RFC 7675). It sends nothing of its own accord, and always
/// is the controlled side.
/// </summary>
/// <remarks>
/// Sans-I/O, one thread, nothing allocated after construction but by <see cref="Restart"/>. Any bytes may come: what is no check of this peer's is
/// answered with an error or not at all.
/// </remarks>
public sealed class IceLiteAgent
{
    /// <summary>Pairs that are kept: a peer with four addresses, against two sockets of ours, through networks that rewrite addresses.</summary>
    public const int MaxPairs = 32;

    /// <summary>Addresses without a right check of which the rate is kept.</summary>
    public const int MaxStrangers = 16;

    /// <summary>Checks a second that an address without a right one yet is listened to, and at once: peers begin with one in 20 to 50 ms a pair.</summary>
    public const int MaxStrangerChecksPerSecond = 50;

    /// <summary>The same for all such addresses together.</summary>
    public const int MaxStrangerChecksPerSecondInAll = 400;

    /// <summary>A pair without a right check for this long may be sent nothing (RFC 7675 section 5.1).</summary>
    public const long ConsentNs = 30 * MonotonicTime.Second;

    /// <summary>Bytes of the longest response: header, an IPv6 address, signature, fingerprint; or four attributes that are not known.</summary>
    public const int MaxResponseBytes = 76;

    const int MaxUnknown = 4;
    static readonly StunAttribute[] Understood =
        [StunAttribute.Username, StunAttribute.MessageIntegrity, StunAttribute.Priority, StunAttribute.UseCandidate];

    readonly IcePairs _pairs = new();
    readonly StrangerLimit _strangers = new();
    IceCredentials? _oldLocal; // of before a restart, while its pair is the selected one
    IceCredentials? _oldRemote;
    int _generation;
    int _selected = -1;
    int _challenger = -1; // nominated last, though the selected pair is of higher priority

    /// <summary>An agent with credentials of its own. The peer's may come later, with its answer: until then any fragment of it is taken.</summary>
    public IceLiteAgent(IceCredentials local, IceCredentials? remote = null) => (Local, Remote) = (local, remote);

    /// <summary>Ours, as the last offer or answer told.</summary>
    public IceCredentials Local { get; private set; }

    /// <summary>The peer's.</summary>
    public IceCredentials? Remote { get; private set; }

    /// <summary>Where the nominated pair leads; <see cref="NetAddress.None"/> before there is one, and when it died.</summary>
    public NetAddress Selected => _selected < 0 ? NetAddress.None : _pairs[_selected].Remote;

    /// <summary>Of which of our sockets; -1 as long as nothing is selected.</summary>
    public int SelectedSocket => _selected < 0 ? -1 : _pairs[_selected].Socket;

    /// <summary>True from a restart until the peer nominated a pair by the new credentials.</summary>
    public bool IsRestarting => _oldLocal is not null;

    /// <summary>
    /// Whose check a datagram is, on a socket that several agents share: the fragment of the one it is for. False when it is no check. Nothing is
    /// proved by it.
    /// </summary>
    public static bool TryReadUserFragment(ReadOnlySpan<byte> datagram, out ReadOnlySpan<byte> fragment)
    {
        fragment = default;
        if (!StunMessage.TryRead(datagram, out var message) || message.Type != StunType.BindingRequest || !message.TryGet(StunAttribute.Username, out var name))
            return false;
        var colon = name.IndexOf((byte)':');
        fragment = colon > 0 ? name[..colon] : default;
        return colon > 0;
    }

    /// <summary>Whether a pair that was checked then may be sent to now.</summary>
    internal static bool IsAlive(long checkedNs, long nowNs) => nowNs - checkedNs < ConsentNs;

    /// <summary>The peer's credentials came.</summary>
    public void SetRemote(IceCredentials remote) => Remote = remote;

    /// <summary>
    /// Begins anew with other credentials (RFC 8445 section 9). The pair that is selected, and the credentials that it came by, go on until the peer
    /// nominates one by the new.
    /// </summary>
    public void Restart(IceCredentials local, IceCredentials? remote)
    {
        if (_oldLocal is null)
            (_oldLocal, _oldRemote) = (Local, Remote);
        (Local, Remote) = (local, remote);
        _generation++;
    }

    /// <summary>True when media from there may be the peer's, and may be answered: a right check came by this pair, not too long ago.</summary>
    public bool Accepts(in NetAddress from, long nowNs, int socket = 0) => _pairs.Find(from, socket) is >= 0 and var index && IsAlive(_pairs[index].CheckedNs, nowNs);

    /// <summary>Where to send: the selected pair, and before there is one the best of those that work. False: nowhere.</summary>
    public bool TryGetDestination(long nowNs, out NetAddress remote, out int socket)
    {
        var index = _selected >= 0 && IsAlive(_pairs[_selected].CheckedNs, nowNs) ? _selected : _pairs.Best(nowNs, nominated: false);
        (remote, socket) = index < 0 ? (NetAddress.None, -1) : (_pairs[index].Remote, _pairs[index].Socket);
        return index >= 0;
    }

    /// <summary>Looks whether the selected pair still has consent; to be called every second or so. True when it died: the next best is selected, or none.</summary>
    public bool Tick(long nowNs)
    {
        if (_selected < 0 || IsAlive(_pairs[_selected].CheckedNs, nowNs))
            return false;
        _selected = _pairs.Best(nowNs, nominated: true);
        return true;
    }

    /// <summary>Takes a datagram that looks like STUN.</summary>
    /// <param name="datagram">As it came.</param>
    /// <param name="from">Where from.</param>
    /// <param name="nowNs">Monotonic time.</param>
    /// <param name="response">At least <see cref="MaxResponseBytes"/>: what to send back to where it came from, by the socket that it came by.</param>
    /// <param name="socket">Which of our sockets it came by.</param>
    public IceAnswer OnDatagram(ReadOnlySpan<byte> datagram, in NetAddress from, long nowNs, Span<byte> response, int socket = 0)
    {
        // Indications keep a binding alive and want no answer; we ask nothing, so answers are not for us.
        if (!Accepts(from, nowNs, socket) && !_strangers.TryTake(from, nowNs))
            return default;
        if (!StunMessage.TryRead(datagram, out var check) || check.Type != StunType.BindingRequest)
            return default;
        if (!check.HasIntegrity || !check.TryGet(StunAttribute.Username, out var name))
            return new(Refuse(response, check, 400, default, []));
        if (!TryFindGeneration(name, out var generation, out var local) || !check.IsSignedBy(local.PasswordBytes))
            return new(Refuse(response, check, 401, default, []));

        Span<StunAttribute> unknown = stackalloc StunAttribute[MaxUnknown];
        unknown = unknown[..check.FindUnknown(Understood, unknown)];
        if (!unknown.IsEmpty)
            return new(Refuse(response, check, 420, local.PasswordBytes, unknown));
        // A lite agent stays controlled, whatever the tie-breakers: it has none of its own (section 7.3.1.1).
        if (check.TryGet(StunAttribute.IceControlled, out _))
            return new(Refuse(response, check, 487, local.PasswordBytes, []));

        var changed = Learn(check, from, socket, generation, nowNs);
        var writer = new StunWriter(response, StunType.BindingSuccess, check.TransactionId);
        writer.MappedAddress(from);
        writer.Sign(local.PasswordBytes);
        writer.Fingerprint();
        return new(writer.Length, changed, IsValid: true);
    }

    static int Refuse(Span<byte> response, in StunMessage check, int error, ReadOnlySpan<byte> password, ReadOnlySpan<StunAttribute> unknown)
    {
        var writer = new StunWriter(response, StunType.BindingError, check.TransactionId);
        writer.Error(error);
        if (!unknown.IsEmpty)
            writer.Unknown(unknown);
        // Who has not shown that he knows the password is given nothing made with it (RFC 8489 section 9.1.3).
        if (!password.IsEmpty)
            writer.Sign(password);
        writer.Fingerprint();
        return writer.Length;
    }

    bool TryFindGeneration(ReadOnlySpan<byte> name, out int generation, out IceCredentials local)
    {
        (generation, local) = (_generation, Local);
        if (IsName(name, Local, Remote))
            return true;
        if (_oldLocal is null || !IsName(name, _oldLocal, _oldRemote))
            return false;
        (generation, local) = (_generation - 1, _oldLocal);
        return true;
    }

    static bool IsName(ReadOnlySpan<byte> name, IceCredentials local, IceCredentials? remote)
    {
        var ours = local.UserFragmentBytes;
        return name.Length > ours.Length && name.StartsWith(ours) && name[ours.Length] == (byte)':'
            && (remote is null || name[(ours.Length + 1)..].SequenceEqual(remote.UserFragmentBytes));
    }

    /// <summary>Keeps what a right check tells; true when another pair is selected now.</summary>
    bool Learn(in StunMessage check, in NetAddress from, int socket, int generation, long nowNs)
    {
        var index = _pairs.FindOrAdd(from, socket, keep: _selected);
        ref var pair = ref _pairs[index];
        if (pair.CheckedNs == 0 && _challenger == index)
            _challenger = -1; // another pair took its place in the table
        pair.CheckedNs = nowNs;
        pair.Generation = Math.Max(pair.Generation, generation);
        if (check.TryGetUInt32(StunAttribute.Priority, out var priority))
            pair.Priority = priority;
        return check.TryGet(StunAttribute.UseCandidate, out _) && Nominate(index, generation);
    }

    /// <summary>
    /// Selects what the peer nominates. Some nominate every pair and mean the one of the highest priority (RFC 5245 section 8.1.1.2), some nominate
    /// one and later another, as when a telephone leaves the house's network: so a pair of lower priority has to be nominated twice, with no word
    /// for the selected one between.
    /// </summary>
    bool Nominate(int index, int generation)
    {
        ref var pair = ref _pairs[index];
        pair.IsNominated = true;
        var isFirstOfRestart = IsRestarting && generation == _generation;
        var wins = _selected < 0 || index == _selected || isFirstOfRestart || pair.Priority >= _pairs[_selected].Priority || _challenger == index;
        _challenger = wins ? -1 : index;
        if (!wins)
            return false;
        var changed = index != _selected;
        _selected = index;
        if (isFirstOfRestart)
        {
            (_oldLocal, _oldRemote) = (null, null);
            _selected = _pairs.RemoveOlderThan(_generation, follow: _selected);
        }

        return changed;
    }
}
