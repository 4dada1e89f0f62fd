using System.Globalization;
using System.Text;
using Meetpoint.Interop.Border;
using Meetpoint.Net;

namespace Meetpoint.Interop.Calls;

/// <summary>A phone that is called, over a plain UDP socket: hears requests and answers them by hand.</summary>
static class Answering
{
    /// <summary>The next request of that method; its copies and other messages are passed over.</summary>
    public static async Task<string> RequestAsync(this RawSip phone, string method)
    {
        while (true)
        {
            var message = await phone.ReceiveAsync($"a request {method}");
            if (message.StartsWith(method + " ", StringComparison.Ordinal))
                return message;
        }
    }

    /// <summary>An answer with all that one repeats of its request (RFC 3261 section 8.2.6.2).</summary>
    public static string To(string request, int status, string phrase, NetAddress contact, string? offer = null)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"SIP/2.0 {status} {phrase}\r\n");
        foreach (var line in request.Split("\r\n\r\n")[0].Split("\r\n").Skip(1))
        {
            var name = line.Split(':')[0];
            if (name is "To" && !line.Contains(";tag=", StringComparison.Ordinal))
                text.Append(line).Append(";tag=callee\r\n");
            else if (name is "Via" or "From" or "To" or "Call-ID" or "CSeq" or "Record-Route")
                text.Append(line).Append("\r\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"Contact: <sip:callee@{contact}>\r\n");
        if (offer is not null)
            text.Append("Content-Type: application/sdp\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Content-Length: {offer?.Length ?? 0}\r\n\r\n{offer}");
        return text.ToString();
    }
}
