using System.Buffers.Binary;
using System.Text;

namespace Meetpoint.Sip;

/// <summary>
/// What a notifier needs of a dialog, packed into one array: it is kept a million times, and written into the store as it is. Fields follow each other,
/// each with its length in two bytes.
/// </summary>
/// <remarks>A view; the array is the caller's.</remarks>
readonly ref struct PackedDialog
{
    /// <summary>A dialog whose fields together are longer is refused.</summary>
    public const int MaxBytes = 8_192;

    const int Fields = 7;

    readonly ReadOnlySpan<byte> _packed;

    static ReadOnlySpan<byte> Usual => "presence"u8;

    public PackedDialog(ReadOnlySpan<byte> packed) => _packed = packed;

    /// <summary>Where requests are addressed: the remote target's URI.</summary>
    public ReadOnlySpan<byte> Target => Field(0);

    /// <summary>The value of the Route header, all in one; empty without. As received: some systems want their parameters back byte for byte.</summary>
    public ReadOnlySpan<byte> Routes => Field(1);

    /// <summary>We: the value of From, without our tag, which follows from the subscription's place.</summary>
    public ReadOnlySpan<byte> Local => Field(2);

    /// <summary>They: the value of To, with their tag.</summary>
    public ReadOnlySpan<byte> Remote => Field(3);

    /// <summary>Call-ID.</summary>
    public ReadOnlySpan<byte> CallId => Field(4);

    /// <summary>The value of Event that notifications carry: package and id. Hardly one is of another package than presence, which is kept as nothing.</summary>
    public ReadOnlySpan<byte> Event => Field(5) is { IsEmpty: false } other ? other : Usual;

    /// <summary>User part of our Contact.</summary>
    public ReadOnlySpan<byte> ContactUser => Field(6);

    /// <summary>Packs what a SUBSCRIBE makes; null when it is too long, or no Contact says where to.</summary>
    public static byte[]? Of(SipMessage subscribe)
    {
        if (!NameAddrView.TryParse(subscribe.Value(SipHeader.Contact), out var contact))
            return null;
        var routes = Join(subscribe, SipHeader.Record_Route);
        return Pack(
            contact.Uri, routes, subscribe.Value(SipHeader.To), subscribe.Value(SipHeader.From), subscribe.Value(SipHeader.Call_ID), Encoding.ASCII.GetBytes(EventName.Key(subscribe)),
            SipUriView.Parse(subscribe.RequestUriBytes, out var asked) == SipUriError.None ? asked.User : default);
    }

    /// <summary>The same dialog with the target that a refresh gives; the array itself where it did not move.</summary>
    public static byte[] Retarget(byte[] packed, SipMessage subscribe)
    {
        var old = new PackedDialog(packed);
        if (!NameAddrView.TryParse(subscribe.Value(SipHeader.Contact), out var contact) || contact.Uri.SequenceEqual(old.Target))
            return packed;
        return Pack(contact.Uri, old.Routes, old.Local, old.Remote, old.CallId, old.Event, old.ContactUser) ?? packed;
    }

    /// <summary>True when the bytes are a dialog as <see cref="Of"/> packs them.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> packed)
    {
        for (var i = 0; i < Fields; i++)
        {
            if (packed.Length < 2 || BinaryPrimitives.ReadUInt16LittleEndian(packed) is var length && packed.Length < 2 + length)
                return false;
            packed = packed[(2 + BinaryPrimitives.ReadUInt16LittleEndian(packed))..];
        }

        return packed.IsEmpty;
    }

    static byte[]? Pack(
        ReadOnlySpan<byte> target, ReadOnlySpan<byte> routes, ReadOnlySpan<byte> local, ReadOnlySpan<byte> remote, ReadOnlySpan<byte> callId,
        ReadOnlySpan<byte> eventKey, ReadOnlySpan<byte> contactUser)
    {
        if (eventKey.SequenceEqual(Usual))
            eventKey = default;
        var length = (2 * Fields) + target.Length + routes.Length + local.Length + remote.Length + callId.Length + eventKey.Length + contactUser.Length;
        if (length > MaxBytes)
            return null;
        var packed = new byte[length];
        var rest = packed.AsSpan();
        Append(ref rest, target);
        Append(ref rest, routes);
        Append(ref rest, local);
        Append(ref rest, remote);
        Append(ref rest, callId);
        Append(ref rest, eventKey);
        Append(ref rest, contactUser);
        return packed;
    }

    static void Append(ref Span<byte> rest, ReadOnlySpan<byte> field)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(rest, (ushort)field.Length);
        field.CopyTo(rest[2..]);
        rest = rest[(2 + field.Length)..];
    }

    static byte[] Join(SipMessage message, SipHeader header)
    {
        if (!message.Has(header))
            return [];
        var joined = new List<byte>();
        foreach (var value in message.Values(header))
        {
            if (joined.Count > 0)
                joined.AddRange(", "u8);
            joined.AddRange(value);
        }

        return [.. joined];
    }

    ReadOnlySpan<byte> Field(int index)
    {
        var rest = _packed;
        for (; index > 0; index--)
            rest = rest[(2 + BinaryPrimitives.ReadUInt16LittleEndian(rest))..];
        return rest.Slice(2, BinaryPrimitives.ReadUInt16LittleEndian(rest));
    }
}
