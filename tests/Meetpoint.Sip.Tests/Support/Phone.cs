using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Sip.Tests.Support;

/// <summary>A user agent on a host of its own, which notes all that it hears. Each test says what it does on a call.</summary>
sealed class Phone : ISipApplication, ICallHandler
{
    public Phone(VirtualWorld world, string address, int seed, SipUserAgentOptions? options = null, SipTransportOptions? transports = null)
    {
        Address = address;
        Loop = world.CreateLoop(address);
        Host = world.Network.AddHost(address);
        Transports = new SipTransports(Host, Loop, transports);
        Transports.Listen("udp", SipTransport.Udp, At(address));
        Transports.Listen("tcp", SipTransport.Tcp, At(address));
        Ua = new SipUserAgent(Transports, this, (options ?? new SipUserAgentOptions()) with { Tokens = new SipTokens(new SeededRandomness(seed)) });
    }

    public string Address { get; }

    public VirtualHost Host { get; }

    public VirtualEventLoop Loop { get; }

    public SipTransports Transports { get; }

    public SipUserAgent Ua { get; }

    public List<string> Heard { get; } = [];

    public IncomingCall? Incoming { get; private set; }

    public Action<IncomingCall> OnCall { get; set; } = call => call.Answer(Sdp(call.Offer));

    public Action<SdpDescription, OfferReply> OnOffered { get; set; } = (offer, reply) => reply.Accept(Sdp(offer));

    public Action<IncomingRequest> OnOther { get; set; } = request => request.Respond(405);

    public SipMessage? LastResponse { get; private set; }

    public string Says => string.Join(" | ", Heard);

    public OutgoingCall Call(Phone other, SdpDescription? offer, string transport = "udp", Func<InviteOptions, InviteOptions>? change = null)
    {
        var options = new InviteOptions
        {
            Target = SipUri.Parse($"sip:room@{other.Address};transport={transport}"),
            From = new NameAddress($"sip:alice@{Address}"),
            ContactUser = "alice",
            Offer = offer,
        };
        return Ua.Invite(change?.Invoke(options) ?? options, this);
    }

    public void OnInvite(IncomingCall call)
    {
        Incoming = call;
        call.Accept(this);
        OnCall(call);
    }

    public void OnRequest(IncomingRequest request) => OnOther(request);

    public void OnRejected(SipFlow flow, SipMessage message, string reason) => Heard.Add($"rejected {reason}");

    public void OnProgress(Call call, int status, SdpDescription? early) => Heard.Add($"progress {status}{(early is null ? "" : " sdp")}");

    public void OnAnswered(Call call, SdpDescription answer) => Heard.Add("answered");

    public void OnConfirmed(Call call) => Heard.Add("confirmed");

    public void OnOffer(Call call, SdpDescription offer, OfferReply reply)
    {
        Heard.Add("offer");
        OnOffered(offer, reply);
    }

    public void OnInfo(Call call, SipMessage info) => Heard.Add($"info {info.MediaType}");

    public void OnEnded(Call call, CallEnd end) => Heard.Add($"ended {end.By} {end.Status}{(end.Reason is null ? "" : " " + end.Reason)}");

    public void OnFailed(Call call, int status, string reason, SipMessage? response)
    {
        LastResponse = response;
        Heard.Add($"failed {status}");
    }

    static NetAddress At(string address) => NetAddress.Parse(address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:5060" : $"{address}:5060");

    public static SdpDescription Sdp(SdpDescription? offer = null, string direction = "sendrecv") => SdpDescription.Parse(
        $"v=0\r\no=- {(offer is null ? 1 : 2)} 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\na={direction}\r\n");
}
