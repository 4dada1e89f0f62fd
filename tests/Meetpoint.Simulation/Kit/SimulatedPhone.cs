using System.Buffers.Binary;
using Meetpoint.Media.Rtp;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Simulation.Kit;

/// <summary>A phone or room system that is not ours: SIP over UDP, G.711 unless told otherwise over plain RTP, a tone of its own, and a recording of what it hears.</summary>
sealed partial class SimulatedPhone : ISipApplication, ICallHandler
{
    const int RtpPort = 4000;

    readonly SimulatedWorld _world;
    readonly SimulatedExchange _exchange;
    readonly VirtualHost _host;
    readonly VirtualEventLoop _loop;
    readonly SipTransports _transports;
    readonly SipUserAgent _ua;
    readonly string _address;
    readonly string _user;
    int _version = 1;
    string _direction = "sendrecv";

    public SimulatedPhone(SimulatedWorld world, SimulatedExchange exchange, string address, string user, double toneHz, int sessionSeconds = 1_800)
    {
        _world = world;
        _exchange = exchange;
        _address = address;
        _user = user;
        ToneHz = toneHz;
        _loop = world.Virtual.CreateLoop(address);
        _host = world.Virtual.Network.AddHost(address);
        var transports = _transports = new SipTransports(_host, _loop, new SipTransportOptions { IdleCloseSeconds = 86_400 });
        world.RunOn(_loop, () =>
        {
            transports.Listen("udp", SipTransport.Udp, NetAddress.Parse(address + ":5060"));
            transports.Listen("tcp", SipTransport.Tcp, NetAddress.Parse(address + ":5060"));
        });
        var seed = SeedOf(NetAddress.Parse(address));
        _ua = new SipUserAgent(transports, this, new SipUserAgentOptions
        {
            Tokens = new SipTokens(new SeededRandomness(world.Seed ^ seed)),
            SessionSeconds = sessionSeconds,
        });
        Audio = new PhoneAudio(_host, _loop, NetAddress.Parse($"{address}:{RtpPort}"), toneHz, (uint)seed);
    }

    /// <summary>Where it is on the network.</summary>
    public string Host => _address;

    public string Address => $"{_user}@{_exchange.Name}";

    public SimulatedExchange Exchange => _exchange;

    public double ToneHz { get; }

    /// <summary>What it sends and hears.</summary>
    public PhoneAudio Audio { get; }

    /// <summary>What it has besides; null for a phone that has audio alone.</summary>
    IPhoneLines? Lines { get; set; }

    /// <summary>The call, while there is one.</summary>
    public Call? Current { get; private set; }

    public bool IsIn => Current is { State: CallState.Confirmed };

    /// <summary>Final status of the last call that was refused; 0 without.</summary>
    public int RefusedWith { get; private set; }

    public SipMessage? LastResponse { get; private set; }

    public CallEnd? Ended { get; private set; }

    /// <summary>Answers calls; false is busy.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>What it offers instead of its own, as another make would.</summary>
    public SdpDescription? Says { get; set; }

    /// <summary>What its last call was answered with.</summary>
    public SdpDescription? Answered { get; private set; }

    /// <summary>Makes calls without an offer.</summary>
    public bool OffersLate { get; set; }

    /// <summary>Provisional answers to its last call.</summary>
    public List<int> Progress { get; } = [];

    /// <summary>Seconds that it lets a call ring.</summary>
    public int Patience { get; set; } = 180;

    /// <summary>Calls that came in.</summary>
    public int Dialled { get; private set; }

    /// <summary>Dials a user part at its exchange: an access code, "meet" or the entry number.</summary>
    public void Dial(string user) => Call($"{user}@{_exchange.Name}");

    /// <summary>Calls an address, by its exchange.</summary>
    public void Call(string address) => _world.RunOn(_loop, () =>
    {
        RefusedWith = 0;
        Progress.Clear();
        Ended = null;
        Current = _ua.Invite(
            new InviteOptions
            {
                Target = SipUri.Parse("sip:" + address),
                From = new NameAddress($"sip:{Address}", _user),
                Route = SipRoute.To(SipUri.Parse($"sip:{_exchange.Party.Address}:5060")),
                Offer = OffersLate ? null : Sdp(null),
                ContactUser = _user,
                RingSeconds = Patience,
            },
            this);
    });

    /// <summary>Offers anew in the call: another codec, or hold.</summary>
    /// <param name="format">What it speaks from now on.</param>
    /// <param name="direction">Of its sound, as in SDP.</param>
    public void Reoffer(PhoneFormat format, string direction = "sendrecv") => _world.RunOn(_loop, () =>
    {
        Audio.Format = format;
        _version++;
        _direction = direction;
        Current!.Reinvite(Sdp(null));
    });

    public void HangUp() => _world.RunOn(_loop, () => Current?.Bye());

    /// <summary>Loses power: sends nothing any more and answers nothing.</summary>
    public void Vanish()
    {
        _loop.Stop();
        _host.Kill();
    }

    /// <summary>True when a tone stands in the last half second that it heard.</summary>
    public bool Hears(double hz) => Audio.Hears(hz);

    void ISipApplication.OnInvite(IncomingCall call)
    {
        Dialled++;
        DialledBy = call.Flow;
        call.Accept(this);
        if (!Answers)
        {
            call.Reject(486);
            return;
        }

        Current = call;
        Ended = null;
        var answer = Sdp(call.Offer);
        if (call.Offer is { } offer)
            StartMedia(offer);
        call.Ring();
        call.Answer(answer);
    }

    void ISipApplication.OnRequest(IncomingRequest request)
    {
        if (request.Message.Method == SipMethod.Message)
            Hear(request);
        else
            request.Respond(200);
    }

    void ICallHandler.OnProgress(Call call, int status, SdpDescription? early)
    {
        Progress.Add(status);
        if (early is not null)
            StartMedia(early);
    }

    void ICallHandler.OnAnswered(Call call, SdpDescription answer)
    {
        Answered = answer;
        StartMedia(answer);
    }

    void ICallHandler.OnOffer(Call call, SdpDescription offer, OfferReply reply)
    {
        StartMedia(offer);
        reply.Accept(Sdp(offer));
    }

    void ICallHandler.OnEnded(Call call, CallEnd end)
    {
        if (call == Current)
        {
            Ended = end;
            Current = null;
            StopMedia();
        }
    }

    void ICallHandler.OnFailed(Call call, int status, string reason, SipMessage? response)
    {
        RefusedWith = status;
        LastResponse = response;
        Current = null;
        StopMedia();
    }

    void StartMedia(SdpDescription remote)
    {
        Audio.Start(remote);
        Lines?.Start(remote);
    }

    void StopMedia()
    {
        Audio.Stop();
        Lines?.Stop();
    }

    /// <summary>The last four bytes of an address, which no two phones share.</summary>
    static int SeedOf(in NetAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.WriteBytes(bytes);
        return BinaryPrimitives.ReadInt32BigEndian(bytes[12..]);
    }

    /// <summary>Its audio, and what it has besides; what else is offered is refused, line by line (RFC 3264 section 6).</summary>
    SdpDescription Sdp(SdpDescription? offer)
    {
        if (offer is null && Says is { } said)
            return said;
        var sdp = AudioSdp();
        if (offer is null)
            Lines?.Offer(sdp);
        else if (Lines is { } lines)
            lines.Answer(offer, sdp);
        else
            sdp.Media.AddRange(offer.Media.Skip(1).Select(static line => line.Refuse()));
        return sdp;
    }

    SdpDescription AudioSdp() => SdpDescription.Parse(
        $"v=0\r\no=- 1 {_version} IN IP4 {_address}\r\ns=-\r\nc=IN IP4 {_address}\r\nt=0 0\r\n{Audio.Format.Line(RtpPort)}a={_direction}\r\n");
}
