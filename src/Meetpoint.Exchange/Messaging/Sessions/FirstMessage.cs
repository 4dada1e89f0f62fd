using System.Buffers;
using System.Text;
using Meetpoint.Exchange.Messaging.Bodies;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Messaging.Sessions;

/// <summary>
/// The first words of a session in the Microsoft style, which stand within its INVITE: <c>ms-text-format: text/plain; charset=UTF-8; ms-body=SGk=</c>, in Base64. A 200 that
/// lists the header's name in Supported says that they were taken; without it the client sends them again in a MESSAGE.
/// </summary>
static class FirstMessage
{
    /// <summary>The header, and the option tag that says it was read.</summary>
    public const string Header = "ms-text-format";

    /// <summary>What the INVITE says; null where it says nothing that is read here. Its length is bounded by that of a header line.</summary>
    public static MessageBody? Read(SipMessage invite)
    {
        if (invite.Text(Header) is not { } value || ContentType.Parameter(value, "ms-body") is not { } encoded)
            return null;
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(encoded.Length));
        try
        {
            return Convert.TryFromBase64String(encoded, bytes, out var length) && MessageBody.Read(bytes.AsSpan(0, length), value, out var body) is null
                && body is { IsText: true, Text.Length: > 0 } ? body : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
