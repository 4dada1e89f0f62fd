using System.Text;
using System.Text.Json.Nodes;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Simulation.Kit;

/// <summary>A system of the Microsoft style at a trunk of Albion's, with its one user dana: messages in sessions that an INVITE with m=message opens.</summary>
sealed class MicrosoftStyleSystem : ISipApplication, ICallHandler, ISipTap
{
    public const string Dana = "dana@chat.albion.example";

    const string Host = "10.0.1.60";
    const string Offer = $"v=0\r\no=- 0 0 IN IP4 {Host}\r\ns=session\r\nc=IN IP4 {Host}\r\nt=0 0\r\nm=message 5060 sip null\r\na=accept-types:text/plain multipart/alternative\r\n";

    readonly SimulatedWorld _world;
    readonly VirtualEventLoop _loop;
    readonly SipUserAgent _ua;

    public MicrosoftStyleSystem(SimulatedWorld world)
    {
        _world = world;
        _loop = world.Virtual.CreateLoop(Host);
        var transports = new SipTransports(world.Virtual.Network.AddHost(Host), _loop, new SipTransportOptions { IdleCloseSeconds = 86_400 }) { Tap = this };
        world.RunOn(_loop, () => transports.Listen("udp", SipTransport.Udp, NetAddress.Parse(Host + ":5060")));
        _ua = new SipUserAgent(transports, this, new SipUserAgentOptions { Tokens = new SipTokens(new SeededRandomness(world.Seed ^ 60)) });
    }

    /// <summary>The session that is on; null without.</summary>
    public Call? Session { get; private set; }

    /// <summary>Sessions that were opened towards it.</summary>
    public int Opened { get; private set; }

    /// <summary>Offers that came with them.</summary>
    public List<SdpDescription> Offers { get; } = [];

    /// <summary>Words that came, in order.</summary>
    public List<string> Words { get; } = [];

    /// <summary>Bodies of INFO that came, in order.</summary>
    public List<string> Signs { get; } = [];

    /// <summary>Status of the last answer to what it sent; 0 while there is none.</summary>
    public int Answer { get; private set; }

    /// <summary>How it answers sessions that are opened towards it, and messages in them.</summary>
    public (int Invite, int Message) Answers { get; set; } = (200, 200);

    /// <summary>Puts the system into the world: a trunk of Albion's, and a domain of its own.</summary>
    public static void Amend(SimulatedParty self, JsonObject document)
    {
        foreach (var provider in document["providers"]!.AsArray())
        {
            if ((string?)provider!["id"] == "albion")
                provider["domains"]!.AsArray().Add("chat.albion.example");
        }

        if (self.Id != "albion")
            return;
        document["neighbours"]!.AsArray().Add(new JsonObject
        {
            ["id"] = "albion-chat", ["provider"] = "albion", ["kind"] = "sip-trunk", ["listener"] = "udp", ["sipUri"] = $"sip:{Host}:5060",
            ["sourceAddresses"] = new JsonArray(Host), ["profile"] = "microsoft-client",
        });
        document["routes"] = new JsonArray(new JsonObject
        {
            ["id"] = "chat", ["domain"] = "chat.albion.example", ["candidates"] = new JsonArray(new JsonObject { ["via"] = "albion-chat" }),
        });
    }

    /// <summary>True where the answer to its last INVITE said that the words in it were taken.</summary>
    public bool Taken { get; private set; }

    /// <summary>Dana opens a session with somebody, and a second passes.</summary>
    /// <param name="address">With whom.</param>
    /// <param name="first">Words that go within the INVITE; null for none.</param>
    /// <param name="header">The header that they stand in; null makes it of them.</param>
    public void Open(string address, string? first = null, string? header = null)
    {
        Answer = 0;
        Taken = false;
        header ??= first is null ? null : $"text/plain; charset=UTF-8;msgr=WAAtAE0;ms-body={Convert.ToBase64String(Encoding.UTF8.GetBytes(first))}";
        _world.RunOn(_loop, () => Session = _ua.Invite(
            new InviteOptions
            {
                Target = SipUri.Parse("sip:" + address),
                From = new NameAddress("sip:" + Dana, "Dana"),
                Route = SipRoute.To(SipUri.Parse("sip:10.0.1.1:5060")),
                Offer = SdpDescription.Parse(Offer),
                ContactUser = "dana",
                Headers = header is null ? [] : [("ms-text-format", header)],
            },
            this));
        _world.Run(1);
    }

    /// <summary>She says something in it, and a second passes; gives the status of the answer.</summary>
    public int Say(string text, string contentType = "text/plain; charset=UTF-8;msgr=WAAtAE0") => Send("MESSAGE", contentType, text);

    /// <summary>She writes, or has stopped.</summary>
    public int Sign(bool isTyping) => Send(
        "INFO", "application/xml", $"<?xml version=\"1.0\"?><KeyboardActivity><status status=\"{(isTyping ? "type" : "idle")}\" /></KeyboardActivity>");

    /// <summary>She closes her window.</summary>
    public void Close()
    {
        _world.RunOn(_loop, () => Session!.Bye());
        _world.Run(1);
    }

    /// <summary>It forgets the session without a word.</summary>
    public void Lose()
    {
        Answers = (200, 481);
        Session = null;
    }

    int Send(string method, string contentType, string body)
    {
        Answer = 0;
        _world.RunOn(_loop, () =>
        {
            var request = Session!.Request(method);
            (request.ContentType, request.Body) = (contentType, Encoding.UTF8.GetBytes(body));
            Session.Send(request, result => Answer = result.Status);
        });
        _world.Run(1);
        return Answer;
    }

    void ISipApplication.OnInvite(IncomingCall call)
    {
        Opened++;
        Offers.Add(call.Offer!);
        call.Accept(this);
        if (Answers.Invite == 200)
            call.Answer(SdpDescription.Parse(Offer));
        else
            call.Reject(Answers.Invite);
        Session = call;
    }

    void ISipApplication.OnRequest(IncomingRequest request)
    {
        if (request.Call is null || request.Message.Method != SipMethod.Message)
        {
            request.Respond(405);
            return;
        }

        if (Answers.Message == 200)
            Words.Add(Encoding.UTF8.GetString(request.Message.Body));
        request.Respond(Answers.Message);
        if (Answers.Message == 481)
            Answers = (200, 200);
    }

    void ICallHandler.OnOffer(Call call, SdpDescription offer, OfferReply reply) => reply.Accept(SdpDescription.Parse(Offer));

    void ISipTap.OnMessage(SipFlow flow, SipTapEvent what, in NetAddress remote, ReadOnlySpan<byte> bytes, SipParseError error, long nowNs) =>
        Taken |= what == SipTapEvent.Received && bytes.StartsWith("SIP/2.0 200"u8) && bytes.IndexOf("\r\nSupported: ms-text-format\r\n"u8) >= 0;

    void ICallHandler.OnInfo(Call call, SipMessage info) => Signs.Add(Encoding.UTF8.GetString(info.Body));

    void ICallHandler.OnEnded(Call call, CallEnd end)
    {
        if (call == Session)
            Session = null;
    }

    void ICallHandler.OnFailed(Call call, int status, string reason, SipMessage? response)
    {
        Answer = status;
        Session = null;
    }
}
