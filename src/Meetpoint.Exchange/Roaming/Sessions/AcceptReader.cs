using Meetpoint.Radius.Packets;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>Reads what an Access-Accept lets in: who and where from what was asked, with what from the answer.</summary>
static class AcceptReader
{
    /// <summary>Acct-Interim-Interval or a timeout beyond is taken as this, in seconds: 68 years.</summary>
    const uint MaxSeconds = int.MaxValue;

    /// <summary>Who asks, as he is named this month; null without Calling-Station-Id.</summary>
    public static string? PersonOf(in RadiusPacket request, PersonKey key) => request.TryFind(AttributeType.CallingStationId, out var station) ? key.NameOf(station.Value) : null;

    /// <summary>Reads one.</summary>
    /// <param name="request">As it was sent to the home.</param>
    /// <param name="answer">Its Access-Accept.</param>
    /// <param name="source">What the hub knows of it.</param>
    /// <param name="nas">Through which access server.</param>
    /// <param name="person">Who asks, as he is named this month.</param>
    /// <param name="bounds">What the access server is given for it.</param>
    /// <param name="now">Wall time.</param>
    public static RoamingAccept Read(
        in RadiusPacket request, in RadiusPacket answer, ReportSource source, string nas, string person, SessionBounds bounds, Instant now)
    {
        var terms = new SessionTerms
        {
            Class = answer.TryFind(AttributeType.Class, out var given) ? Convert.ToHexStringLower(given.Value) : null,
            Cui = AccountingReport.CuiOf(answer),
            InterimSeconds = Seconds(bounds.InterimSeconds),
            SessionSeconds = Seconds(bounds.SessionSeconds),
        };
        return new RoamingAccept(source, nas, person, AccountingReport.HotspotOf(request), Instant.FromUnixTimeTicks(now.ToUnixTimeTicks()), terms);
    }

    static int? Seconds(uint? value) => value is { } seconds ? (int)Math.Min(seconds, MaxSeconds) : null;
}
