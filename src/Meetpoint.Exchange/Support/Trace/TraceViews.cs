using System.Text;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Support.Trace;

/// <summary>Records as the API shows them: the one way out, and masked. Not thread safe.</summary>
sealed class TraceViews
{
    static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    readonly SipMessage _message = new();

    /// <summary>One message of a session.</summary>
    public TraceMessageView Message(string session, TraceRecord record)
    {
        var bytes = record.Unmasked.ToArray();
        TraceMask.Apply(bytes);
        _message.TryParse(bytes, out _);
        var text = TextOf(bytes);
        return new TraceMessageView(
            session, (long)record.Position, record.At, record.MonotonicNs, EventName(record.Event), record.Error == SipParseError.None ? null : record.Error.Phrase(),
            record.Transport.UriName(), record.Local is { IsSet: true } local ? local.ToString() : null, record.Remote.ToString(), record.IsOpenedHere,
            record.Listener, record.Party is { Length: > 0 } party ? party : null, _message.CallId is { Length: > 0 } callId ? callId : null, Summary(),
            record.FullLength, text, text is null ? Convert.ToBase64String(bytes) : null);
    }

    string? Summary() => _message.IsRequest ? $"{_message.MethodName} {Encoding.UTF8.GetString(_message.RequestUriBytes)}"
        : _message.StatusCode > 0 ? $"{_message.StatusCode} {_message.ReasonPhrase}" : null;

    static string EventName(SipTapEvent what) => what switch
    {
        SipTapEvent.Received => "received",
        SipTapEvent.Invalid => "invalid",
        SipTapEvent.Dropped => "dropped",
        SipTapEvent.Sent => "sent",
        _ => "unsent",
    };

    static string? TextOf(byte[] bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
