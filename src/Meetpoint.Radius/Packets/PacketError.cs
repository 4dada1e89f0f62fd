namespace Meetpoint.Radius.Packets;

/// <summary>Why a packet is discarded. Nothing of this is ever answered: who sent it is not known.</summary>
public enum PacketError
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>Fewer octets than a header, or a length field below 20 (RFC 2865 section 3).</summary>
    TooShort,

    /// <summary>The length field goes beyond the datagram (RFC 2865 section 3).</summary>
    Truncated,

    /// <summary>The length field is above 4,096 (RFC 2865 section 3).</summary>
    TooLong,

    /// <summary>A code that is not read here (RFC 2865 section 3).</summary>
    UnknownCode,

    /// <summary>An attribute's length is below 2 (RFC 2865 section 5).</summary>
    AttributeTooShort,

    /// <summary>An attribute goes beyond the packet (RFC 2865 section 5).</summary>
    AttributeTruncated,

    /// <summary>More than <see cref="RadiusPacket.MaxAttributes"/> attributes.</summary>
    TooManyAttributes,

    /// <summary>A Message-Authenticator of another length than 18 (RFC 3579 section 3.2).</summary>
    MessageAuthenticatorLength,

    /// <summary>More than one Message-Authenticator (RFC 3579 section 3.3).</summary>
    MessageAuthenticatorTwice,

    /// <summary>No Message-Authenticator where one must be: with EAP-Message (RFC 3579 section 3.1), in Status-Server (RFC 5997 section 3), or by our own rule.</summary>
    MessageAuthenticatorMissing,

    /// <summary>The Message-Authenticator is not that of this secret.</summary>
    MessageAuthenticatorWrong,

    /// <summary>The authenticator of a request or response is not that of this secret.</summary>
    AuthenticatorWrong,

    /// <summary>A response where only requests come, or the other way round.</summary>
    UnexpectedCode,
}
