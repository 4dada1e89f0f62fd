using Meetpoint.Radius.Packets;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>
/// Somebody who was let in: by what his report is known to be his, and the rest as it came, which is read when it is wanted. So an Access-Accept waits for no hash and no text that nobody
/// asks for: who proves himself anew at every access point is let in many times and reported once.
/// </summary>
/// <param name="visited">Whose network.</param>
/// <param name="nas">NAS-Identifier, or the address of the NAS.</param>
/// <param name="station">As <see cref="PersonKey.StationOf"/> gives it; in memory alone.</param>
/// <param name="read">What else was said; called once, on any thread.</param>
sealed class LetIn(string visited, string nas, string station, Func<RoamingAccept> read)
{
    readonly Lazy<RoamingAccept> _accept = new(read);

    /// <summary>By what a report is known to be his.</summary>
    public (string Visited, string Nas, string Station) Key => (visited, nas, station);

    /// <summary>What he was let in with. From any thread.</summary>
    public RoamingAccept Accept => _accept.Value;

    /// <summary>Takes copies of the packets; null where the request does not say through which access server it came: no report could be told to be of it.</summary>
    /// <param name="calling">Its Calling-Station-Id.</param>
    /// <param name="request">As it was sent to the home.</param>
    /// <param name="answer">Its Access-Accept, as the access server is given it.</param>
    /// <param name="source">What the hub knows of it.</param>
    /// <param name="bounds">What the access server is given for it.</param>
    /// <param name="key">By which people are named.</param>
    /// <param name="now">Wall time.</param>
    public static LetIn? Of(ReadOnlySpan<byte> calling, in RadiusPacket request, in RadiusPacket answer, ReportSource source, SessionBounds bounds, PersonKey key, Instant now)
    {
        if (AccountingReport.NasOf(request) is not { } nas)
            return null;
        var station = PersonKey.StationOf(calling);
        var (asked, given) = (request.Bytes.ToArray(), answer.Bytes.ToArray());
        return new LetIn(source.Visited, nas, station, () =>
        {
            RadiusPacket.TryParse(asked, out var request, out _);
            RadiusPacket.TryParse(given, out var answer, out _);
            return AcceptReader.Read(request, answer, source, nas, key.NameOf(station), bounds, now);
        });
    }
}
