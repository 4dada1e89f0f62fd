using System.Text;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>"Begin the picture anew", said by INFO (RFC 5168), as room systems do that have no RTCP feedback.</summary>
static class PictureInfo
{
    /// <summary>Content-Type.</summary>
    public const string MediaType = "application/media_control+xml";

    const string Request =
        """<?xml version="1.0" encoding="utf-8"?><media_control><vc_primitive><to_encoder><picture_fast_update/></to_encoder></vc_primitive></media_control>""";

    /// <summary>Asks for it.</summary>
    public static void Send(Call call) => call.Info(MediaType, Encoding.UTF8.GetBytes(Request));

    /// <summary>Whether an INFO asks for it.</summary>
    public static bool Asks(SipMessage info) => info.MediaType == MediaType && info.Body.IndexOf("picture_fast_update"u8) >= 0;
}
