namespace Meetpoint.Sip;

/// <summary>
/// What an INVITE carries in place of a session description, where the dialog is wanted and no session with it: call control has one so (ECMA TR/87).
/// </summary>
/// <param name="Type">Content-Type.</param>
/// <param name="Body">The body; an empty one is left out with its headers.</param>
/// <param name="Disposition">Content-Disposition (RFC 3261 section 20.11); null leaves it to the type.</param>
public sealed record SipContent(string Type, ReadOnlyMemory<byte> Body, string? Disposition = null)
{
    internal void PutInto(SipRequest request)
    {
        if (Body.IsEmpty)
            return;
        request.ContentType = Type;
        request.Body = Body;
        if (Disposition is not null)
            request.Headers.Add((SipHeader.Content_Disposition.Name(), Disposition));
    }
}
