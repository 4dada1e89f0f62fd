namespace Meetpoint.Exchange.Contracts;

/// <summary>The state of the process.</summary>
/// <param name="Status">live, ready or not-ready.</param>
/// <param name="Parts">What was probed: "ok", or what is wrong.</param>
public sealed record HealthView(string Status, IReadOnlyDictionary<string, string> Parts);
