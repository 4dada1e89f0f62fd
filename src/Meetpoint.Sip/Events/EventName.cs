using System.Text;

namespace Meetpoint.Sip;

/// <summary>Reads and writes what Event and Subscription-State hold (RFC 6665 section 8.2).</summary>
static class EventName
{
    /// <summary>Package and id, as they tell subscriptions of one dialog apart (section 4.5.2).</summary>
    public static string Key(SipMessage message)
    {
        var value = message.Value(SipHeader.Event);
        var semicolon = value.IndexOf((byte)';');
        var package = Encoding.ASCII.GetString(SipLexer.Trim(semicolon < 0 ? value : value[..semicolon]));
        var id = semicolon < 0 ? default : new SipParameters(value[semicolon..])["id"u8];
        return id.IsEmpty ? package : $"{package};id={Encoding.ASCII.GetString(id)}";
    }

    /// <summary>The same of a value that we write.</summary>
    public static string Key(string value)
    {
        var parts = value.Split(';', StringSplitOptions.TrimEntries);
        return Array.Find(parts, static part => part.StartsWith("id=", StringComparison.OrdinalIgnoreCase)) is { } id ? $"{parts[0]};{id}" : parts[0];
    }

    /// <summary>State word, and its parameters.</summary>
    public static string State(SipMessage notify, out string? reason, out long? expiresSeconds, out long? retryAfterSeconds)
    {
        var value = notify.Value(SipHeader.Subscription_State);
        var semicolon = value.IndexOf((byte)';');
        var parameters = semicolon < 0 ? default : new SipParameters(value[semicolon..]);
        var said = parameters["reason"u8];
        reason = said.IsEmpty ? null : Encoding.ASCII.GetString(said);
        expiresSeconds = SipLexer.TryNumber(parameters["expires"u8], uint.MaxValue, out var expires) ? expires : null;
        retryAfterSeconds = SipLexer.TryNumber(parameters["retry-after"u8], uint.MaxValue, out var retry) ? retry : null;
        return Encoding.ASCII.GetString(SipLexer.Trim(semicolon < 0 ? value : value[..semicolon]));
    }
}
