using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Media.Dtls;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Meetings.Live.Browsers;

/// <summary>Where browsers come: finds the meeting of a code, and brings them to its door. On the signalling loop only.</summary>
/// <param name="context">What live meetings work with.</param>
/// <param name="meetings">Those that are on.</param>
sealed class BrowserDesk(LiveContext context, LiveMeetings meetings)
{
    /// <summary>A page that comes so early waits for the opening; one that comes earlier is told when to come.</summary>
    const int MaxWaitSeconds = 30 * 60;

    static readonly string[] _actions = ["mute", "eject", "admit", "to-lobby"];

    /// <summary>Brings a page to the door of its meeting; null when it cannot come so far, which it was told.</summary>
    /// <param name="page">Is told.</param>
    /// <param name="code">Of the meeting.</param>
    /// <param name="invitation">The token of an invitation, which says who comes; null for a guest.</param>
    /// <param name="request">How it wants in.</param>
    public BrowserParticipant? Enter(JoinFeed page, string code, string? invitation, JoinRequest request)
    {
        if (!BrowserOffer.TryRead(Encoding.UTF8.GetBytes(request.Offer), out var offer, out var fault))
        {
            page.Finish(JoinFrame.Refused("malformed", fault));
            return null;
        }

        if (meetings.ByCode(code, out var tooEarly) is not { } meeting)
        {
            if (tooEarly is { RetryAfterSeconds: > 0 and <= MaxWaitSeconds } soon)
                page.WaitForOpening(context.Loop, soon.RetryAfterSeconds, request);
            else
                page.Finish(tooEarly is { } early ? JoinFrame.Refused(in early) : JoinFrame.Refused("not-found", "There is no such meeting now."));
            return null;
        }

        var invited = invitation is not null && context.Booked.Coming(invitation) is var (row, invitee) && row.Id == meeting.Row.Id ? invitee : null;
        if (context.Admission.World.FindProvider(meeting.Half.Provider) is not { } provider || context.Admission.World.FindProfile(EquipmentProfile.GenericId) is not { } profile)
        {
            page.Finish(JoinFrame.Refused("not-found", "There is no such meeting now."));
            return null;
        }

        var before = request.Session is { } token ? meeting.ComeBacks.Find(token, context.Time.NowNs()) : null;
        before?.Replace();
        var found = invited is null ? null : context.Admission.World.Find(invited.Address);
        var address = invited?.Address ?? $"guest-{context.Ids.New("g")}@{provider.Domains.FirstOrDefault() ?? context.Self}".ToLowerInvariant();
        var caller = before?.Caller ?? new SipCaller(null, found?.Provider ?? provider, address, request.Name, null, profile);
        if (meeting.Arrivals.NewBrowser(caller, before?.IsOrganiser ?? (invited is not null && invited.Address == meeting.Meeting.Organiser), page, offer, out var refusal) is not { } participant)
        {
            context.Refusals.Note(in refusal, code, "a browser");
            page.Finish(JoinFrame.Refused(in refusal));
            return null;
        }

        participant.Arrive(request, wasIn: before is not null);
        return participant.State == ParticipantState.Left ? null : participant;
    }

    /// <summary>The organiser acts on somebody, wherever in the meeting; false for what is no action, or not his to do.</summary>
    public bool Moderate(BrowserParticipant by, string? action, uint participant)
    {
        if (!by.IsOrganiser)
            return false;
        var meeting = by.In;
        switch (action)
        {
            case "lock" or "unlock":
                _ = meeting.Moderation.LockAsync(action == "lock");
                return true;
            case "record":
                _ = RecordAsync(by);
                return true;
            case "stop-recording":
                return meeting.Recording.Stop();
            case not null when _actions.Contains(action):
                _ = meeting.Moderation.ActAsync(action, participant);
                return true;
            default:
                return false;
        }
    }

    async Task RecordAsync(BrowserParticipant by)
    {
        var refusal = await by.In.Recording.StartAsync(by.Caller.Name ?? by.Caller.Address).ConfigureAwait(false);
        if (refusal is null)
            return;
        context.Loop.Post(() =>
        {
            by.In.Recording.Note(refusal);
            by.Say(JoinFrame.Recording(by.In.Recording.By is not null, by.In.Recording.By ?? "", refusal.Detail));
        });
    }
}

/// <summary>What all browsers of this exchange are shown: one certificate, made when the first comes and as long as the process lives.</summary>
/// <param name="clock">For its validity.</param>
sealed class BrowserCertificate(NodaTime.IClock clock)
{
    readonly Lazy<DtlsContext> _context = new(() => Create(clock, new DtlsOptions()));
    readonly Lazy<X509Certificate2> _streams = new(() => CreateForStreams(clock));
    readonly Lazy<DtlsContext> _data = new(() => Create(clock, new DtlsOptions { CarriesData = true }));

    /// <summary>From any thread.</summary>
    public DtlsContext Certificate => _context.Value;

    /// <summary>One for streams of TLS whose other end knows it by its fingerprint, from any thread.</summary>
    public X509Certificate2 ForStreams => _streams.Value;

    /// <summary>One for channels of data, from any thread.</summary>
    public DtlsContext ForData => _data.Value;

    static DtlsContext Create(NodaTime.IClock clock, DtlsOptions options)
    {
        using var certificate = Create(clock);
        return new DtlsContext(certificate, options);
    }

    static X509Certificate2 CreateForStreams(NodaTime.IClock clock)
    {
        using var certificate = Create(clock);
        using var key = ECDsa.Create();
        var pkcs8 = certificate.ExportPkcs8();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        CryptographicOperations.ZeroMemory(pkcs8);
        using var shown = X509CertificateLoader.LoadCertificate(certificate.CertificateDer.Span);
        return shown.CopyWithPrivateKey(key);
    }

    static DtlsCertificate Create(NodaTime.IClock clock) => DtlsCertificate.Create(clock.GetCurrentInstant().ToDateTimeOffset().AddDays(-1), TimeSpan.FromDays(800));
}
