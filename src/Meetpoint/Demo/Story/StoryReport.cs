using System.Text.Json;
using System.Text.Json.Serialization;

namespace Meetpoint.Demo.Story;

/// <summary>What the demonstration measured, for --json. What was not reached stays null or empty.</summary>
sealed class StoryReport
{
    /// <summary>True when all of it held.</summary>
    public bool Held { get; set; }

    /// <summary>What did not hold; null when all did.</summary>
    public string? Failure { get; set; }

    /// <summary>The user agent that ran as phones.</summary>
    public string? UserAgent { get; set; }

    /// <summary>Start to ready of each exchange's process, in milliseconds, by domain.</summary>
    public Dictionary<string, double> ReadyMs { get; } = [];

    /// <summary>From the request to the booked meeting, in milliseconds.</summary>
    public double? BookingMs { get; set; }

    /// <summary>Id of the meeting.</summary>
    public string? Meeting { get; set; }

    /// <summary>Mails that were received.</summary>
    public List<ReportedMail> Mails { get; } = [];

    /// <summary>What each phone heard.</summary>
    public List<ReportedHearing> Heard { get; } = [];

    /// <summary>Roster as each exchange told it, by domain.</summary>
    public Dictionary<string, IReadOnlyList<string>> Roster { get; } = [];

    /// <summary>Usage records of the meeting, by domain.</summary>
    public Dictionary<string, int> UsageRecords { get; } = [];

    /// <summary>Digest of the statement, by domain.</summary>
    public Dictionary<string, string> StatementDigests { get; } = [];

    /// <summary>From the request to the answer of each customer who roams, in milliseconds.</summary>
    public Dictionary<string, double> RoamingAccessMs { get; } = [];

    /// <summary>Digest of the statement with roaming in it, by domain.</summary>
    public Dictionary<string, string> RoamingStatementDigests { get; } = [];

    /// <summary>From a lifted handset to the other make's client that shows it, in milliseconds.</summary>
    public double? OnThePhoneMs { get; set; }

    /// <summary>From "away" in a client to the other make's phone that shows it, in milliseconds.</summary>
    public double? AwayMs { get; set; }

    /// <summary>Addresses of the page by which the meeting with pictures is joined, by domain.</summary>
    public Dictionary<string, string> JoinLinks { get; } = [];

    /// <summary>What pages and room systems saw of each other; empty without any.</summary>
    public List<ReportedPictures> Pictures { get; } = [];

    /// <summary>Seconds from the start to the end of the story.</summary>
    public double Seconds { get; set; }

    /// <summary>Writes it.</summary>
    public Task WriteAsync(string path) => File.WriteAllTextAsync(path, JsonSerializer.Serialize(this, StoryReportJson.Default.StoryReport) + "\n");
}

/// <summary>A mail that was received.</summary>
sealed record ReportedMail(string From, string To, string Subject, string? Uid);

/// <summary>What a phone heard.</summary>
/// <param name="Phone">Whose.</param>
/// <param name="OwnHz">The tone that it sent.</param>
/// <param name="Tones">All tones that were sent, as it heard them.</param>
sealed record ReportedHearing(string Phone, int OwnHz, IReadOnlyList<HeardTone> Tones);

/// <summary>What a page or a room system saw.</summary>
/// <param name="Who">Its name.</param>
/// <param name="Exchange">Where it is in, by domain.</param>
/// <param name="Kind">"page" or "room".</param>
/// <param name="Codec">In which it saw the others.</param>
/// <param name="Sent">Pictures that it encoded, or that its camera gave.</param>
/// <param name="Seen">Pictures that it decoded, by line.</param>
sealed record ReportedPictures(string Who, string Exchange, string Kind, string Codec, long Sent, IReadOnlyList<long> Seen);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(StoryReport))]
sealed partial class StoryReportJson : JsonSerializerContext;
