using System.Text;

namespace Meetpoint.Sip;

/// <summary>A state as notifications carry it: written once, and shared by every subscription that is shown it. Immutable.</summary>
public sealed class EventBody
{
    /// <summary>A state.</summary>
    /// <param name="contentType">Media type with its parameters; null for a state without a document.</param>
    /// <param name="bytes">The document.</param>
    /// <param name="headers">Further header lines of the notification, each with its CRLF, as "Require: eventlist\r\n".</param>
    public EventBody(string? contentType, byte[] bytes, string headers = "")
    {
        Bytes = bytes;
        ContentType = contentType;
        HeaderLines = Encoding.UTF8.GetBytes(contentType is null ? headers : $"{headers}Content-Type: {contentType}\r\n");
    }

    /// <summary>No document.</summary>
    public static EventBody Empty { get; } = new(null, []);

    /// <summary>Media type; null without document.</summary>
    public string? ContentType { get; }

    /// <summary>The document.</summary>
    public byte[] Bytes { get; }

    internal byte[] HeaderLines { get; }
}
