using System.Text;
using System.Text.Unicode;
using Meetpoint.Sip;
using NodaTime;

namespace Meetpoint.Exchange.Messaging.Bodies;

/// <summary>What the body of a SIP message says: words, or a sign that some are being written.</summary>
/// <param name="Content">Which.</param>
/// <param name="Text">The words, byte for byte what came where that was plain text.</param>
/// <param name="Sent">When, where the body itself says so (message/cpim).</param>
readonly record struct MessageBody(MessageContent Content, string Text, Instant? Sent = null)
{
    /// <summary>Types that are read: value of Accept.</summary>
    public const string Accepted = "text/plain, text/html, message/cpim, multipart/alternative, multipart/mixed, application/im-iscomposing+xml";

    /// <summary>Wrappings within each other that are looked into: a message/cpim with a multipart body, say.</summary>
    const int MaxDepth = 4;

    /// <summary>True for words.</summary>
    public bool IsText => Content == MessageContent.Text;

    /// <summary>Reads the body of a MESSAGE.</summary>
    /// <returns>Null, or the answer that says what is wrong with it.</returns>
    public static BodyFault? Read(SipMessage request, out MessageBody body) =>
        Read(request.Body, Encoding.UTF8.GetString(request.Value(SipHeader.Content_Type)), out body);

    /// <summary>Reads a body of that content type; none is plain text.</summary>
    public static BodyFault? Read(ReadOnlySpan<byte> bytes, string contentType, out MessageBody body) => Read(bytes, ContentType.Parse(contentType), 0, out body);

    /// <summary>Writes a message.</summary>
    public static (string ContentType, ReadOnlyMemory<byte> Body) Write(TextMessage message) => message.IsText
        ? ("text/plain;charset=UTF-8", Encoding.UTF8.GetBytes(message.Text))
        : (ComposingBody.MediaType, ComposingBody.Write(message.Content == MessageContent.Composing));

    static BodyFault? Read(ReadOnlySpan<byte> bytes, ContentType type, int depth, out MessageBody body)
    {
        body = default;
        if (depth > MaxDepth)
            return BodyFault.Unsupported;
        switch (type.MediaType)
        {
            case "text/plain" or "":
                return ReadText(bytes, type, static text => text, out body);
            case "text/html":
                return ReadText(bytes, type, HtmlText.Reduce, out body);
            case ComposingBody.MediaType:
                if (ComposingBody.Read(bytes) is not { } isActive)
                    return BodyFault.Malformed;
                body = new MessageBody(isActive ? MessageContent.Composing : MessageContent.Idle, "");
                return null;
            case "message/cpim":
                if (!CpimBody.TryRead(bytes, out var wrapped, out var inner, out var sent))
                    return BodyFault.Malformed;
                var fault = Read(wrapped, inner, depth + 1, out body);
                body = body with { Sent = body.Sent ?? sent };
                return fault;
            case "multipart/alternative" or "multipart/mixed" or "multipart/related":
                return ReadParts(bytes, type, depth, out body);
            default:
                return BodyFault.Unsupported;
        }
    }

    /// <summary>Plain text where there is some, else the first part that can be read.</summary>
    static BodyFault? ReadParts(ReadOnlySpan<byte> bytes, ContentType type, int depth, out MessageBody body)
    {
        body = default;
        if (type.Boundary is not { } boundary)
            return BodyFault.Malformed;
        BodyFault? first = BodyFault.Unsupported;
        var isFound = false;
        foreach (var part in new MultipartBody(bytes, boundary))
        {
            var isPlain = part.Type.MediaType is "text/plain" or "";
            if (part.IsEncoded || (isFound && !isPlain))
                continue;
            if (Read(part.Body, part.Type, depth + 1, out var read) is { } fault)
            {
                first = isFound ? null : fault;
                continue;
            }

            body = read;
            first = null;
            isFound = true;
            if (isPlain)
                break;
        }

        return first;
    }

    static BodyFault? ReadText(ReadOnlySpan<byte> bytes, ContentType type, Func<string, string> reduce, out MessageBody body)
    {
        body = default;
        if (!type.IsUtf8)
            return BodyFault.Unsupported;
        if (bytes.Length > MessageLimits.MaxTextBytes)
            return BodyFault.TooLong;
        if (!Utf8.IsValid(bytes))
            return BodyFault.NotUtf8;
        body = new MessageBody(MessageContent.Text, reduce(Encoding.UTF8.GetString(bytes)));
        return null;
    }
}
