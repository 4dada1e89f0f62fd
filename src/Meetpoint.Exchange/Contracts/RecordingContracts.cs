using NodaTime;

namespace Meetpoint.Exchange.Contracts;

/// <summary>A recording of a meeting by this exchange.</summary>
/// <param name="Id">rec_...</param>
/// <param name="Meeting">Of which meeting.</param>
/// <param name="StartedBy">Who began it, for people.</param>
/// <param name="Started">When it began.</param>
/// <param name="Ended">When it ended; null while it is on.</param>
/// <param name="Reason">Why it ended: Asked, DiskFailed, DiskTooSlow, TooLarge, TooManyParts or Crashed; null while it is on.</param>
/// <param name="Detail">What the disk said; null when it said nothing.</param>
/// <param name="DurationMs">Milliseconds of all of its files together.</param>
/// <param name="Bytes">Bytes of all of its files together.</param>
/// <param name="Parts">Its files, in order; none while it is on.</param>
public sealed record RecordingView(
    string Id, string Meeting, string StartedBy, Instant Started, Instant? Ended, string? Reason, string? Detail, long DurationMs, long Bytes, IReadOnlyList<RecordingPartView> Parts);

/// <summary>A file of a recording.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Path">Where the API has it, below the server's address.</param>
/// <param name="StartMs">Where it begins, in milliseconds from the begin of the recording.</param>
/// <param name="DurationMs">How long it is.</param>
/// <param name="Bytes">How large.</param>
/// <param name="Sha256">Of the file, in hexadecimal.</param>
/// <param name="HasPictures">It has pictures besides the sound.</param>
public sealed record RecordingPartView(int Number, string Path, long StartMs, long DurationMs, long Bytes, string Sha256, bool HasPictures);

/// <summary>The recordings of a meeting by this exchange.</summary>
/// <param name="By">Who records now, here or in another half, for people; null while nobody does.</param>
/// <param name="Items">Those of this exchange.</param>
public sealed record RecordingsView(string? By, IReadOnlyList<RecordingView> Items);
