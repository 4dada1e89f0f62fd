using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Xmpp;

namespace Meetpoint.Exchange.Signalling;

/// <summary>
/// Addresses of people in XMPP and here. Who is of a domain that is served here has the same in both. A server lets nobody speak for a domain that its
/// peer cannot prove, so that a customer of another exchange stands under a domain of ours with her whole address as local part, escaped as gateways do
/// (XEP-0106): "bob\40liberty.example@albion.example". On the loop only.
/// </summary>
sealed class XmppAddresses(Admission admission, XmppBorder border)
{
    // What a local part of XMPP must not have, and an address here may (XEP-0106 section 3).
    static readonly (char Plain, string Escaped)[] Escapes = [('&', @"\26"), ('\'', @"\27"), ('/', @"\2f"), ('@', @"\40")];

    World? _world;
    string? _ownDomain;

    /// <summary>Somebody as servers are told of her; null where nothing here may speak for her.</summary>
    /// <param name="address">"user@domain", or "+" and digits.</param>
    public Jid? Shown(string address)
    {
        var at = address.LastIndexOf('@');
        if (at > 0 && border.Hosts(address[(at + 1)..]))
            return Of(address);
        var local = address;
        if (at < 0 && address.StartsWith('+') && admission.World.Find(address)?.Provider.Domains.FirstOrDefault(border.Hosts) is { } domain)
            return Of($"{local}@{domain}");
        return OwnDomain is { } own && Jid.TryParse($"{Escape(local)}@{own}", out var jid) ? jid : null;
    }

    /// <summary>Somebody's address on her own server; null where it is none in XMPP.</summary>
    public static Jid? Of(string address)
    {
        var at = address.LastIndexOf('@');
        return at > 0 && Jid.TryParse($"{Escape(address[..at])}{address[at..]}", out var jid) ? jid : null;
    }

    /// <summary>Who is meant: "user@domain", or "+" and digits; what can be no address here stays as it is, and is not found.</summary>
    public static string AddressOf(Jid jid)
    {
        if (jid.Local is not { } local || !local.Contains('\\', StringComparison.Ordinal))
            return jid.Bare.ToString();
        foreach (var (plain, escaped) in Escapes)
            local = local.Replace(escaped, plain.ToString(), StringComparison.OrdinalIgnoreCase);
        return local.Contains('\\', StringComparison.Ordinal) || local.Count(static letter => letter == '@') > 1 ? jid.Bare.ToString()
            : local.Contains('@', StringComparison.Ordinal) ? local : $"{local}@{jid.Domain}";
    }

    // Always the same one: contacts keep the address under which they allowed somebody.
    string? OwnDomain
    {
        get
        {
            if (_world != admission.World)
            {
                _world = admission.World;
                _ownDomain = _world.Document.Providers.SelectMany(static provider => provider.Domains).FirstOrDefault(border.Hosts);
            }

            return _ownDomain;
        }
    }

    static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAny("&'/@"))
            return text;
        var escaped = new StringBuilder(text);
        foreach (var (plain, code) in Escapes)
            escaped.Replace(plain.ToString(), code);
        return escaped.ToString();
    }
}
