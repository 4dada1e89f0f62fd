using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Meetpoint.Exchange.Contracts;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>
/// A session as octets, some 400 of them: it is read and written at each report. The first says which version of this form it is; rows of the first
/// releases are documents of JSON, which are read still, and written anew at the next report.
/// </summary>
static class SessionBody
{
    const byte Version = 1;

    const int StackOctets = 2_048;

    /// <summary>The session of a row.</summary>
    /// <param name="packed">Null in rows of the first form.</param>
    /// <param name="document">Empty in all others.</param>
    public static RoamingSession Read(byte[]? packed, string document)
    {
        if (packed is null)
            return JsonSerializer.Deserialize(document, SessionJson.Default.RoamingSession)!;
        var reader = new PackedReader(packed);
        if (reader.Octet() is var version && version != Version)
            throw new InvalidDataException($"Version {version} of packed sessions is not known here.");
        var state = (SessionState)reader.Octet();
        var end = reader.Octet() is > 0 and var kind ? (SessionEnd)(kind - 1) : default(SessionEnd?);
        var (times, rest) = (reader.Octet(), reader.Octet());
        return new RoamingSession
        {
            State = state,
            End = end,
            Accepted = Time(ref reader, times, 0),
            StartedBy = Time(ref reader, times, 1),
            Origin = Time(ref reader, times, 2),
            LastEvent = Time(ref reader, times, 3),
            StoppedBy = Time(ref reader, times, 4),
            LastReceived = Time(ref reader, times, 5),
            Rebooted = Time(ref reader, times, 6),
            HasGigawords = (times & 0x80) != 0,
            TerminateCause = (int?)Number(ref reader, rest, 0),
            UnwrappedIn = Number(ref reader, rest, 1),
            UnwrappedOut = Number(ref reader, rest, 2),
            Terms = ReadTerms(ref reader, rest),
            Runs = ReadRuns(ref reader),
            Evidence = ReadEvidence(ref reader),
            Marks = ReadMarks(ref reader),
            Chain = reader.Text(),
            Recent = ProofBlock.Waiting(reader.Octets(), reader.Count()),
        };
    }

    /// <summary>The octets of a session.</summary>
    public static byte[] Write(RoamingSession session)
    {
        var writer = new PackedWriter(stackalloc byte[StackOctets]);
        writer.Octet(Version);
        writer.Octet((byte)session.State);
        writer.Octet((byte)(session.End is { } end ? (int)end + 1 : 0));
        ReadOnlySpan<Instant?> times =
            [session.Accepted, session.StartedBy, session.Origin, session.LastEvent, session.StoppedBy, session.LastReceived, session.Rebooted];
        var terms = session.Terms;
        ReadOnlySpan<long?> numbers = [session.TerminateCause, session.UnwrappedIn, session.UnwrappedOut, terms.InterimSeconds, terms.SessionSeconds];
        writer.Octet((byte)(Present(times) | (session.HasGigawords ? 0x80 : 0)));
        writer.Octet((byte)(Present(numbers) | (terms.Class is null ? 0 : 0x20) | (terms.Cui is null ? 0 : 0x40)));
        foreach (var time in times)
        {
            if (time is { } at)
                writer.Time(at);
        }

        foreach (var number in numbers)
        {
            if (number is { } value)
                writer.Number(value);
        }

        WriteTerms(ref writer, terms);
        WriteRuns(ref writer, session.Runs);
        WriteEvidence(ref writer, session.Evidence);
        writer.Number(session.Marks.Length);
        Span<byte> mark = stackalloc byte[sizeof(long)];
        foreach (var each in session.Marks)
        {
            BitConverter.TryWriteBytes(mark, each);
            writer.Raw(mark);
        }

        writer.Text(session.Chain);
        writer.Octets(session.Recent.Count == 0 ? default : session.Recent.Octets);
        writer.Number(session.Recent.Count);
        return writer.ToArray();
    }

    static int Present<T>(ReadOnlySpan<T?> values)
        where T : struct
    {
        var present = 0;
        for (var i = 0; i < values.Length; i++)
            present |= values[i].HasValue ? 1 << i : 0;
        return present;
    }

    static Instant? Time(ref PackedReader reader, byte present, int bit) => (present >> bit & 1) != 0 ? reader.Time() : null;

    static long? Number(ref PackedReader reader, byte present, int bit) => (present >> bit & 1) != 0 ? reader.Number() : null;

    static SessionTerms ReadTerms(ref PackedReader reader, byte present)
    {
        var (interim, timeout) = ((int?)Number(ref reader, present, 3), (int?)Number(ref reader, present, 4));
        var given = (present & 0x20) != 0 ? reader.Text() : null;
        var cui = (present & 0x40) != 0 ? reader.Text() : null;
        var links = new SessionLink[reader.Count()];
        for (var i = 0; i < links.Length; i++)
            links[i] = new SessionLink(reader.Text(), reader.Text(), reader.Text(), reader.Text());
        return new SessionTerms { Class = given, Cui = cui, InterimSeconds = interim, SessionSeconds = timeout, Links = ImmutableArray.Create(links) };
    }

    static void WriteTerms(ref PackedWriter writer, SessionTerms terms)
    {
        if (terms.Class is { } given)
            writer.Text(given);
        if (terms.Cui is { } cui)
            writer.Text(cui);
        writer.Number(terms.Links.Length);
        foreach (var link in terms.Links)
        {
            writer.Text(link.Agreement);
            writer.Text(link.Hash);
            writer.Text(link.Visited);
            writer.Text(link.Home);
        }
    }

    static ImmutableArray<CountingRun> ReadRuns(ref PackedReader reader)
    {
        var runs = ImmutableArray.CreateBuilder<CountingRun>(reader.Count());
        for (var i = 0; i < runs.Capacity; i++)
        {
            runs.Add(new CountingRun(
                reader.Signed(), reader.Signed(), reader.Number(), reader.Number(), reader.Number(), reader.Number(), reader.Number(), reader.Number(), reader.Number(), reader.Number()));
        }

        return runs.MoveToImmutable();
    }

    static void WriteRuns(ref PackedWriter writer, ImmutableArray<CountingRun> runs)
    {
        writer.Number(runs.Length);
        foreach (var run in runs)
        {
            writer.Signed(run.FromMs);
            writer.Signed(run.UntilMs);
            ReadOnlySpan<long> numbers = [run.Seconds, run.LeastSeconds, run.In, run.LeastIn, run.Out, run.LeastOut, run.PacketsIn, run.PacketsOut];
            foreach (var number in numbers)
                writer.Number(number);
        }
    }

    static SessionEvidence ReadEvidence(ref PackedReader reader) => new()
    {
        Reports = reader.Count(),
        Duplicates = reader.Count(),
        Starts = reader.Count(),
        Interims = reader.Count(),
        Stops = reader.Count(),
        Late = reader.Count(),
        OutOfOrder = reader.Count(),
        WentBack = reader.Count(),
        Gaps = reader.Count(),
        TooLate = reader.Count(),
        ClassMissing = reader.Count(),
        CuiMissing = reader.Count(),
        MaxSkewSeconds = reader.Number(),
    };

    static void WriteEvidence(ref PackedWriter writer, SessionEvidence evidence)
    {
        ReadOnlySpan<long> counts =
        [
            evidence.Reports, evidence.Duplicates, evidence.Starts, evidence.Interims, evidence.Stops, evidence.Late, evidence.OutOfOrder, evidence.WentBack, evidence.Gaps,
            evidence.TooLate, evidence.ClassMissing, evidence.CuiMissing, evidence.MaxSkewSeconds,
        ];
        foreach (var count in counts)
            writer.Number(count);
    }

    static ImmutableArray<long> ReadMarks(ref PackedReader reader)
    {
        var marks = new long[reader.Count()];
        for (var i = 0; i < marks.Length; i++)
            marks[i] = BitConverter.ToInt64(reader.Raw(sizeof(long)));
        return ImmutableArray.Create(marks);
    }
}

/// <summary>The first form of a session's row.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, IgnoreReadOnlyProperties = true,
    Converters = [typeof(InstantConverter)])]
[JsonSerializable(typeof(RoamingSession))]
sealed partial class SessionJson : JsonSerializerContext;
