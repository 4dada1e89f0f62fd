using System.Buffers.Binary;
using System.Text;

namespace Meetpoint.Sip.Bfcp;

/// <summary>An attribute of a message of floor control (RFC 8855 section 5.2), read already: what its type says stands in it, stands in it.</summary>
public sealed class BfcpAttribute
{
    /// <summary>Octets that one can have with its header: its length is one octet.</summary>
    public const int MaxBytes = 255;

    /// <summary>Attributes within attributes within attributes: the deepest that the protocol knows is three.</summary>
    public const int MaxDepth = 4;

    const int HeaderBytes = 2;

    readonly byte[] _value;

    BfcpAttribute(BfcpAttributeType type, byte[] value, IReadOnlyList<BfcpAttribute>? children = null, bool isMandatory = false)
    {
        (Type, _value, Children, IsMandatory) = (type, value, children ?? [], isMandatory);
        Length = HeaderBytes + value.Length + Children.Sum(static child => child.PaddedLength);
    }

    /// <summary>What it is; may be one that nobody knows.</summary>
    public BfcpAttributeType Type { get; }

    /// <summary>Who does not know it must not go on. Says something of unknown types alone.</summary>
    public bool IsMandatory { get; }

    /// <summary>Its octets, without header, padding, and what stands in it.</summary>
    public ReadOnlySpan<byte> Value => _value;

    /// <summary>Of a group, what stands in it.</summary>
    public IReadOnlyList<BfcpAttribute> Children { get; }

    /// <summary>One that RFC 8855 has.</summary>
    public bool IsKnown => Type is >= BfcpAttributeType.BeneficiaryId and <= BfcpAttributeType.OverallRequestStatus;

    /// <summary>The number in one of 16 bits, or that a group begins with; 0 of others.</summary>
    public ushort Id => _value.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(_value) : (ushort)0;

    /// <summary>Of a RequestStatus, how it stands.</summary>
    public BfcpRequestStatus Status => (BfcpRequestStatus)(_value.Length > 0 ? _value[0] : 0);

    /// <summary>Of an ErrorCode, why not.</summary>
    public BfcpErrorCode Error => (BfcpErrorCode)(_value.Length > 0 ? _value[0] : 0);

    /// <summary>Of one with words, those.</summary>
    public string Text => Encoding.UTF8.GetString(_value);

    /// <summary>Octets with the header, as its length says, without its padding.</summary>
    public int Length { get; }

    /// <summary>The same with its padding.</summary>
    public int PaddedLength => Pad(Length);

    /// <summary>The first of a type in a list; null without.</summary>
    public static BfcpAttribute? Find(IReadOnlyList<BfcpAttribute> attributes, BfcpAttributeType type)
    {
        foreach (var attribute in attributes)
        {
            if (attribute.Type == type)
                return attribute;
        }

        return null;
    }

    /// <summary>One of 16 bits.</summary>
    public static BfcpAttribute OfId(BfcpAttributeType type, ushort id) => new(type, Bytes(id));

    /// <summary>How a request stands; without a place in a queue.</summary>
    public static BfcpAttribute OfStatus(BfcpRequestStatus status) => new(BfcpAttributeType.RequestStatus, [(byte)status, 0]);

    /// <summary>Why not.</summary>
    public static BfcpAttribute OfError(BfcpErrorCode code, params ReadOnlySpan<byte> details) => new(BfcpAttributeType.ErrorCode, [(byte)code, .. details]);

    /// <summary>Words, cut where they are longer than so many octets, and nowhere within a character.</summary>
    public static BfcpAttribute OfText(BfcpAttributeType type, string text, int maxBytes)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var length = Math.Min(bytes.Length, Math.Min(maxBytes, MaxBytes - HeaderBytes));
        while (length < bytes.Length && length > 0 && (bytes[length] & 0xC0) == 0x80)
            length--;
        return new BfcpAttribute(type, bytes[..length]);
    }

    /// <summary>The primitives that are understood.</summary>
    public static BfcpAttribute OfPrimitives(params ReadOnlySpan<BfcpPrimitive> primitives)
    {
        var value = new byte[primitives.Length];
        for (var i = 0; i < value.Length; i++)
            value[i] = (byte)primitives[i];
        return new BfcpAttribute(BfcpAttributeType.SupportedPrimitives, value);
    }

    /// <summary>The attributes that are understood: each in the upper seven bits of its octet.</summary>
    public static BfcpAttribute OfAttributes(params ReadOnlySpan<BfcpAttributeType> types)
    {
        var value = new byte[types.Length];
        for (var i = 0; i < value.Length; i++)
            value[i] = (byte)((byte)types[i] << 1);
        return new BfcpAttribute(BfcpAttributeType.SupportedAttributes, value);
    }

    /// <summary>A group: a number, and what stands in it.</summary>
    /// <exception cref="ArgumentException">It is longer than <see cref="MaxBytes"/>.</exception>
    public static BfcpAttribute OfGroup(BfcpAttributeType type, ushort id, params IReadOnlyList<BfcpAttribute> children)
    {
        var group = new BfcpAttribute(type, Bytes(id), children);
        return group.Length <= MaxBytes ? group : throw new ArgumentException($"{type} of {group.Length} octets", nameof(children));
    }

    /// <summary>Reads one off the front of <paramref name="bytes"/>; false where it cannot be.</summary>
    /// <param name="bytes">What is left of the payload, or of the group.</param>
    /// <param name="depth">Groups that it stands in.</param>
    /// <param name="attribute">What was read.</param>
    /// <param name="taken">Octets that it takes with its padding.</param>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, int depth, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out BfcpAttribute? attribute, out int taken)
    {
        (attribute, taken) = (null, 0);
        if (bytes.Length < HeaderBytes || depth >= MaxDepth)
            return false;
        var (type, isMandatory, length) = ((BfcpAttributeType)(bytes[0] >> 1), (bytes[0] & 1) != 0, (int)bytes[1]);
        if (length < HeaderBytes || length > bytes.Length)
            return false;
        var value = bytes[HeaderBytes..length];
        if (value.Length < LeastBytes(type))
            return false;
        taken = Math.Min(Pad(length), bytes.Length);
        if (!IsGroup(type))
        {
            attribute = new BfcpAttribute(type, value.ToArray(), null, isMandatory);
            return true;
        }

        var children = new List<BfcpAttribute>();
        for (var rest = value[2..]; !rest.IsEmpty;)
        {
            if (!TryRead(rest, depth + 1, out var child, out var octets))
                return false;
            children.Add(child);
            rest = rest[octets..];
        }

        attribute = new BfcpAttribute(type, value[..2].ToArray(), children, isMandatory);
        return true;
    }

    /// <summary>Writes it with its padding; gives how many octets that is.</summary>
    internal int Write(Span<byte> bytes)
    {
        bytes[0] = (byte)(((byte)Type << 1) | (IsMandatory ? 1 : 0));
        bytes[1] = (byte)Length;
        _value.CopyTo(bytes[HeaderBytes..]);
        var at = HeaderBytes + _value.Length;
        foreach (var child in Children)
            at += child.Write(bytes[at..]);
        bytes[at..PaddedLength].Clear();
        return PaddedLength;
    }

    static bool IsGroup(BfcpAttributeType type) => type is >= BfcpAttributeType.BeneficiaryInformation and <= BfcpAttributeType.OverallRequestStatus;

    static int LeastBytes(BfcpAttributeType type) => type switch
    {
        BfcpAttributeType.ErrorCode => 1,
        (>= BfcpAttributeType.BeneficiaryId and <= BfcpAttributeType.RequestStatus) or (>= BfcpAttributeType.BeneficiaryInformation and <= BfcpAttributeType.OverallRequestStatus) => 2,
        _ => 0,
    };

    static int Pad(int length) => (length + 3) & ~3;

    static byte[] Bytes(ushort id) => [(byte)(id >> 8), (byte)id];
}
