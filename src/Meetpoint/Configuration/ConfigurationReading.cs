namespace Meetpoint.Configuration;

/// <summary>What came of reading a configuration.</summary>
/// <param name="Configuration">Counts only when there are no faults.</param>
/// <param name="Faults">Everything wrong with it.</param>
sealed record ConfigurationReading(ExchangeConfiguration Configuration, IReadOnlyList<YamlFault> Faults)
{
    /// <summary>Each value that was asked for, in the order of asking.</summary>
    public IReadOnlyList<ConfigurationValue> Values { get; init; } = [];
}

/// <summary>One value that holds.</summary>
/// <param name="Key">Such as media.threads or sip.0.listen.</param>
/// <param name="Value">As it was written, or its default; null for none, *** for a secret.</param>
/// <param name="Variable">The environment variable that gives it; null when none does.</param>
/// <param name="Line">Its line in the file; nought when that does not give it.</param>
sealed record ConfigurationValue(string Key, string? Value, string? Variable, int Line)
{
    /// <summary>Stands for a secret.</summary>
    public const string Masked = "***";

    /// <summary>Where it comes from.</summary>
    public string Origin(string file) => Variable is { } variable ? $"environment:{variable}" : Line > 0 ? $"{file}:{Line}" : "default";
}
