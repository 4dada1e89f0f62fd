using System.Text;

namespace Meetpoint.Sip.Registrar;

/// <summary>One Contact of a REGISTER, as its client asks for it. Immutable.</summary>
public sealed record RequestedContact
{
    /// <summary>Highest reg-id (RFC 5626 section 4.2).</summary>
    const long MaxRegId = int.MaxValue;

    /// <summary>The URI byte for byte, sip or sips.</summary>
    public required string Uri { get; init; }

    /// <summary>Contact parameters as written, the leading semicolon included and without expires; empty without.</summary>
    public string Parameters { get; init; } = "";

    /// <summary>Seconds that it asks for; 0 removes it; null leaves it to Expires or to the registrar.</summary>
    public long? Seconds { get; init; }

    /// <summary>Preference in thousandths, 0 to 1,000; 1,000 without (RFC 3261 section 16.6).</summary>
    public int Q { get; init; } = 1_000;

    /// <summary>+sip.instance without its quotes, as "&lt;urn:uuid:...&gt;" (RFC 5626 section 4.1); null without.</summary>
    public string? Instance { get; init; }

    /// <summary>reg-id, 1 to 2^31-1; 0 without, or without an instance, which it counts the flows of.</summary>
    public int RegId { get; init; }

    /// <summary>Reads a value; null, with what the request is answered, when it cannot be taken.</summary>
    internal static RequestedContact? Read(ReadOnlySpan<byte> value, RegistrarPolicy policy, out RegisterAnswer? refusal)
    {
        refusal = null;
        if (value.Length > policy.MaxValueBytes)
            refusal = RegisterAnswer.Bad("Contact Too Long");
        else if (!NameAddrView.TryParse(value, out var address) || SipUriView.Parse(address.Uri, out var uri) is SipUriError.Malformed)
            refusal = RegisterAnswer.Bad("Malformed Contact");
        else if (uri.Scheme is not (SipUriScheme.Sip or SipUriScheme.Sips) || uri.Host.IsEmpty)
            refusal = new RegisterAnswer(416, "Unsupported Contact Scheme");
        else if (!uri.Headers.IsEmpty)
            refusal = RegisterAnswer.Bad("Headers In Contact"); // it becomes a request URI, which has none (RFC 3261 section 19.1.1)
        else if (address.Parameters.TryGet("q"u8, out var q) & !TryQ(q, out var preference) && !q.IsEmpty)
            refusal = RegisterAnswer.Bad("Malformed q");
        else if (address.Parameters.TryGet("reg-id"u8, out var regId) & !SipLexer.TryNumber(regId, MaxRegId, out var flow) && !regId.IsEmpty)
            refusal = RegisterAnswer.Bad("Malformed reg-id");
        else
        {
            var instance = Encoding.UTF8.GetString(address.Parameters["+sip.instance"u8]).Trim('"');
            return new RequestedContact
            {
                Uri = Encoding.UTF8.GetString(address.Uri),
                Parameters = WithoutExpires(address.Parameters),
                Seconds = SipLexer.TryNumber(address.Parameters["expires"u8], uint.MaxValue, out var seconds) ? seconds : null,
                Q = q.IsEmpty ? 1_000 : preference,
                Instance = instance.Length > 0 ? instance : null,
                RegId = instance.Length > 0 ? (int)flow : 0,
            };
        }

        return null;
    }

    /// <summary>qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ), in thousandths.</summary>
    static bool TryQ(ReadOnlySpan<byte> text, out int thousandths)
    {
        thousandths = 0;
        var dot = text.IndexOf((byte)'.');
        var whole = dot < 0 ? text : text[..dot];
        var fraction = dot < 0 ? default : text[(dot + 1)..];
        if (whole is not [(byte)'0' or (byte)'1'] || fraction.Length > 3)
            return false;
        var scale = 100;
        foreach (var digit in fraction)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            thousandths += (digit - '0') * scale;
            scale /= 10;
        }

        thousandths += (whole[0] - '0') * 1_000;
        return thousandths <= 1_000;
    }

    static string WithoutExpires(SipParameters parameters)
    {
        var kept = new StringBuilder();
        var rest = parameters.Raw;
        while (SipParameters.Next(ref rest, out var name, out var value))
        {
            if (SipLexer.EqualsIgnoreCase(name, "expires"u8))
                continue;
            kept.Append(';').Append(Encoding.UTF8.GetString(name));
            if (!value.IsEmpty)
                kept.Append('=').Append(Encoding.UTF8.GetString(value));
        }

        return kept.ToString();
    }
}
