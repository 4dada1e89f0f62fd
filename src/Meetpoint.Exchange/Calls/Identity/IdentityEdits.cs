using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>
/// Identity and privacy headers at the border, on the way out (RFC 3323, RFC 3325): what the far side may know stays, what it may not is taken out,
/// and what it may count on is put in. All else, STIR's Identity above all, passes byte for byte. Allocates nothing.
/// </summary>
/// <remarks>
/// From is edited up to its parameters, so that an edit of its tag does not overlap. Of the headers touched here (P-Asserted-Identity,
/// P-Preferred-Identity, Privacy, and those that <see cref="Privacy.User"/> withholds: Subject, User-Agent and more) nobody else edits any.
/// </remarks>
public static class IdentityEdits
{
    const Privacy Withholdable = Privacy.Id | Privacy.User | Privacy.Header | Privacy.Session | Privacy.History;
    const Privacy NeedsAnchor = Privacy.Header | Privacy.Session;
    const int MaxAsserted = (2 * (AddressText.MaxLength + 8)) + 2;

    /// <summary>Whether the far side of a way is in the trust domain: every agreement on the way there says so, and so does the neighbour's record.</summary>
    /// <remarks>A customer's own equipment is never in it (RFC 3325 section 5); whoever takes emergency calls always is.</remarks>
    public static IdentityTrust FarSide(Grant grant, Candidate candidate) => Trust(grant, candidate.Neighbour);

    /// <summary>The same for who asked, and for a way that is known by its neighbour; null is a customer's own equipment.</summary>
    public static IdentityTrust Trust(Grant grant, NeighbourEntry? neighbour)
    {
        if (grant.IsEmergency)
            return IdentityTrust.Trusted;
        if (neighbour is not { Neighbour.Identity: IdentityTrust.Trusted })
            return IdentityTrust.Untrusted;
        for (var i = 0; i < grant.LinkCount; i++)
        {
            if (grant.Link(i).Agreement.Identity != IdentityTrust.Trusted)
                return IdentityTrust.Untrusted;
        }

        return IdentityTrust.Trusted;
    }

    /// <summary>False where what the caller calls critical cannot be withheld from the far side (RFC 3323 section 5).</summary>
    public static bool CanWithhold(CallerIdentity caller, IdentityTrust farSide, bool isAnchored)
    {
        var asked = farSide == IdentityTrust.Untrusted ? caller.Privacy : Privacy.None;
        return (asked & Privacy.Critical) == 0 || Unserved(asked, isAnchored) == Privacy.None;
    }

    /// <summary>Edits a request outside a dialog.</summary>
    /// <param name="edits">Of the message that <paramref name="caller"/> was identified from, or of a copy of it.</param>
    /// <param name="caller">Who calls.</param>
    /// <param name="farSide">What <see cref="FarSide"/> said of the way that it goes.</param>
    /// <param name="isAnchored">
    /// True when Via, Contact and media are the relay's own: then header and session privacy are done by that, and From's number is written in its +E.164 form.
    /// </param>
    public static IdentityOutcome Apply(SipEdits edits, CallerIdentity caller, IdentityTrust farSide, bool isAnchored)
    {
        var asked = farSide == IdentityTrust.Untrusted ? caller.Privacy : Privacy.None;
        var unserved = Unserved(asked, isAnchored);
        if ((asked & Privacy.Critical) != 0 && unserved != Privacy.None)
            return IdentityOutcome.CannotWithhold;
        asked &= Withholdable;
        edits.RemoveAll(SipHeader.P_Preferred_Identity);
        EditAsserted(edits, caller, farSide, (asked & (Privacy.Id | Privacy.User | Privacy.Header)) != 0);
        WithholdHeaders(edits, asked, isAnchored);
        PrivacyHeader.Remove(edits, asked & ~Privacy.Id & ~unserved);
        // "id" asks that the asserted identity is kept; a From that tells the same address would tell it.
        if (!caller.IsFromAnonymous && ((asked & Privacy.User) != 0 || ((asked & Privacy.Id) != 0 && caller.IsFromAsserted)))
        {
            AnonymiseFrom(edits);
            return IdentityOutcome.Withheld;
        }

        if (isAnchored && caller.From.IsSet)
            Normalise(edits, caller.Numbers, caller.From.UriRange);
        return IdentityOutcome.Shown;
    }

    /// <summary>
    /// Edits a response, or a request within a dialog: what the sender asserts goes on when its record trusts it, the address is one of a provider that it
    /// speaks for, and the far side may know it.
    /// </summary>
    /// <param name="edits">Of the message.</param>
    /// <param name="world">In force.</param>
    /// <param name="sender">The neighbour that sent it; null for a customer's own equipment, which asserts nothing.</param>
    /// <param name="farSide">Where it goes.</param>
    /// <param name="isAnchored">As in <see cref="Apply"/>.</param>
    /// <param name="isWithheld">True for a request of a caller whose From was made anonymous when the dialog began.</param>
    public static void ApplyLater(SipEdits edits, World world, NeighbourEntry? sender, IdentityTrust farSide, bool isAnchored, bool isWithheld)
    {
        var asked = farSide == IdentityTrust.Untrusted ? PrivacyHeader.Of(edits.Message) & Withholdable : Privacy.None;
        edits.RemoveAll(SipHeader.P_Preferred_Identity);
        if (isWithheld || (asked & (Privacy.Id | Privacy.User | Privacy.Header)) != 0 || !MayAssert(edits.Message, world, sender))
            edits.RemoveAll(SipHeader.P_Asserted_Identity);
        WithholdHeaders(edits, asked, isAnchored);
        PrivacyHeader.Remove(edits, asked & ~Privacy.Id & ~(isAnchored ? Privacy.None : NeedsAnchor));
        if (isWithheld && edits.Message.IsRequest)
            AnonymiseFrom(edits);
    }

    static Privacy Unserved(Privacy asked, bool isAnchored) => (asked & Privacy.Unknown) | (isAnchored ? Privacy.None : asked & NeedsAnchor);

    static bool MayAssert(SipMessage message, World world, NeighbourEntry? sender)
    {
        if (!message.Has(SipHeader.P_Asserted_Identity))
            return true;
        if (sender is not { Neighbour.Identity: IdentityTrust.Trusted })
            return false;
        Span<byte> buffer = stackalloc byte[NumberNormaliser.BufferBytes];
        foreach (var value in message.Values(SipHeader.P_Asserted_Identity))
        {
            if (!NameAddrView.TryParse(value, out var address))
                return false;
            var number = sender.Numbers.Normalise(address.Uri, buffer);
            if (world.Find(number.Kind == NumberKind.Number ? number.Number : address.Uri) is not { } known || !world.SpeaksFor(sender, known.ProviderIndex))
                return false;
        }

        return true;
    }

    static void EditAsserted(SipEdits edits, CallerIdentity caller, IdentityTrust farSide, bool isWithheld)
    {
        if (!isWithheld && caller.IsAsserted && !caller.HasUnchecked)
        {
            Normalise(edits, caller.Numbers, caller.First.UriRange);
            if (caller.Second.IsSet)
                Normalise(edits, caller.Numbers, caller.Second.UriRange);
            return;
        }

        edits.RemoveAll(SipHeader.P_Asserted_Identity);
        if (isWithheld || caller.Address.IsEmpty || (farSide == IdentityTrust.Untrusted && !caller.IsAsserted))
            return;
        Span<byte> value = stackalloc byte[MaxAsserted];
        var length = Append(caller.Address, value, 0);
        if (caller is { Second.IsSet: true, IsAsserted: true })
            length = Append(caller.Second.Canonical, value, length);
        else if (caller.Address[0] != (byte)'+' && caller.Endpoint?.Number is { } number)
            length = AppendNumber(number, value, length);
        edits.AddHeader(SipHeader.P_Asserted_Identity, value[..length]);
    }

    static int AppendNumber(string number, Span<byte> value, int length)
    {
        Span<byte> canonical = stackalloc byte[AddressText.MaxLength];
        return Append(canonical[..CallerIdentity.AddressBytes(number, canonical)], value, length);
    }

    static int Append(ReadOnlySpan<byte> address, Span<byte> value, int length)
    {
        length = Copy(length == 0 ? "<"u8 : ", <"u8, value, length);
        length = Copy(address[0] == (byte)'+' ? "tel:"u8 : "sip:"u8, value, length);
        length = Copy(address, value, length);
        return Copy(">"u8, value, length);
    }

    static int Copy(ReadOnlySpan<byte> text, Span<byte> value, int length)
    {
        text.CopyTo(value[length..]);
        return length + text.Length;
    }

    static void Normalise(SipEdits edits, NumberNormaliser numbers, Range uri)
    {
        Span<byte> buffer = stackalloc byte[NumberNormaliser.BufferBytes];
        var number = numbers.Normalise(edits.Message.Bytes[uri], buffer);
        if (number.IsChanged)
            edits.Replace(uri, number.Uri);
    }

    /// <summary>Puts the anonymous address in From's place and leaves its parameters, the tag above all.</summary>
    internal static void AnonymiseFrom(SipEdits edits)
    {
        var message = edits.Message;
        foreach (ref readonly var line in message.Lines)
        {
            if (line.Header != SipHeader.From || !NameAddrView.TryParse(message.ValueOf(in line), out var from) || AnonymousUri.Is(from.Uri))
                continue;
            message.Bytes.Overlaps(from.Uri, out var uri);
            var end = uri + from.Uri.Length;
            if (end < line.ValueStart + line.ValueLength && message.Bytes[end] == (byte)'>')
                end++;
            edits.Replace(line.ValueStart..end, AnonymousUri.NameAddr);
        }
    }

    /// <summary>What the caller's equipment and the network before us say of the caller in other headers (RFC 3323 sections 4.1 and 5.3, RFC 7044 section 10.1).</summary>
    static void WithholdHeaders(SipEdits edits, Privacy asked, bool isAnchored)
    {
        if (asked == Privacy.None)
            return;
        var message = edits.Message;
        foreach (ref readonly var line in message.Lines)
        {
            if (IsWithheld(message, in line, asked))
                edits.Remove(in line);
            else if (line.Header == SipHeader.Contact && !isAnchored && (asked & Privacy.User) != 0)
                RemoveDisplayName(edits, in line);
        }
    }

    static bool IsWithheld(SipMessage message, in SipHeaderLine line, Privacy asked) => line.Header switch
    {
        SipHeader.Subject or SipHeader.User_Agent or SipHeader.Server => (asked & Privacy.User) != 0,
        SipHeader.Other => IsWithheld(message.NameOf(in line), asked),
        _ => false,
    };

    static bool IsWithheld(ReadOnlySpan<byte> name, Privacy asked) =>
        (asked & Privacy.User) != 0 && (Ascii.EqualsIgnoreCase(name, "Call-Info"u8) || Ascii.EqualsIgnoreCase(name, "In-Reply-To"u8)
            || Ascii.EqualsIgnoreCase(name, "Organization"u8) || Ascii.EqualsIgnoreCase(name, "Reply-To"u8))
        || (asked & (Privacy.Id | Privacy.User | Privacy.Header)) != 0 && Ascii.EqualsIgnoreCase(name, "Remote-Party-ID"u8)
        || (asked & (Privacy.History | Privacy.Header | Privacy.Session)) != 0 && Ascii.EqualsIgnoreCase(name, "History-Info"u8);

    // The URI is where the dialog's requests go; what people read before it need not be there.
    static void RemoveDisplayName(SipEdits edits, in SipHeaderLine line)
    {
        var value = edits.Message.ValueOf(in line);
        if (NameAddrView.TryParse(value, out var contact) && !contact.DisplayName.IsEmpty)
            edits.Replace(line.ValueStart..(line.ValueStart + contact.DisplayName.Length), default);
    }
}
