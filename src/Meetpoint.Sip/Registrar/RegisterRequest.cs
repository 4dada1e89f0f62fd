using System.Text;

namespace Meetpoint.Sip.Registrar;

/// <summary>What one REGISTER asks for, read apart from its bytes, so that it can be handed to another thread. Immutable.</summary>
public sealed record RegisterRequest
{
    /// <summary>The option tag of RFC 5626.</summary>
    internal const string Outbound = "outbound";

    /// <summary>Its Call-ID, by which requests of one client are told from those of others.</summary>
    public required string CallId { get; init; }

    /// <summary>Its number among them.</summary>
    public required uint CSeq { get; init; }

    /// <summary>Contact "*" with Expires 0: everything is to go.</summary>
    public bool RemovesAll { get; init; }

    /// <summary>Its contacts in order; empty where it only asks what there is.</summary>
    public IReadOnlyList<RequestedContact> Contacts { get; init; } = [];

    /// <summary>Expires in seconds, for contacts that say nothing; null without.</summary>
    public long? Seconds { get; init; }

    /// <summary>Path values, the nearest proxy first (RFC 3327).</summary>
    public IReadOnlyList<string> Path { get; init; } = [];

    /// <summary>The client wants to be told the path (RFC 3327 section 5.3).</summary>
    public bool SupportsPath { get; init; }

    /// <summary>The client knows outbound (RFC 5626).</summary>
    public bool SupportsOutbound { get; init; }

    /// <summary>No proxy stands between: it has one Via.</summary>
    public bool IsDirect { get; init; }

    /// <summary>User-Agent, cut to 200 characters; null without.</summary>
    public string? UserAgent { get; init; }

    /// <summary>
    /// True where the proxy that the client is connected to keeps flows: its Path value, the last, has the parameter ob (RFC 5626 section 5.1). Without
    /// a proxy that one is us.
    /// </summary>
    public bool IsFirstHopOutbound => IsDirect || (Path.Count > 0 && NameAddress.Parse(Path[^1]).Uri?.Parameter("ob") is not null);

    /// <summary>Reads a REGISTER that is valid as a message; null, with what it is answered, when it cannot be taken.</summary>
    public static RegisterRequest? Read(SipMessage register, RegistrarPolicy policy, out RegisterAnswer? refusal)
    {
        refusal = null;
        var contacts = new List<RequestedContact>();
        var removesAll = false;
        foreach (var value in register.Values(SipHeader.Contact))
        {
            if (value.SequenceEqual("*"u8))
            {
                removesAll = true;
                continue;
            }

            if (contacts.Count >= policy.MaxBindings)
                refusal = new RegisterAnswer(403, "Too Many Contacts");
            else if (RequestedContact.Read(value, policy, out refusal) is { } contact)
                contacts.Add(contact);
            if (refusal is not null)
                return null;
        }

        // RFC 3261 section 10.3 step 6: "*" stands alone, and with Expires 0.
        if (removesAll && (contacts.Count > 0 || register.HasSeveral(SipHeader.Contact) || register.ExpiresSeconds != 0))
        {
            refusal = RegisterAnswer.Bad("Wildcard Contact Beside Others Or Without Expires 0");
            return null;
        }

        if (ReadPath(register, policy) is not { } path)
        {
            refusal = RegisterAnswer.Bad("Malformed Path");
            return null;
        }

        var agent = register.Text(SipHeader.User_Agent);
        return new RegisterRequest
        {
            CallId = register.CallId,
            CSeq = register.CSeq,
            RemovesAll = removesAll,
            Contacts = contacts,
            Seconds = register.ExpiresSeconds,
            Path = path,
            SupportsPath = Knows(register, "path"u8),
            SupportsOutbound = Knows(register, "outbound"u8),
            IsDirect = !register.HasSeveral(SipHeader.Via),
            UserAgent = agent is { Length: > 200 } ? agent[..200] : agent,
        };
    }

    static bool Knows(SipMessage register, ReadOnlySpan<byte> tag) => register.Lists(SipHeader.Supported, tag) || register.Lists(SipHeader.Require, tag);

    static List<string>? ReadPath(SipMessage register, RegistrarPolicy policy)
    {
        var path = new List<string>();
        foreach (var value in register.Values(SipHeader.Path))
        {
            if (path.Count >= policy.MaxPath || value.Length > policy.MaxValueBytes || value.IndexOf((byte)'<') < 0 || !NameAddrView.TryParse(value, out var address)
                || SipUriView.Parse(address.Uri, out var uri) != SipUriError.None || uri.Scheme is not (SipUriScheme.Sip or SipUriScheme.Sips))
                return null;
            path.Add(Encoding.UTF8.GetString(value));
        }

        return path;
    }
}
