using Meetpoint.Net;
using Meetpoint.Net.Stun;

namespace Meetpoint.Sip;

/// <summary>
/// Answers the STUN binding requests (RFC 5389) by which clients keep their flow over UDP alive and see that it still is the same one (RFC 5626
/// section 8). Nothing else of STUN is here.
/// </summary>
/// <remarks>An answer is at most 60 bytes, and whoever is answered has sent at least 20. No allocation.</remarks>
static class StunBinding
{
    /// <summary>Bytes of the largest answer: header, an IPv6 address, and a fingerprint; or four unknown attributes.</summary>
    public const int MaxAnswerBytes = 64;

    const int MaxRequestBytes = 548; // RFC 5389 section 7.1
    const int MaxUnknown = 4;

    /// <summary>Writes the answer to a request and gives its length; 0 for what is answered by silence.</summary>
    /// <param name="request">A datagram that is STUN.</param>
    /// <param name="from">Where it came from.</param>
    /// <param name="answer">At least <see cref="MaxAnswerBytes"/>.</param>
    public static int Answer(ReadOnlySpan<byte> request, in NetAddress from, Span<byte> answer)
    {
        if (request.Length > MaxRequestBytes || !StunMessage.TryRead(request, out var message) || message.Type != StunType.BindingRequest)
            return 0;
        Span<StunAttribute> unknown = stackalloc StunAttribute[MaxUnknown];
        unknown = unknown[..message.FindUnknown([], unknown)]; // what must be understood, and none of it is in a keep-alive
        var writer = new StunWriter(answer, unknown.IsEmpty ? StunType.BindingSuccess : StunType.BindingError, message.TransactionId);
        if (unknown.IsEmpty)
        {
            writer.MappedAddress(from);
        }
        else
        {
            writer.Error(420); // RFC 5389 section 7.3.1
            writer.Unknown(unknown);
        }

        if (message.HasFingerprint)
            writer.Fingerprint();
        return writer.Length;
    }
}
