using System.Diagnostics.CodeAnalysis;
using NodaTime;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>What a document says: of whom, and what her devices report. A document is always the whole of what its sender has to say.</summary>
public sealed record PresenceReport
{
    /// <summary>Devices of one document, at most; those behind are left out.</summary>
    public const int MaxDevices = 32;

    /// <summary>Of whom, as the document names her; null where it names nobody.</summary>
    public string? Entity { get; init; }

    /// <summary>Her devices, in the order of the document; none means that nothing is known, or that nothing is shown.</summary>
    public IReadOnlyList<ReportedState> States { get; init; } = [];
}

/// <summary>What one audience is shown of somebody: composed, split by horizon, and reduced to what the agreement shows.</summary>
public sealed record PresenceShown
{
    /// <summary>Of whom: the URI that the watcher subscribed to, as "sip:alice@albion.example".</summary>
    public required string Entity { get; init; }

    /// <summary>The user state.</summary>
    public required PresenceState User { get; init; }

    /// <summary>The device states behind it, in their order of identity; empty where the agreement shows the user state alone.</summary>
    public IReadOnlyList<DeviceState> Devices { get; init; } = [];

    /// <summary>What people call her; null where that is not shown.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Grows with each document of this subscription: for dialects that number them.</summary>
    public uint Version { get; init; }

    /// <summary>Wall time of writing.</summary>
    public required Instant Now { get; init; }
}

/// <summary>A wire form of presence: a reader and a writer. Without state; from any thread.</summary>
public interface IPresenceDialect
{
    /// <summary>Its media type in lower case, as "application/pidf+xml".</summary>
    string MediaType { get; }

    /// <summary>Reads a document; false, with a fault in words, for one that is malformed, too large or too deep. Never throws for what came from outside.</summary>
    /// <param name="body">The document.</param>
    /// <param name="report">What it says.</param>
    /// <param name="fault">What is wrong with it.</param>
    bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out PresenceReport? report, [NotNullWhen(false)] out string? fault);

    /// <summary>Writes a document, in UTF-8.</summary>
    /// <param name="shown">What is to be seen.</param>
    byte[] Write(PresenceShown shown);
}
