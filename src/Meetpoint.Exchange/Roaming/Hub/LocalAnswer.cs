using System.Text;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Exchange.Roaming.Hub;

/// <summary>Answers that this exchange gives itself.</summary>
static class LocalAnswer
{
    const byte EapFailure = 4;

    /// <summary>
    /// An Access-Reject (RFC 2865 section 4.3), to EAP with the failure that its peer waits for (RFC 3579 section 2.6.5, RFC 3748 section 4.2). Its length; 0 when it does not fit.
    /// </summary>
    /// <param name="buffer">Where it is written.</param>
    /// <param name="security">Of the client.</param>
    /// <param name="mark">Of the request, as it came.</param>
    /// <param name="request">What is refused, as it came or as it was sent on.</param>
    /// <param name="phrase">For people (Reply-Message), which RFC 3579 section 2.6.5 forbids beside EAP.</param>
    /// <param name="ownProxyState">A Proxy-State that we have added ourselves; empty for none.</param>
    public static int Reject(Span<byte> buffer, PacketSecurity security, in RequestMark mark, in RadiusPacket request, string phrase, ReadOnlySpan<byte> ownProxyState)
    {
        var length = Reject(buffer, security, mark, request, Encoding.UTF8.GetBytes(phrase), ownProxyState);
        return length > 0 ? length : Reject(buffer, security, mark, request, default(ReadOnlySpan<byte>), ownProxyState); // Proxy-State goes before words
    }

    static int Reject(Span<byte> buffer, PacketSecurity security, in RequestMark mark, in RadiusPacket request, ReadOnlySpan<byte> phrase, ReadOnlySpan<byte> ownProxyState)
    {
        var writer = security.BeginResponse(buffer, RadiusCode.AccessReject, mark);
        WriteReason(ref writer, request, phrase);
        ProxyStates.TryCopyAll(request, ref writer, ownProxyState);
        return security.SignResponse(ref writer);
    }

    static void WriteReason(ref PacketWriter writer, in RadiusPacket packet, ReadOnlySpan<byte> phrase)
    {
        if (packet.TryFind(AttributeType.EapMessage, out var eap))
            writer.TryWrite(AttributeType.EapMessage, [EapFailure, eap.Value.Length > 1 ? eap.Value[1] : (byte)0, 0, EapFailure]);
        else if (!phrase.IsEmpty)
            writer.TryWrite(AttributeType.ReplyMessage, phrase);
    }

    /// <summary>An Access-Reject in place of what a home server answered. Its length; 0 when it does not fit.</summary>
    /// <param name="buffer">Where it is written.</param>
    /// <param name="security">Of the client.</param>
    /// <param name="asked">What it asked.</param>
    /// <param name="answer">What came from the home: it has the client's Proxy-State, and the number of the EAP packet.</param>
    /// <param name="ownProxyState">Where in it ours stands.</param>
    /// <param name="phrase">For people.</param>
    public static int RejectInstead(Span<byte> buffer, PacketSecurity security, in RequestMark asked, in RadiusPacket answer, int ownProxyState, string phrase)
    {
        var writer = security.BeginResponse(buffer, RadiusCode.AccessReject, asked);
        WriteReason(ref writer, answer, Encoding.UTF8.GetBytes(phrase));
        foreach (var attribute in answer.Attributes)
        {
            if (attribute.Type == AttributeType.ProxyState && attribute.Offset != ownProxyState)
                writer.TryWrite(AttributeType.ProxyState, attribute.Value);
        }

        return security.SignResponse(ref writer);
    }

    /// <summary>The answer to Status-Server (RFC 5997 section 3), or to accounting. Its length.</summary>
    public static int Acknowledge(Span<byte> buffer, PacketSecurity security, in RadiusPacket request, RadiusCode code)
    {
        var writer = security.BeginResponse(buffer, code, security.MarkOf(request));
        ProxyStates.TryCopyAll(request, ref writer);
        return security.SignResponse(ref writer);
    }
}
