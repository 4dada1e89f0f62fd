using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Meetings.Invitations;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Net;
using Meetpoint.Sip;
using NodaTime;

namespace Meetpoint.Exchange;

// In which order it starts and stops.
public sealed partial class ExchangeNode
{
    const int BookedAtStart = 200_000;

    static readonly Duration KeptAfterEnd = Duration.FromHours(1);

    readonly CancellationTokenSource _stopping = new();
    Task _mailing = Task.CompletedTask;

    /// <summary>Closes what a crash left open, opens the listeners, and begins.</summary>
    /// <exception cref="IOException">An address cannot be bound.</exception>
    public async Task StartAsync()
    {
        await Grants.RecoverAsync(_recovery.Hold);
        var calls = Store.Read(reader => CallRows.Of(reader, _calls.Node));
        await _limits.RenewAsync();
        await _sightings.RecoverAsync();
        var now = _options.Clock.GetCurrentInstant();
        await CallSightings.ForgetAsync(Store, now);
        await Recordings.StartAsync();
        await Hotspots.StartAsync();
        await Roaming.StartAsync();
        var watched = Presence.Load();
        var booked = Meetings.List(now - KeptAfterEnd, "", BookedAtStart);
        await Loop.DoAsync(() =>
        {
            if (Trace.Open() is { } fault)
                _options.Log.Fault("trace", fault);
            Registrations.Load();
            OpenListeners();
            _recovery.Resume(calls);
            Messages.Start();
            _live.Start(booked);
            Presence.Start(watched);
            _reaper.Start();
            _housekeeping.Start();
        });
        if (_radius is not null)
            await RadiusLoop.DoAsync(OpenRadius);
        Nni.Start();
        if (_options.Mail is { } transport)
            _mailing = new MailSender(Store, _mailOutbox, transport, _options.Clock, _options.Log.Mail).RunAsync(_stopping.Token);
    }

    /// <summary>Ends what is on, says goodbye, and closes the listeners.</summary>
    public async Task StopAsync()
    {
#pragma warning disable CA1849, VSTHRD103 // Cancelling asynchronously would go on in the pool; what is registered here is short.
        _stopping.Cancel();
#pragma warning restore CA1849, VSTHRD103
        Nni.Stop();
        await Loop.DoAsync(() =>
        {
            _housekeeping.Stop();
            _reaper.Stop();
            Messages.Stop();
            Presence.Stop();
            _live.Stop();
        });
        // The goodbyes leave with the loop's next turn.
        await Loop.DoAsync(() => { });
        await Loop.DoAsync(_sipTransports.Dispose);
        if (_xmpp is not null)
            await Loop.DoAsync(_xmpp.Dispose);
        if (_radius is not null)
            await RadiusLoop.DoAsync(_radius.Dispose);
        await Loop.DoAsync(Trace.Dispose);
        await Recordings.FinishAsync();
        _media.Close();
        try
        {
            await _mailing;
        }
        catch (OperationCanceledException)
        {
            // It was asked to.
        }

        await _limits.LeaveAsync();
        (_transport as IDisposable)?.Dispose();
        Certificates.Dispose();
        Worlds.Dispose();
        Hotspots.Dispose();
        _leases?.Dispose();
        _stopping.Dispose();
    }

    void OpenRadius()
    {
        RadiusAddresses = _options.Radius.ToDictionary(listen => listen.Name, listen => _radius!.Listen(listen), StringComparer.Ordinal);
        RadiusTlsAddresses = _options.RadiusTls.ToDictionary(listen => listen.Name, listen => _radius!.Listen(listen), StringComparer.Ordinal);
        _radius!.Start();
    }

    void OpenListeners()
    {
        var addresses = new Dictionary<string, NetAddress>(StringComparer.Ordinal);
        foreach (var listen in _options.Sip)
        {
            var tls = listen.Transport == SipTransport.Tls ? _tls.ForListener(listen.Certificate) : null;
            addresses[listen.Name] = _sipTransports.Listen(listen.Name, listen.Transport, listen.Local, tls, listen.SentBy);
        }

        SipAddresses = addresses;
        if (_xmpp is not null)
        {
            XmppAddress = _xmpp.Listen(_options.Xmpp!.Local);
            if (_options.Xmpp.DirectTls.IsSet)
                _xmpp.Listen(_options.Xmpp.DirectTls, isDirectTls: true);
        }

        _calls.Own = new OwnAddresses(
            _options.Name,
            [.. _sipTransports.Listeners.SelectMany(own => new[] { (own.Name, own.Transport, own.SentBy), (own.Name, own.Transport, addresses[own.Name].ToString()) })]);
    }
}
