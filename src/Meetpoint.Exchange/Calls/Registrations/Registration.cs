using Meetpoint.Net;
using Meetpoint.Sip;
using Meetpoint.Sip.Registrar;

namespace Meetpoint.Exchange.Calls.Registrations;

/// <summary>A binding of one of our addresses, and the way to it as far as this process has one. On the signalling loop only.</summary>
/// <param name="address">user@domain, lower case.</param>
/// <param name="binding">As stored.</param>
/// <param name="flow">The flow that it came by; null after a restart, which connections do not outlive.</param>
sealed class Registration(string address, ContactBinding binding, SipFlow? flow)
{
    public string Address => address;

    public ContactBinding Binding => binding;

    /// <summary>Something that was sent there got no answer: until it is refreshed, another flow of its instance goes first.</summary>
    public bool HasFailed { get; set; }

    /// <summary>
    /// The way: over the flow that it came by, or to a next hop; both null when there is none, as when an outbound connection has closed.
    /// </summary>
    /// <remarks>
    /// A request goes nowhere but to the host that the REGISTER came from, whatever its contact and path say: whoever may register an address could
    /// otherwise send its calls to somebody else's gateway at our expense. Only the port is the contact's, or its nearest proxy's, and only where the
    /// URI has the host that we see, so that no NAT lies between.
    /// </remarks>
    public (SipFlow? Flow, SipTarget? NextHop) Way(Func<SipTarget, SipFlow?> reach)
    {
        var from = binding.Flow;
        var isDirect = binding.Path.Count == 0;
        if (from.Transport != SipTransport.Udp && flow is { IsOpen: true })
            return (flow, null);
        if (from.Transport == SipTransport.Tls || (binding.IsOutbound && isDirect && from.Transport == SipTransport.Tcp))
            return (null, null);
        var own = binding.IsOutbound && isDirect ? null : OwnHop(from);
        if (own is { Transport: SipTransport.Tcp })
            return (null, own);
        if (from.Transport == SipTransport.Tcp)
            return (null, null);
        return (reach(new SipTarget(SipTransport.Udp, own?.Address ?? from.Remote, null, from.ListenerName)), null);
    }

    /// <summary>Where the contact, or the nearest proxy of its path, says that it listens, when that is on the host that we see; else null.</summary>
    SipTarget? OwnHop(FlowAddress from)
    {
        var text = binding.Path.Count > 0 ? NameAddress.Parse(binding.Path[0]).UriText : binding.Contact;
        if (!SipUri.TryParse(text, out var uri) || uri.IsSecure || !NetAddress.TryParse(uri.Host, 0, out var host) || !host.SameHost(from.Remote))
            return null;
        var transport = uri.Parameter("transport") is { } named
            ? named.Equals("tcp", StringComparison.OrdinalIgnoreCase) ? SipTransport.Tcp : SipTransport.Udp
            : from.Transport;
        return new SipTarget(transport, host.WithPort(uri.Port != 0 ? uri.Port : transport.DefaultPort()));
    }
}
