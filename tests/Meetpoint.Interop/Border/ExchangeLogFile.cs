using Meetpoint.Demo;

namespace Meetpoint.Interop.Border;

/// <summary>The log lines of a running exchange.</summary>
sealed class ExchangeLogFile(ChildProcess process)
{
    /// <summary>Where the log ends now.</summary>
    public long Mark() => new FileInfo(process.LogPath).Length;

    /// <summary>Whole lines written since.</summary>
    public IReadOnlyList<string> Since(long mark)
    {
        using var log = new FileStream(process.LogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Seek(mark, SeekOrigin.Begin);
        using var reader = new StreamReader(log);
        var text = reader.ReadToEnd();
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The one line since the mark that has all of the words; fails when there is none in time, or more than one.</summary>
    public async Task<string> OneLineAsync(long mark, params string[] words)
    {
        var found = await LinesAsync(mark, words);
        Assert.True(found.Count == 1, $"expected one log line with {string.Join(", ", words)}; instead: {string.Join('\n', found)}");
        return found[0];
    }

    /// <summary>Of a sampled line: one, or a second when a second of the clock has begun.</summary>
    public async Task<IReadOnlyList<string>> OneOrTwoAsync(long mark, params string[] words)
    {
        var found = await LinesAsync(mark, words);
        Assert.True(found.Count <= 2, $"expected a sample of the lines with {string.Join(", ", words)}; instead: {string.Join('\n', found)}");
        return found;
    }

    /// <summary>The lines since the mark that have all of the words, at least one.</summary>
    public Task<List<string>> LinesAsync(long mark, params string[] words)
    {
        return Expect.EventuallyAsync(
            () => Task.FromResult(Find() is { Count: > 0 } lines ? lines : null), BorderWorld.Soon, $"a log line with {string.Join(", ", words)}",
            () => string.Join('\n', Since(mark)));

        List<string> Find() => [.. Since(mark).Where(line => words.All(word => line.Contains(word, StringComparison.Ordinal)))];
    }
}
