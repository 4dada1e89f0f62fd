using System.Globalization;

namespace Meetpoint.Bench.Sip;

/// <summary>What SIPp counted since it started, or the difference of two readings.</summary>
/// <param name="Completed">Calls that went as their scenario says.</param>
/// <param name="Failed">Calls that did not.</param>
/// <param name="Retransmissions">Messages that it sent again.</param>
readonly record struct SippCounts(long Completed, long Failed, long Retransmissions)
{
    /// <summary>Arguments that have SIPp write a line of its statistics every second, and at its end.</summary>
    public static string[] Written(string file) => ["-trace_stat", "-stf", file, "-fd", "1"];

    /// <summary>The last whole line of such a file; zeros before there is one.</summary>
    public static SippCounts Read(string file)
    {
        if (!File.Exists(file))
            return default;
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var text = reader.ReadToEnd();
        var lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length < 2)
            return default;
        var names = lines[0].Split(';');
        var values = lines[^1].Split(';');
        long Value(string name) => long.Parse(values[Array.IndexOf(names, name)], CultureInfo.InvariantCulture);
        return new SippCounts(Value("SuccessfulCall(C)"), Value("FailedCall(C)"), Value("Retransmissions(C)"));
    }

    public static SippCounts operator -(SippCounts to, SippCounts from) =>
        new(to.Completed - from.Completed, to.Failed - from.Failed, to.Retransmissions - from.Retransmissions);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Completed} completed, {Failed} failed, {Retransmissions} sent again");
}
