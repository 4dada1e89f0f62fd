using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Meetpoint.Exchange.Nni;
using Meetpoint.Net;
using Meetpoint.Sip;
using NodaTime;

namespace Meetpoint.Exchange.Calls;

/// <summary>What the Record-Route of a transparent call says to us when it comes back: which call, and between whom.</summary>
/// <param name="Call">Id of the call, and of its grant.</param>
/// <param name="Caller">Who called: the neighbour or endpoint, as <see cref="CallParty.Number"/> has it.</param>
/// <param name="Callee">Who was called, likewise.</param>
/// <param name="Terms">What each side may know of the other.</param>
readonly record struct RouteToken(string Call, uint Caller, uint Callee, RouteTerms Terms);

/// <summary>What holds between the sides of a transparent call for as long as it lasts.</summary>
[Flags]
enum RouteTerms : byte
{
    None = 0,

    /// <summary>The called side was not told who calls.</summary>
    Withheld = 1,

    /// <summary>The caller's side may know what the called would withhold (RFC 3324).</summary>
    CallerTrusted = 2,

    /// <summary>The called side may know what the caller would withhold.</summary>
    CalleeTrusted = 4,
}

/// <summary>
/// Seals route tokens under a key that changes with the day (AES-256-GCM), bound to Call-ID and the caller's tag, so that neither a stranger nor
/// either side can make one or use it for another dialog. Any node with the identity key opens them, also after a restart: nothing is kept.
/// </summary>
/// <remarks>On the loop only.</remarks>
sealed class RouteTokens(IdentityKey identity, Randomness randomness, IClock clock) : IDisposable
{
    /// <summary>A sealed token is at most this long, in characters: well under 200.</summary>
    public static readonly int MaxLength = Mark.Length + TokenText.Length(Head + FixedBytes + MaxCallBytes + TagBytes);

    /// <summary>Begins the user part of a Route URI of ours.</summary>
    public static ReadOnlySpan<byte> Mark => "mp2-"u8;

    const int NonceBytes = 12;
    const int TagBytes = 16;
    const int FixedBytes = 17;
    const int MaxCallBytes = 40;
    const int Head = 1 + NonceBytes;

    /// <summary>Places of tokens that were issued lately: a power of two.</summary>
    const int IssuedPlaces = 16_384;

    readonly Dictionary<byte, AesGcm> _keys = [];
    readonly Issued[] _issued = new Issued[IssuedPlaces];

    /// <summary>Writes a token with its mark.</summary>
    public int Seal(in RouteToken token, SipMessage invite, Span<byte> text)
    {
        Span<byte> plain = stackalloc byte[FixedBytes + MaxCallBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(plain, token.Caller);
        BinaryPrimitives.WriteUInt32LittleEndian(plain[4..], token.Callee);
        DialogHash(invite, invite.FromTag, plain[8..16]);
        plain[16] = (byte)token.Terms;
        var length = FixedBytes + Encoding.ASCII.GetBytes(token.Call, plain[FixedBytes..]);
        Span<byte> box = stackalloc byte[Head + FixedBytes + MaxCallBytes + TagBytes];
        var day = Day();
        box[0] = day;
        randomness.Fill(box[1..Head]);
        Key(day).Encrypt(box[1..Head], plain[..length], box[Head..(Head + length)], box[(Head + length)..(Head + length + TagBytes)]);
        Mark.CopyTo(text);
        var written = Mark.Length + TokenText.Encode(box[..(Head + length + TagBytes)], text[Mark.Length..]);
        Place(text[..written]) = new Issued([.. text[..written], .. invite.Value(SipHeader.Call_ID), .. invite.FromTag], written, invite.FromTag.Length, token);
        return written;
    }

    /// <summary>Opens the user part of a Route URI. False when it is no token of ours, or one of another dialog.</summary>
    /// <param name="user">The user part.</param>
    /// <param name="request">The request that it came with, from either side.</param>
    /// <param name="token">What it says.</param>
    /// <param name="isFromCaller">True when the request is the caller's.</param>
    public bool TryOpen(ReadOnlySpan<byte> user, SipMessage request, out RouteToken token, out bool isFromCaller)
    {
        token = default;
        isFromCaller = false;
        if (Place(user) is { Bytes: not null } issued && issued.Text.SequenceEqual(user))
        {
            token = issued.Token;
            isFromCaller = request.FromTag.SequenceEqual(issued.CallerTag);
            return issued.CallId.SequenceEqual(request.Value(SipHeader.Call_ID)) && (isFromCaller || request.ToTag.SequenceEqual(issued.CallerTag));
        }

        Span<byte> box = stackalloc byte[Head + FixedBytes + MaxCallBytes + TagBytes];
        if (!user.StartsWith(Mark) || !TokenText.TryDecode(user[Mark.Length..], box, out var size)
            || size < Head + FixedBytes + TagBytes)
            return false;
        Span<byte> plain = stackalloc byte[FixedBytes + MaxCallBytes];
        var length = size - Head - TagBytes;
        try
        {
            Key(box[0]).Decrypt(box[1..Head], box[Head..(Head + length)], box[(Head + length)..size], plain[..length]);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        Span<byte> hash = stackalloc byte[8];
        DialogHash(request, request.FromTag, hash);
        isFromCaller = hash.SequenceEqual(plain[8..16]);
        if (!isFromCaller)
        {
            DialogHash(request, request.ToTag, hash);
            if (!hash.SequenceEqual(plain[8..16]))
                return false;
        }

        token = new RouteToken(
            Encoding.ASCII.GetString(plain[FixedBytes..length]), BinaryPrimitives.ReadUInt32LittleEndian(plain), BinaryPrimitives.ReadUInt32LittleEndian(plain[4..]),
            (RouteTerms)plain[16]);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var key in _keys.Values)
            key.Dispose();
        _keys.Clear();
    }

    ref Issued Place(ReadOnlySpan<byte> user)
    {
        var hash = default(HashCode);
        hash.AddBytes(user);
        return ref _issued[hash.ToHashCode() & (IssuedPlaces - 1)];
    }

    static void DialogHash(SipMessage message, ReadOnlySpan<byte> callerTag, Span<byte> hash)
    {
        var callId = message.Value(SipHeader.Call_ID);
        Span<byte> text = stackalloc byte[512];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        if (callId.Length + callerTag.Length + 1 > text.Length)
            text = new byte[callId.Length + callerTag.Length + 1];
        callId.CopyTo(text);
        text[callId.Length] = 0;
        callerTag.CopyTo(text[(callId.Length + 1)..]);
        SHA256.HashData(text[..(callId.Length + 1 + callerTag.Length)], digest);
        digest[..8].CopyTo(hash);
    }

    /// <summary>The day as one byte: a key comes again after 256 days, when no call of it is left.</summary>
    byte Day() => (byte)(clock.GetCurrentInstant().ToUnixTimeSeconds() / NodaConstants.SecondsPerDay & 255);

    AesGcm Key(byte day)
    {
        if (_keys.TryGetValue(day, out var key))
            return key;
        return _keys[day] = new AesGcm(identity.Derive($"meetpoint route token {day}"), TagBytes);
    }

    /// <summary>
    /// A token as it went out, and the dialog that it is bound to. Comparing bytes costs a hundredth of opening the seal; a token that has lost its place to
    /// a later one is opened.
    /// </summary>
    readonly record struct Issued(byte[] Bytes, int TextLength, int TagLength, RouteToken Token)
    {
        public ReadOnlySpan<byte> Text => Bytes.AsSpan(0, TextLength);

        public ReadOnlySpan<byte> CallId => Bytes.AsSpan(TextLength, Bytes.Length - TextLength - TagLength);

        public ReadOnlySpan<byte> CallerTag => Bytes.AsSpan(Bytes.Length - TagLength);
    }
}
