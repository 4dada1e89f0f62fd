using System.Diagnostics.CodeAnalysis;
using Meetpoint.Media.Dtls;
using Meetpoint.Media.Ice;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Meetings.Live.Browsers;

/// <summary>A browser's offer (RFC 8829), read: the one transport that all of its lines share (RFC 9143), and its lines by what they are for.</summary>
/// <param name="Description">As it came.</param>
/// <param name="Ice">The browser's credentials.</param>
/// <param name="Fingerprint">Of its certificate.</param>
sealed record BrowserOffer(SdpDescription Description, IceCredentials Ice, string Fingerprint)
{
    /// <summary>Bytes of an offer: a dozen lines of pictures with all that a browser can.</summary>
    public const int MaxBytes = SdpDescription.MaxBytes;

    /// <summary>Reads an offer; false with words for a developer when a meeting cannot be joined by it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out BrowserOffer? offer, out string fault)
    {
        offer = null;
        fault = "";
        if (!SdpDescription.TryParse(body, out var description, out var error))
        {
            fault = error == SdpError.TooLarge
                ? $"The offer is larger than {MaxBytes} bytes, {SdpDescription.MaxLines} lines or {SdpDescription.MaxMedia} media: offer fewer codecs or media."
                : $"The offer is no session description: {error}.";
            return false;
        }

        if (description.Media.FirstOrDefault(line => !line.IsRefused || line.Attributes.Has("bundle-only")) is not { } first || BundleOf(description) is not { Count: > 0 } bundled
            || !description.Media.TrueForAll(line => line.Mid is { } mid && bundled.Contains(mid)))
        {
            fault = "All lines of the offer are to be in one BUNDLE group, each with its mid (RFC 9143).";
            return false;
        }

        if (!IceCredentials.TryCreate(Value(description, first, "ice-ufrag") ?? "", Value(description, first, "ice-pwd") ?? "", out var ice))
        {
            fault = "The offer has no ice-ufrag and ice-pwd (RFC 8839).";
            return false;
        }

        // Some tell the same certificate by several hashes, not all of which everybody knows (RFC 8122 section 5).
        if (first.Attributes.All("fingerprint").Concat(description.Attributes.All("fingerprint")).FirstOrDefault(static value => DtlsFingerprint.TryParse(value, out _)) is not { } fingerprint)
        {
            fault = "The offer has no fingerprint that can be read (RFC 8122).";
            return false;
        }

        if (Value(description, first, "setup") is "passive")
        {
            fault = "The offer's side begins the handshake: setup is to be actpass (RFC 8842).";
            return false;
        }

        offer = new BrowserOffer(description, ice, fingerprint);
        return true;
    }

    static string? Value(SdpDescription description, SdpMedia line, string name) => line.Attributes.First(name) ?? description.Attributes.First(name);

    static HashSet<string>? BundleOf(SdpDescription description) => description.Attributes.All("group")
        .Select(group => group.Split(' ', StringSplitOptions.RemoveEmptyEntries)).FirstOrDefault(words => words is ["BUNDLE", ..])?.Skip(1).ToHashSet(StringComparer.Ordinal);
}
