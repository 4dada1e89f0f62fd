using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Authenticators;

/// <summary>
/// How the packets of one neighbour are protected: by a secret and MD5 (RFC 2865, 2866, 3579, 5176; within TLS by the secret "radsec"), or not at all in
/// RADIUS/1.1 (RFC 9765), where TLS alone does it. Checking, signing and the header differ here and nowhere else. Immutable.
/// </summary>
public sealed class PacketSecurity
{
    readonly SharedSecret? _secret;
    readonly MessageAuthenticatorRule _rule;

    PacketSecurity(SharedSecret? secret, MessageAuthenticatorRule rule) => (_secret, _rule) = (secret, rule);

    /// <summary>RADIUS/1.1: no MD5, a token of four octets.</summary>
    public static PacketSecurity Version11 { get; } = new(null, MessageAuthenticatorRule.WherePresent);

    /// <summary>True in RADIUS/1.1.</summary>
    public bool IsVersion11 => _secret is null;

    internal SharedSecret? Secret => _secret;

    /// <summary>RADIUS with a secret.</summary>
    public static PacketSecurity By(SharedSecret secret, MessageAuthenticatorRule rule) => new(secret, rule);

    /// <summary>What joins an answer to its request: the identifier, in RADIUS/1.1 the token.</summary>
    public uint IdOf(in RadiusPacket packet) => IsVersion11 ? packet.Token : packet.Identifier;

    /// <summary>What is to be kept of a request.</summary>
    public RequestMark MarkOf(in RadiusPacket request) =>
        new(request.Code, IdOf(request), IsVersion11 ? default : RequestAuthenticator.Read(request.Authenticator));

    /// <summary>Whether a request is the neighbour's.</summary>
    public PacketError VerifyRequest(in RadiusPacket request)
    {
        if (!request.Code.IsRequest())
            return PacketError.UnexpectedCode;
        if (IsVersion11)
            return PacketError.None; // RFC 9765 section 5.2: a Message-Authenticator is of no meaning here
        var digest = request.Code.HasDigestAuthenticator();
        if (request.MessageAuthenticatorOffset == 0)
        {
            if (request.Code == RadiusCode.StatusServer || request.HasEapMessage)
                return PacketError.MessageAuthenticatorMissing;
            if (request.Code == RadiusCode.AccessRequest && (_rule == MessageAuthenticatorRule.Always || (_rule == MessageAuthenticatorRule.WithProxyState && request.HasProxyState)))
                return PacketError.MessageAuthenticatorMissing;
            if (!digest)
                return PacketError.None;
        }

        // RFC 2866 section 3, RFC 5176 section 3.4: both digests are taken over sixteen zeros where the authenticator will stand.
        return Verify(request, digest ? default : RequestAuthenticator.Read(request.Authenticator), digest);
    }

    /// <summary>Whether a response is the neighbour's, and answers that request (RFC 2865 section 3). Its identifier has been compared.</summary>
    public PacketError VerifyResponse(in RadiusPacket response, in RequestMark request)
    {
        if (!response.Code.IsAnswerTo(request.Code))
            return PacketError.UnexpectedCode;
        if (IsVersion11)
            return PacketError.None;
        if (response.MessageAuthenticatorOffset == 0 && (response.HasEapMessage || (_rule == MessageAuthenticatorRule.Always && request.Code == RadiusCode.AccessRequest)))
            return PacketError.MessageAuthenticatorMissing;
        return Verify(response, request.Authenticator, true);
    }

    /// <summary>Begins a request; the Message-Authenticator is its first attribute, where it goes with one.</summary>
    /// <param name="buffer">What it is written to; at most 4,096 octets of it are used.</param>
    /// <param name="mark">Its code and id, and, where it is no digest, its authenticator.</param>
    public PacketWriter BeginRequest(Span<byte> buffer, in RequestMark mark)
    {
        var authenticator = mark.Code.HasDigestAuthenticator() ? default : mark.Authenticator;
        return Begin(buffer, mark.Code, mark.Id, authenticator, !mark.Code.HasDigestAuthenticator());
    }

    /// <summary>Begins the answer to a request that came.</summary>
    /// <param name="buffer">What it is written to; at most 4,096 octets of it are used.</param>
    /// <param name="code">Of the answer.</param>
    /// <param name="request">What is answered.</param>
    public PacketWriter BeginResponse(Span<byte> buffer, RadiusCode code, in RequestMark request) => Begin(
        buffer, code, request.Id, request.Authenticator, request.Code == RadiusCode.AccessRequest || (request.Code == RadiusCode.StatusServer && code == RadiusCode.AccessAccept));

    /// <summary>Fills what protects a request. Its length in octets; 0 when it did not fit its buffer.</summary>
    public int SignRequest(ref PacketWriter writer) => Sign(ref writer, writer.Code.HasDigestAuthenticator());

    /// <summary>Fills what protects a response. Its length in octets; 0 when it did not fit its buffer.</summary>
    public int SignResponse(ref PacketWriter writer) => Sign(ref writer, true);

    PacketWriter Begin(Span<byte> buffer, RadiusCode code, uint id, RequestAuthenticator authenticator, bool withMessageAuthenticator)
    {
        var writer = new PacketWriter(buffer, code);
        writer.SetId(id, authenticator, IsVersion11);
        if (withMessageAuthenticator && !IsVersion11)
            writer.ReserveMessageAuthenticator();
        return writer;
    }

    [SkipLocalsInit]
    int Sign(ref PacketWriter writer, bool withDigest)
    {
        var packet = writer.Finish();
        if (_secret is null || packet.IsEmpty)
            return packet.Length;
        Span<byte> buffer = stackalloc byte[packet.Length + SharedSecret.MaxLength + Md5.MaxPadding];
        if (writer.MessageAuthenticatorOffset is > 0 and var at)
        {
            packet.CopyTo(buffer);
            _secret.Mac(buffer, packet.Length, packet.Slice(at, Md5.DigestLength));
        }

        if (withDigest)
        {
            packet.CopyTo(buffer);
            _secret.Digest(buffer, packet.Length, packet.Slice(4, Md5.DigestLength));
        }

        return packet.Length;
    }

    /// <param name="packet">As it came.</param>
    /// <param name="authenticator">What stood in its place when the digests were taken.</param>
    /// <param name="withDigest">False where the authenticator is random.</param>
    [SkipLocalsInit]
    PacketError Verify(in RadiusPacket packet, in RequestAuthenticator authenticator, bool withDigest)
    {
        var room = packet.Length + SharedSecret.MaxLength + Md5.MaxPadding;
        Span<byte> buffer = stackalloc byte[room];
        Span<byte> macBuffer = stackalloc byte[packet.MessageAuthenticatorOffset > 0 ? room : 0];
        Span<byte> digest = stackalloc byte[Md5.DigestLength];
        Span<byte> mac = stackalloc byte[Md5.DigestLength];
        packet.Bytes.CopyTo(buffer);
        authenticator.Write(buffer[4..]);
        var at = packet.MessageAuthenticatorOffset;
        if (at > 0)
        {
            // RFC 3579 section 3.2: taken over zeros in its own place.
            buffer[..packet.Length].CopyTo(macBuffer);
            macBuffer.Slice(at, Md5.DigestLength).Clear();
        }

        if (at > 0 && withDigest)
            _secret!.DigestAndMac(buffer, macBuffer, packet.Length, digest, mac);
        else if (at > 0)
            _secret!.Mac(macBuffer, packet.Length, mac);
        else if (withDigest)
            _secret!.Digest(buffer, packet.Length, digest);
        if (withDigest && !CryptographicOperations.FixedTimeEquals(digest, packet.Authenticator))
            return PacketError.AuthenticatorWrong;
        return at == 0 || CryptographicOperations.FixedTimeEquals(mac, packet.Bytes.Slice(at, Md5.DigestLength)) ? PacketError.None : PacketError.MessageAuthenticatorWrong;
    }
}
