namespace Meetpoint.Sip.Bfcp;

/// <summary>A whole message of floor control (RFC 8855 section 5), read or to be written. Immutable.</summary>
public sealed record BfcpMessage
{
    /// <summary>Octets of the longest message that is taken or made: some forty requests of a floor, of which there are two.</summary>
    public const int MaxBytes = 8_192;

    /// <summary>Attributes of a message, those within others not counted.</summary>
    public const int MaxAttributes = 128;

    /// <summary>1 over reliable transport, 2 over unreliable.</summary>
    public byte Version { get; init; } = BfcpHeader.Reliable;

    /// <summary>What it is; may be one that nobody knows.</summary>
    public required BfcpPrimitive Primitive { get; init; }

    /// <summary>It answers what came; over unreliable transport alone.</summary>
    public bool IsResponse { get; init; }

    /// <summary>Which conference.</summary>
    public uint Conference { get; init; }

    /// <summary>Which transaction.</summary>
    public ushort Transaction { get; init; }

    /// <summary>Which user.</summary>
    public ushort User { get; init; }

    /// <summary>What it says, in order.</summary>
    public IReadOnlyList<BfcpAttribute> Attributes { get; init; } = [];

    /// <summary>The first attribute of a type; null without.</summary>
    public BfcpAttribute? Find(BfcpAttributeType type) => BfcpAttribute.Find(Attributes, type);

    /// <summary>Why a FloorRequestStatus says what it says: the request's id and how it stands as a whole, or for its first floor; null where it does not say.</summary>
    public (ushort Request, BfcpRequestStatus Status)? RequestStatus
    {
        get
        {
            if (Find(BfcpAttributeType.FloorRequestInformation) is not { } information)
                return null;
            foreach (var type in (ReadOnlySpan<BfcpAttributeType>)[BfcpAttributeType.OverallRequestStatus, BfcpAttributeType.FloorRequestStatus])
            {
                if (BfcpAttribute.Find(information.Children, type) is { } group && BfcpAttribute.Find(group.Children, BfcpAttributeType.RequestStatus) is { } status)
                    return (information.Id, status.Status);
            }

            return null;
        }
    }

    /// <summary>Reads a message that came whole: a datagram, or what a stream was cut into.</summary>
    /// <param name="bytes">Header and payload; no fragment.</param>
    /// <param name="message">What was read.</param>
    /// <param name="error">Why it cannot be read, for an answer of that code.</param>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out BfcpMessage? message, out BfcpErrorCode error)
    {
        (message, error) = (null, BfcpErrorCode.UnableToParse);
        if (!BfcpHeader.TryRead(bytes, out var header) || header.IsFragment || bytes.Length > MaxBytes)
            return false;
        if (bytes.Length != BfcpHeader.Length + header.PayloadBytes)
        {
            error = BfcpErrorCode.IncorrectLength;
            return false;
        }

        var attributes = new List<BfcpAttribute>();
        for (var rest = bytes[BfcpHeader.Length..]; !rest.IsEmpty;)
        {
            if (attributes.Count == MaxAttributes || !BfcpAttribute.TryRead(rest, 0, out var attribute, out var taken))
                return false;
            attributes.Add(attribute);
            rest = rest[taken..];
        }

        message = new BfcpMessage
        {
            Version = header.Version,
            Primitive = header.Primitive,
            IsResponse = header.IsResponse,
            Conference = header.Conference,
            Transaction = header.Transaction,
            User = header.User,
            Attributes = attributes,
        };
        error = BfcpErrorCode.None;
        return true;
    }

    /// <summary>The message as octets.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[BfcpHeader.Length + Attributes.Sum(static attribute => attribute.PaddedLength)];
        new BfcpHeader
        {
            Version = Version,
            IsResponse = IsResponse,
            Primitive = Primitive,
            PayloadBytes = bytes.Length - BfcpHeader.Length,
            Conference = Conference,
            Transaction = Transaction,
            User = User,
        }.Write(bytes);
        var at = BfcpHeader.Length;
        foreach (var attribute in Attributes)
            at += attribute.Write(bytes.AsSpan(at));
        return bytes;
    }
}
