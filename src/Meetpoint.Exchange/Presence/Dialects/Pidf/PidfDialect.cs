using System.Diagnostics.CodeAnalysis;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>PIDF (RFC 3863) in one of its styles; they differ in their words, and in what they believe.</summary>
sealed class PidfDialect : IPresenceDialect
{
    const string PidfType = "application/pidf+xml";

    readonly PidfReader _reader;
    readonly PidfWriter _writer;

    PidfDialect(string mediaType, PidfVocabulary vocabulary, bool isExchange)
    {
        MediaType = mediaType;
        Vocabulary = vocabulary;
        _reader = new PidfReader(vocabulary.IsCisco, isExchange);
        _writer = new PidfWriter(vocabulary, isExchange);
    }

    /// <summary>With RPID (RFC 4480), the data model (4479) and service capabilities (5196).</summary>
    public static PidfDialect Standard { get; } = new(PidfType, PidfVocabulary.Standard, isExchange: false);

    /// <summary>The Cisco style.</summary>
    public static PidfDialect Cisco { get; } = new(PidfType, PidfVocabulary.Cisco, isExchange: false);

    /// <summary>The Cisco style, for phones that ask for it by its name before the RFC.</summary>
    public static PidfDialect CiscoPhone { get; } = new("application/cpim-pidf+xml", PidfVocabulary.Cisco, isExchange: false);

    /// <summary>Between exchanges: nothing of a device state is lost, and who knows PIDF alone understands the rest.</summary>
    public static PidfDialect Exchange { get; } = new(PidfType, PidfVocabulary.Standard, isExchange: true);

    /// <inheritdoc/>
    public string MediaType { get; }

    /// <summary>Its words.</summary>
    public PidfVocabulary Vocabulary { get; }

    /// <inheritdoc/>
    public bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out PresenceReport? report, [NotNullWhen(false)] out string? fault) =>
        _reader.TryRead(body, out report, out fault);

    /// <inheritdoc/>
    public byte[] Write(PresenceShown shown) => _writer.Write(shown);
}
