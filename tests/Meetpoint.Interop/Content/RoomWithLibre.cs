using Meetpoint.Demo;
using Meetpoint.Demo.World;
using Meetpoint.Interop.Peers;
using Meetpoint.Net;
using Meetpoint.Sip;
using Meetpoint.Sip.Bfcp;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Interop.Content;

/// <summary>
/// A room system with a line of content whose floor control is libre's. Its SIP is ours, and it sends no media: what is seen of content stands in the simulation and in the tests with browsers.
/// </summary>
sealed class RoomWithLibre : ISipApplication, ICallHandler, IAsyncDisposable
{
    readonly Resident _resident;
    readonly string? _fingerprint;
    readonly ThreadEventLoop _loop;
    readonly SipTransports _transports;
    readonly SipUserAgent _ua;
    readonly TaskCompletionSource<SdpDescription> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    string _fault = "";
    Call? _call;
    LibreFloor? _floor;

    /// <param name="resident">Whose room it is.</param>
    /// <param name="fingerprint">Of its certificate where floor control is offered over TLS, and is the test's own; null for libre's.</param>
    public RoomWithLibre(Resident resident, string? fingerprint = null)
    {
        (_resident, _fingerprint) = (resident, fingerprint);
        _loop = new ThreadEventLoop(resident.Name, TimeProvider.System, fault => _fault = fault.ToString());
        _transports = new SipTransports(new SocketNetwork(), _loop);
        _transports.Listen("udp", SipTransport.Udp, resident.Account.Listen);
        _ua = new SipUserAgent(_transports, this, new SipUserAgentOptions());
    }

    public LibreFloor Floor => _floor!;

    /// <summary>Where the exchange hears floor control over TLS, and what it said of that.</summary>
    public (NetAddress Address, BfcpLine Line) Secured { get; private set; }

    /// <summary>Dials into a meeting, and has floor control once this completes.</summary>
    public async Task DialAsync(string uri, NetAddress exchange)
    {
        _loop.Post(() => _call = _ua.Invite(
            new InviteOptions
            {
                Target = SipUri.Parse(uri),
                From = new NameAddress("sip:" + _resident.Address, _resident.Name),
                Route = SipRoute.To(SipUri.Parse($"sip:{exchange}")),
                ContactUser = _resident.User,
                Offer = Offer(),
                Credentials = new SipCredentials(_resident.Account.DigestUser, _resident.Account.DigestSecret),
            },
            this));
        var answer = await _answered.Task.WithinAsync(TimeSpan.FromSeconds(15), $"{_resident.Name} to be answered at {uri}", () => _fault);
        var floor = answer.Media[3];
        Assert.False(floor.IsRefused, $"expected floor control to be taken: {answer}");
        Assert.False(answer.Media[2].IsRefused, $"expected content to be taken: {answer}");
        if (_fingerprint is null)
            _floor = new LibreFloor(Local(6), answer.AddressOf(floor)!.Value, BfcpLine.Read(floor)!);
        else
            Secured = (answer.AddressOf(floor)!.Value, BfcpLine.Read(floor)!);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_floor is not null)
            await _floor.DisposeAsync();
        _loop.Post(() =>
        {
            _call?.Bye();
            _transports.Dispose();
        });
        _loop.Dispose();
    }

    void ISipApplication.OnInvite(IncomingCall call) => call.Reject(486);

    void ISipApplication.OnRequest(IncomingRequest request) => request.Respond(405);

    void ICallHandler.OnAnswered(Call call, SdpDescription answer) => _answered.TrySetResult(answer);

    void ICallHandler.OnOffer(Call call, SdpDescription offer, OfferReply reply) => reply.Reject();

    void ICallHandler.OnEnded(Call call, CallEnd end) => _answered.TrySetException(new DemoFailedException($"the call ended: {end}"));

    void ICallHandler.OnFailed(Call call, int status, string reason, SipMessage? response) => _answered.TrySetException(new DemoFailedException($"expected an answer; instead: {status} {reason}"));

    SdpDescription Offer() => SdpDescription.Parse(
        $"""
        v=0
        o=- 1 1 IN IP4 {_resident.Account.Listen.Host}
        s=-
        c=IN IP4 {_resident.Account.Listen.Host}
        t=0 0
        m=audio {Local(0).Port} RTP/AVP 8
        a=rtpmap:8 PCMA/8000
        m=video {Local(2).Port} RTP/AVP 96
        a=rtpmap:96 VP8/90000
        m=video {Local(4).Port} RTP/AVP 96
        a=rtpmap:96 VP8/90000
        a=content:slides
        a=label:11
        m=application {Local(6).Port} {(_fingerprint is null ? "UDP/BFCP *" : $"TCP/TLS/BFCP *\na=setup:active\na=connection:new\na=fingerprint:{_fingerprint}")}
        a=floorctrl:c-only s-only
        a=confid:1
        a=userid:1
        a=floorid:2 mstrm:11

        """.ReplaceLineEndings("\r\n"));

    NetAddress Local(int port) => _resident.Account.Listen.WithPort(_resident.Account.FirstMediaPort + port);
}
