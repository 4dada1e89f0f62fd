using Meetpoint.Simulation;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Meetpoint.Simulation;

/// <summary>The classes that take longest begin first, so that the cores are done at about the same time.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    static readonly string[] Long = [nameof(RaceTests), nameof(CrashTests), nameof(FaultFiles.FaultDiskTests), nameof(ConferenceTests), nameof(DriftTests)];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Rank(collection)).ThenBy(collection => collection.TestCollectionDisplayName, StringComparer.Ordinal)];

    static int Rank(ITestCollection collection)
    {
        var rank = Array.FindIndex(Long, name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal));
        return rank < 0 ? Long.Length : rank;
    }
}
