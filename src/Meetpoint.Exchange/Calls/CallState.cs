using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Meetpoint.Exchange.Calls;

/// <summary>What of an anchored call outlives its process: with it the next one goes on with both dialogs and with media: what is encrypted by new keys.</summary>
sealed record CallState
{
    public required string Caller { get; init; }

    public required string Called { get; init; }

    public required long BeganMs { get; init; }

    public long? RingingMs { get; init; }

    public required long AnsweredMs { get; init; }

    /// <summary>The called side was not told who calls.</summary>
    public bool IsWithheld { get; init; }

    /// <summary>The dialog with who called, then the one with who is called.</summary>
    public required ImmutableArray<LegState> Legs { get; init; }

    /// <summary>RTP ports of the lines that have a relay: of the caller's side, then of the called's.</summary>
    public required ImmutableArray<PortState> Ports { get; init; }

    /// <summary>How often new keys were offered after a restart.</summary>
    public int Renewals { get; init; }

    /// <summary>The last description of each side, the offer first, as they came.</summary>
    public required ImmutableArray<DescriptionState> Descriptions { get; init; }
}

/// <summary>One dialog of a call.</summary>
sealed record LegState(
    string? Neighbour, string? Endpoint, string CallId, string LocalTag, string? RemoteTag, string Local, string Remote, string? RemoteTarget,
    ImmutableArray<string> Routes, uint LastCSeq, uint CSeqOffset, uint InviteOffset, bool IsTrusted = false);

/// <summary>The ports of one line.</summary>
/// <param name="Line">Its place in the descriptions.</param>
/// <param name="A">The caller's side.</param>
/// <param name="B">The called's.</param>
sealed record PortState(int Line, int A, int B);

/// <summary>A session description as it came.</summary>
sealed record DescriptionState(bool IsCallers, bool IsAnswer, string Text);

/// <summary>JSON of the rows of calls.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CallState))]
sealed partial class CallJson : JsonSerializerContext;
