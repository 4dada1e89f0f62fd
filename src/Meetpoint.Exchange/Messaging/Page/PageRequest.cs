using System.Globalization;
using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Messaging.Bodies;
using Meetpoint.Sip;
using NodaTime;

namespace Meetpoint.Exchange.Messaging.Page;

/// <summary>Writes a MESSAGE of our own, which takes the place of what came in.</summary>
static class PageRequest
{
    const string Anonymous = "sip:anonymous@anonymous.invalid"; // RFC 3323 section 4.1.1.3

    /// <summary>The request for one target.</summary>
    /// <param name="message">What.</param>
    /// <param name="way">Where to.</param>
    /// <param name="target">The client or system.</param>
    /// <param name="exchange">Our own name.</param>
    public static SipRequest Of(TextMessage message, MessageWay way, RelayTarget target, string exchange)
    {
        var request = new SipRequest("MESSAGE", target.RequestUri ?? way.Receiver)
        {
            From = From(message, exchange),
            To = new NameAddress(way.Receiver),
            Routes = target.Path,
            MaxForwards = Math.Max(1, message.HopsLeft - 1),
        };
        (request.CallId, var tag) = IdsOf(message);
        request.From = request.From.WithTag(tag);
        var isExchange = way.Neighbour is { Neighbour.Kind: NeighbourKind.Exchange };
        request.Headers.AddRange(SessionHeaders.Of(message.Correlation, message.Path, isExchange ? exchange : null));
        if (way.Trust == IdentityTrust.Trusted)
        {
            request.Headers.Add((SipHeader.P_Asserted_Identity.Name(), $"<{MessageAddress.Uri(message.From, exchange)}>"));
            if (message.IsWithheld)
                request.Headers.Add((SipHeader.Privacy.Name(), "id"));
        }

        request.Headers.Add(("Date", message.Sent.ToDateTimeUtc().ToString("R", CultureInfo.InvariantCulture)));
        if (message.Expires is { } expires)
            request.Headers.Add(("Expires", ((long)Duration.Max(expires - message.Sent, Duration.Zero).TotalSeconds).ToString(CultureInfo.InvariantCulture)));
        (request.ContentType, request.Body) = MessageBody.Write(message);
        return request;
    }

    /// <summary>Call-ID and From tag, by which the next system knows a message again.</summary>
    static (string CallId, string Tag) IdsOf(TextMessage message)
    {
        var hash = message.KeyHash().AsSpan();
        return (Convert.ToHexStringLower(hash[..16]), Convert.ToHexStringLower(hash[16..24]));
    }

    static NameAddress From(TextMessage message, string exchange) => message.IsWithheld
        ? new NameAddress(Anonymous, "Anonymous")
        : new NameAddress(MessageAddress.Uri(message.From, exchange), message.FromName);
}
