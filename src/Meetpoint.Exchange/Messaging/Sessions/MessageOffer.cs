using System.Text;
using Meetpoint.Sip;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Messaging.Sessions;

/// <summary>The description of a session of messages in the Microsoft style: one line "m=message 5060 sip null", and messages within the dialog itself.</summary>
static class MessageOffer
{
    const string Kind = "message";

    /// <summary>Types that are read in a session.</summary>
    const string AcceptTypes = "text/plain text/html multipart/alternative application/im-iscomposing+xml";

    /// <summary>True for an INVITE that offers messages within the dialog, and nothing else.</summary>
    public static bool IsIn(SipMessage invite) =>
        invite.Method == SipMethod.Invite && SipBody.TryFindSdp(invite, out var body) && body.IndexOf("m=message "u8) >= 0
        && SdpDescription.TryParse(body, out var offer, out _) && Is(offer);

    /// <summary>True for a description of such a session, and of nothing else.</summary>
    public static bool Is(SdpDescription? description) =>
        description is { Media: [{ Kind: Kind, IsRefused: false } only] } && only.Protocol.Equals("sip", StringComparison.OrdinalIgnoreCase);

    /// <summary>Ours.</summary>
    /// <param name="host">Our address, as the other side sees it.</param>
    public static SdpDescription Of(string host)
    {
        var family = host.Contains(':', StringComparison.Ordinal) ? "IP6" : "IP4";
        var bare = host.Trim('[', ']');
        return SdpDescription.TryParse(
            Encoding.UTF8.GetBytes($"v=0\r\no=- 0 0 IN {family} {bare}\r\ns=session\r\nc=IN {family} {bare}\r\nt=0 0\r\nm={Kind} 5060 sip null\r\na=accept-types:{AcceptTypes}\r\n"),
            out var description, out var error) ? description! : throw new InvalidOperationException($"own description: {error}");
    }
}
