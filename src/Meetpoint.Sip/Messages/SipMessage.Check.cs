namespace Meetpoint.Sip;

public sealed partial class SipMessage
{
    /// <summary>The checks of headers that every element needs to route, match and answer the message (RFC 3261 section 8.1.1).</summary>
    SipParseError CheckHeaders()
    {
        var error = CheckVias();
        if (error == SipParseError.None)
            error = CheckAddress(SipHeader.From, SipParseError.FromMissing, SipParseError.FromMalformed);
        if (error == SipParseError.None)
            error = CheckAddress(SipHeader.To, SipParseError.ToMissing, SipParseError.ToMalformed);
        if (error == SipParseError.None)
            error = !Has(SipHeader.Call_ID) ? SipParseError.CallIdMissing
                : SipLexer.IsCallId(Value(SipHeader.Call_ID)) ? SipParseError.None : SipParseError.CallIdMalformed;
        var cseqError = CheckCSeq();
        if (error == SipParseError.None)
            error = cseqError;
        if (error == SipParseError.None)
            error = CheckNumber(SipHeader.Max_Forwards, 255, SipParseError.MaxForwardsMalformed);
        if (error == SipParseError.None)
            error = CheckNumber(SipHeader.Expires, uint.MaxValue, SipParseError.ExpiresMalformed);
        if (error == SipParseError.None)
            error = CheckList(SipHeader.Route, SipParseError.RouteMalformed);
        if (error == SipParseError.None)
            error = CheckList(SipHeader.Record_Route, SipParseError.RouteMalformed);
        if (error == SipParseError.None)
            error = CheckContacts();
        return error;
    }

    SipParseError CheckVias()
    {
        if (!Has(SipHeader.Via))
            return SipParseError.ViaMissing;
        foreach (var value in Values(SipHeader.Via))
        {
            if (!ViaView.TryParse(value, out _))
                return SipParseError.ViaMalformed;
        }

        return SipParseError.None;
    }

    SipParseError CheckAddress(SipHeader header, SipParseError missing, SipParseError malformed) =>
        !Has(header) ? missing : NameAddrView.TryParse(Value(header), out _) ? SipParseError.None : malformed;

    SipParseError CheckCSeq()
    {
        if (!Has(SipHeader.CSeq))
            return SipParseError.CSeqMissing;
        var value = Value(SipHeader.CSeq);
        var space = value.IndexOfAny(" \t\r\n"u8);
        if (space <= 0 || !SipLexer.TryNumber(value[..space], int.MaxValue, out var number) || !SipLexer.IsToken(CSeqMethodToken))
            return SipParseError.CSeqMalformed;
        CSeq = (uint)number;
        if (!IsRequest)
            Method = SipMethods.Parse(CSeqMethodToken);
        else if (!CSeqMethodToken.SequenceEqual(MethodToken))
            return SipParseError.CSeqMethodMismatch;
        return SipParseError.None;
    }

    ReadOnlySpan<byte> CSeqMethodToken
    {
        get
        {
            var value = Value(SipHeader.CSeq);
            var space = value.IndexOfAny(" \t\r\n"u8);
            return space < 0 ? default : SipLexer.Trim(value[space..]);
        }
    }

    SipParseError CheckNumber(SipHeader header, long max, SipParseError malformed) =>
        !Has(header) || SipLexer.TryNumber(Value(header), max, out _) ? SipParseError.None : malformed;

    SipParseError CheckList(SipHeader header, SipParseError malformed)
    {
        foreach (var value in Values(header))
        {
            // Route and Record-Route have no form without brackets (RFC 3261 section 20.34).
            if (!NameAddrView.TryParse(value, out var address) || value.IndexOf((byte)'<') < 0 || address.Uri.IsEmpty)
                return malformed;
        }

        return SipParseError.None;
    }

    SipParseError CheckContacts()
    {
        foreach (var value in Values(SipHeader.Contact))
        {
            if (value.SequenceEqual("*"u8) && Method == SipMethod.Register)
                continue;
            if (!NameAddrView.TryParse(value, out var address))
                return SipParseError.ContactMalformed;
            if (address.Parameters.TryGet("expires"u8, out var expires) && !SipLexer.TryNumber(expires, uint.MaxValue, out _))
                return SipParseError.ContactMalformed;
        }

        return SipParseError.None;
    }
}
