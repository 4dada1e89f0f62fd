using System.Text;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Simulation.Kit;

/// <summary>A message as it came to a phone.</summary>
/// <param name="Request">The whole.</param>
/// <param name="Text">Its body.</param>
sealed record HeardMessage(SipMessage Request, string Text)
{
    /// <summary>From whom, as its URI.</summary>
    public string From => Request.From!.UriText;
}

/// <summary>This part: its messages.</summary>
sealed partial class SimulatedPhone
{
    /// <summary>Messages that came, in order.</summary>
    public List<HeardMessage> Heard { get; } = [];

    /// <summary>How it answers messages; 0 is not at all.</summary>
    public int AnswersMessages { get; set; } = 200;

    /// <summary>The answer to the last message that it sent; null before.</summary>
    public SipResult? Said { get; private set; }

    /// <summary>Words of what came, in order.</summary>
    public IReadOnlyList<string> Words => [.. Heard.Select(message => message.Text)];

    /// <summary>Sends a message, and lets a second pass; gives the status of its answer, 0 while there is none.</summary>
    /// <param name="address">To whom.</param>
    /// <param name="text">The body.</param>
    /// <param name="contentType">Its type.</param>
    /// <param name="callId">Call-ID, of which the tag is made too; null takes a new one.</param>
    /// <param name="headers">Further headers.</param>
    public int Say(string address, string text, string contentType = "text/plain", string? callId = null, params IEnumerable<(string, string)> headers)
    {
        Said = null;
        _world.RunOn(_loop, () =>
        {
            var from = new NameAddress($"sip:{Address}", _user);
            var request = new SipRequest("MESSAGE", "sip:" + address)
            {
                From = callId is null ? from : from.WithTag("t" + callId), To = new NameAddress("sip:" + address), CallId = callId,
                ContentType = contentType, Body = Encoding.UTF8.GetBytes(text),
            };
            request.Headers.AddRange(headers);
            var credentials = new SipCredentials(_user, Secret.Length > 0 ? Secret : _user);
            _ua.Send(request, SipRoute.To([Target(SipTransport.Udp)]), credentials, result => Said = result);
        });
        _world.Run(1);
        return Said?.Status ?? 0;
    }

    void Hear(IncomingRequest request)
    {
        var message = request.Message.ToOwned();
        Heard.Add(new HeardMessage(message, Encoding.UTF8.GetString(message.Body)));
        if (AnswersMessages > 0)
            request.Respond(AnswersMessages, null, AnswersMessages == 415 ? [("Accept", "text/plain")] : []);
    }
}
