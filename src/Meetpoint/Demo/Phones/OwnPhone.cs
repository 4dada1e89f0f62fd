using Meetpoint.Media.Audio;
using Meetpoint.Net;
using Meetpoint.Net.Dns;
using Meetpoint.Sip;
using Meetpoint.Sip.Sdp;
using SipTarget = Meetpoint.Sip.SipTarget;
using SipTransport = Meetpoint.Sip.SipTransport;

namespace Meetpoint.Demo.Phones;

/// <summary>Meetpoint's own user agent, for where baresip is not installed: one call at a time, on a loop of its own, over real sockets.</summary>
sealed class OwnPhone : Phone, ISipApplication, ICallHandler
{
    readonly string _folder;
    readonly ThreadEventLoop _loop;
    readonly SocketNetwork _network = new();
    readonly SipTransports _transports;
    readonly SipUserAgent _ua;
    readonly CallWatch _watch;
    readonly SipResolver _resolver;
    string _lastFault = "";
    Call? _call;          // on the loop, like all below
    ToneSession? _media;
    int _mediaPort;

    OwnPhone(PhoneAccount account, string folder)
        : base(account)
    {
        _folder = folder;
        _loop = new ThreadEventLoop(account.Name, TimeProvider.System, fault => _lastFault = fault.ToString());
        _watch = new CallWatch(account.Name, () => _lastFault);
        _mediaPort = account.FirstMediaPort;
        _resolver = new SipResolver(
            new DnsClient(_network, _loop, new DnsClientOptions { Servers = [account.NameServer] }), _loop, new Random(account.FirstMediaPort), [Net.Dns.SipTransport.Udp]);
        _transports = new SipTransports(_network, _loop);
        _ua = new SipUserAgent(_transports, this, new SipUserAgentOptions { Resolver = Resolve });
    }

    /// <inheritdoc/>
    public override string Kind => "Meetpoint's own user agent; install baresip to use it";

    /// <summary>Starts it; it listens once this returns.</summary>
    /// <exception cref="IOException">Its address cannot be bound.</exception>
    public static OwnPhone Start(PhoneAccount account, string folder)
    {
        Directory.CreateDirectory(folder);
        var phone = new OwnPhone(account, folder);
        phone._transports.Listen("udp", SipTransport.Udp, account.Listen);
        return phone;
    }

    /// <inheritdoc/>
    public override async Task DialAsync(string uri, TimeSpan limit)
    {
        if (!SipUri.TryParse(uri, out var target))
            throw new DemoFailedException($"expected a SIP URI to dial; instead: {uri}");
        _watch.Begin();
        _loop.Post(() => Dial(target));
        await _watch.AnsweredAsync(limit, $"{Account.Name} to be answered at {uri}");
    }

    /// <inheritdoc/>
    public override Task AnsweredAsync(TimeSpan limit) => _watch.AnsweredAsync(limit, $"{Account.Name} to be called");

    /// <inheritdoc/>
    public override Task EndedAsync(TimeSpan limit) => _watch.EndedAsync(limit);

    /// <inheritdoc/>
    public override Task SendDigitsAsync(string digits)
    {
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(() =>
        {
            if (_media is { } media)
                media.SendDigits(digits, sent.SetResult);
            else
                sent.SetResult();
        });
        return sent.Task.WithinAsync(TimeSpan.FromSeconds(2 + digits.Length), $"{Account.Name} to press {digits.Length} keys");
    }

    /// <inheritdoc/>
    public override async Task HangUpAsync()
    {
        if (!_watch.IsUp)
            return;
        _loop.Post(() => _call?.Bye());
        await EndedAsync(TimeSpan.FromSeconds(10));
    }

    /// <inheritdoc/>
    public override Task<WavFile?> HeardSoFarAsync()
    {
        var heard = new TaskCompletionSource<WavFile?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(() => heard.SetResult(_media?.Recording() is { Samples.Length: > 0 } recording ? recording : null));
        return heard.Task;
    }

    /// <inheritdoc/>
    public override async Task<WavFile> RecordingAsync()
    {
        if (await HeardSoFarAsync() is not { } heard)
            throw new DemoFailedException($"expected a recording of {Account.Name}; instead nothing was heard. {_lastFault}");
        WavFile.Write(Path.Combine(_folder, "heard.wav"), heard.SampleRate, heard.Samples.Span);
        return heard;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await HangUpAsync();
        _loop.Post(() =>
        {
            _media?.Dispose();
            _transports.Dispose();
        });
        _loop.Dispose();
    }

    /// <inheritdoc/>
    void ISipApplication.OnInvite(IncomingCall call)
    {
        call.Accept(this);
        if (!Account.AnswersByItself || _call is not null)
        {
            call.Reject(486);
            return;
        }

        OpenMedia();
        var answer = call.Offer is null ? ToneSdp.Offer(Account, _media!.Local) : ToneSdp.Answer(call.Offer, Account, _media!.Local);
        if (answer is null)
        {
            call.Reject(488);
            return;
        }

        _call = call;
        call.Ring();
        call.Answer(answer);
        if (call.Offer is { } offer)
            _media.Start(ToneSdp.Settle(offer, Account)!);
        _watch.Answered();
    }

    /// <inheritdoc/>
    void ISipApplication.OnRequest(IncomingRequest request)
    {
        if (request.Message.Method == SipMethod.Options)
            _ua.AnswerOptions(request);
        else
            request.Respond(405);
    }

    /// <inheritdoc/>
    void ICallHandler.OnAnswered(Call call, SdpDescription answer)
    {
        if (ToneSdp.Settle(answer, Account) is { } agreed)
            _media?.Start(agreed);
        _watch.Answered();
    }

    /// <inheritdoc/>
    void ICallHandler.OnOffer(Call call, SdpDescription offer, OfferReply reply)
    {
        if (_media is { } media && ToneSdp.Answer(offer, Account, media.Local) is { } answer)
        {
            reply.Accept(answer);
            media.Start(ToneSdp.Settle(offer, Account)!);
        }
        else
        {
            reply.Reject();
        }
    }

    /// <inheritdoc/>
    void ICallHandler.OnEnded(Call call, CallEnd end) => Over($"{end.By}, {end.Status} {end.Reason}");

    /// <inheritdoc/>
    void ICallHandler.OnFailed(Call call, int status, string reason, SipMessage? response) => Over($"{status} {reason}");

    void Dial(SipUri target)
    {
        OpenMedia();
        _call = _ua.Invite(
            new InviteOptions
            {
                Target = target,
                From = new NameAddress($"sip:{Account.Address}", Account.Name),
                ContactUser = Account.User,
                Offer = ToneSdp.Offer(Account, _media!.Local),
                Credentials = new SipCredentials(Account.DigestUser, Account.DigestSecret),
            },
            this);
    }

    void OpenMedia()
    {
        _media?.Dispose();
        for (var tried = 1; ; tried++)
        {
            var port = _mediaPort;
            _mediaPort += 2;
            if (_mediaPort >= Account.FirstMediaPort + PhoneAccount.MediaPorts)
                _mediaPort = Account.FirstMediaPort;
            try
            {
                _media = new ToneSession(_network, _loop, Account.Listen.WithPort(port), Account.ToneHz);
                return;
            }
            catch (IOException) when (tried < PhoneAccount.MediaPorts / 2)
            {
                // A process that is just being started has a copy of what was open, also of what was closed since, until it runs.
            }
        }
    }

    void Over(string reason)
    {
        _call = null;
        _media?.Dispose();
        _watch.Ended(reason);
    }

    void Resolve(SipUri uri, Action<IReadOnlyList<SipTarget>> found) => _resolver.Resolve(
        new Net.Dns.SipTarget(uri.Host, uri.Port, Net.Dns.SipTransport.Udp),
        resolution => found([.. resolution.Hops.Select(hop => new SipTarget(SipTransport.Udp, hop.Address))]));
}
