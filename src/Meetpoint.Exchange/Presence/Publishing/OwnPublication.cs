using System.Globalization;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Presence.Publishing;

/// <summary>
/// What one person does elsewhere, as it is put into one system of hers: by PUBLISH (RFC 3903) or, in the Microsoft style, as her phone's state by SERVICE. With an expiry, so that it goes
/// when this exchange does; the last state wins, and one request is under way at a time. On the loop only.
/// </summary>
sealed class OwnPublication : IPresenceWatcher
{
    /// <summary>Seconds after which the system forgets what is not said again: a lamp that is stuck is stuck no longer.</summary>
    public const int ExpiresSeconds = 300;

    const long RefreshNs = 240 * MonotonicTime.Second;
    const long RetryNs = 5 * MonotonicTime.Second;
    const long LastRetryNs = 120 * MonotonicTime.Second;

    readonly PresenceContext _context;
    readonly LoopTimer _timer;
    PublicationVersions _versions;
    long _retryNs = RetryNs;
    bool _isSending;
    bool _isDirty;
    bool _isClosed;
    bool _isThere;

    public OwnPublication(PresenceContext context, PresenceWay into)
    {
        _context = context;
        Into = into;
        _timer = new LoopTimer(context.Loop, _ => Publish());
    }

    /// <summary>The system, and her address there.</summary>
    public PresenceWay Into { get; set; }

    /// <summary>What is shown to that system of her.</summary>
    public AudienceView? View { get; set; }

    /// <summary>The entity tag that the system gave last; null without.</summary>
    public string? Tag { get; set; }

    /// <summary>How it stands, for people.</summary>
    public string Standing { get; private set; } = "nothing to say yet";

    bool IsService => Into.Neighbour.Neighbour.Presence.Publish == PresencePublishing.Service;

    /// <summary>What is left of before a restart is replaced, or taken back.</summary>
    public void Begin()
    {
        _isThere = Tag is not null || IsService;
        _context.Loop.Post(Publish);
    }

    /// <inheritdoc/>
    public void OnChanged(AudienceView view) => Publish();

    /// <summary>Takes back what is published.</summary>
    public void Close()
    {
        _isClosed = true;
        _timer.Disarm();
        if (View is { } view)
            _context.Hub.Unwatch(view, this);
        if (_isThere && !_isSending)
            Send(isRemoval: true);
    }

    void Publish()
    {
        if (_isSending)
        {
            _isDirty = true;
            return;
        }

        if (_isClosed || View is null)
            return;
        // What is lost is not said on: the system forgets it, and shows what it knows itself.
        var isRemoval = IsService ? !CategoryPublication.IsPublished(View.User) : !Devices().Any();
        if (isRemoval && !_isThere)
        {
            _timer.Disarm();
            return;
        }

        Send(isRemoval);
    }

    IEnumerable<DeviceState> Devices() => View!.Devices.Where(device => !device.IsLost && device.State.Activity != Activity.Unknown)
        .Select(device => device with { Device = PublishedDevice.NameOf(device) });

    void Send(bool isRemoval)
    {
        if (PresenceDirectory.RouteTo(Into.Neighbour) is not { } route)
            return;
        _isSending = true;
        _isDirty = false;
        var request = IsService ? Service(isRemoval) : Update(isRemoval);
        _context.Ua.Send(request, route, null, result => OnAnswered(result, isRemoval));
    }

    SipRequest Update(bool isRemoval)
    {
        var uri = $"sip:{Into.Address}";
        var request = new SipRequest("PUBLISH", uri) { From = new NameAddress(uri), To = new NameAddress(uri) };
        request.Headers.Add((SipHeader.Event.Name(), "presence"));
        request.Headers.Add((SipHeader.Expires.Name(), isRemoval ? "0" : ExpiresSeconds.ToString(CultureInfo.InvariantCulture)));
        if (Tag is { } tag)
            request.Headers.Add(("SIP-If-Match", tag));
        if (isRemoval)
            return request;
        var dialect = PresenceDialects.Preferred(PresenceWire.StyleOf(Into.Neighbour));
        request.ContentType = dialect.MediaType;
        request.Body = dialect.Write(new PresenceShown { Entity = uri, User = View!.User, Devices = [.. Devices()], Now = _context.Now });
        return request;
    }

    SipRequest Service(bool isRemoval)
    {
        var uri = $"sip:{Into.Address}";
        var instance = PublishedDevice.InstanceOf(_context.Admission.World.Exchange, Into.Address);
        return new SipRequest("SERVICE", uri)
        {
            From = new NameAddress(uri),
            To = new NameAddress(uri),
            ContactUser = "presence",
            ContentType = "application/msrtc-category-publish+xml",
            Body = isRemoval ? CategoryPublication.WriteRemoval(uri, instance, _versions)
                : CategoryPublication.Write(uri, instance, _versions, View!.User, ExpiresSeconds),
        };
    }

    void OnAnswered(SipResult result, bool isRemoval)
    {
        _isSending = false;
        Standing = $"{result.Status} {result.Reason}";
        if (result.Status == 412 && Tag is not null)
        {
            // The system has forgotten it: all is said again.
            Tag = null;
            _isThere = !isRemoval;
            Publish();
            return;
        }

        if (IsService && result.Response is { Body.IsEmpty: false } response && result.Status is 200 or 409
            && PublicationAnswer.TryRead(response.Body, PublishedDevice.InstanceOf(_context.Admission.World.Exchange, Into.Address), _versions, out var answer, out _))
        {
            _versions = answer.Versions;
            if (answer.IsRefused && _retryNs < LastRetryNs)
            {
                _retryNs = Math.Min(_retryNs * 2, LastRetryNs); // a server that goes on refusing is not asked for ever
                Publish();
                return;
            }
        }

        if (!result.IsSuccess)
        {
            Retry();
            return;
        }

        _retryNs = RetryNs;
        _isThere = !isRemoval;
        var tag = isRemoval ? null : result.Response!.Text("SIP-ETag");
        if (tag != Tag)
            PublicationTags.Write(_context, View!.Presentity.Address, Into.Neighbour.Neighbour.Id, tag);
        Tag = tag;
        if (_isDirty)
            Publish();
        else if (!isRemoval)
            _timer.Arm(RefreshNs);
    }

    void Retry()
    {
        if (_isClosed)
            return;
        _timer.Arm(_retryNs);
        _retryNs = Math.Min(_retryNs * 2, LastRetryNs);
    }
}
