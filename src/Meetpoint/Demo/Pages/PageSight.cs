using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Meetpoint.Demo.Pages;

/// <summary>What a page sees and sends, by its browser's statistics.</summary>
/// <param name="State">Of the connection, such as "connected".</param>
/// <param name="Seen">Lines of pictures that were decoded.</param>
/// <param name="Sent">Streams of pictures that were encoded: one for each size.</param>
/// <param name="SoundPackets">Packets of sound that came.</param>
/// <param name="SoundSamples">Samples that were played, made up ones among them.</param>
/// <param name="ConcealedSamples">Samples that were made up, since none came.</param>
sealed record PageSight(string State, IReadOnlyList<PageLine> Seen, IReadOnlyList<PageLine> Sent, long SoundPackets, long SoundSamples, long ConcealedSamples)
{
    /// <summary>Pictures decoded on all lines.</summary>
    [JsonIgnore]
    public long FramesSeen => Seen.Sum(static line => line.Frames);

    /// <summary>Pictures encoded in the size that has the most.</summary>
    [JsonIgnore]
    public long FramesSent => Sent.Select(static line => line.Frames).DefaultIfEmpty().Max();

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{State}; sees {string.Join(", ", Seen)}; sends {string.Join(", ", Sent)}");
}

/// <summary>One stream of pictures.</summary>
/// <param name="Mid">Its line.</param>
/// <param name="Frames">Pictures decoded, or encoded.</param>
/// <param name="Height">Of the last one.</param>
/// <param name="Freezes">Times that it stood still.</param>
/// <param name="Codec">By its name in SDP.</param>
sealed record PageLine(string Mid, long Frames, int Height, int Freezes, string Codec)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Frames} of {Codec} {Height}p in line {Mid}");
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(PageSight))]
sealed partial class PageSightJson : JsonSerializerContext;
