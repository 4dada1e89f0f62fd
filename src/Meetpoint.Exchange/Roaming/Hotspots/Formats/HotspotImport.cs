using System.Collections.Immutable;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>What was read from a file: every hotspot of it, or what is wrong with it.</summary>
/// <param name="Hotspots">In the order of the file; empty when there is any fault.</param>
/// <param name="Faults">The first <see cref="HotspotLimits.ToldFaults"/> of them, in the order of the file.</param>
/// <param name="FaultCount">How many there are.</param>
sealed record HotspotFile(ImmutableArray<Hotspot> Hotspots, ImmutableArray<Fault> Faults, int FaultCount);

/// <summary>Gathers the hotspots of a file, whatever its form: all or nothing.</summary>
sealed class HotspotImport
{
    readonly List<Hotspot> _hotspots = [];
    readonly List<Fault> _told = [];
    readonly List<Fault> _found = [];
    readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    int _faults;

    /// <summary>Notes a fault of the file itself, or of a row that could not be read.</summary>
    public void Add(Fault fault)
    {
        if (++_faults <= HotspotLimits.ToldFaults)
            _told.Add(fault);
    }

    /// <summary>Reads one hotspot.</summary>
    /// <param name="members">As JSON has them.</param>
    /// <param name="at">Where it stands in the file: a JSON pointer.</param>
    /// <param name="idAt">Where its id stands.</param>
    public void Read(System.Text.Json.Nodes.JsonObject members, string at, string idAt)
    {
        _found.Clear();
        if (HotspotReader.Read(members, at, _found) is { } hotspot)
        {
            if (!_ids.Add(hotspot.Id))
                Add(new Fault(idAt, "duplicate-id", $"'{hotspot.Id}' is there already", "give each its own id"));
            else if (_ids.Count == HotspotLimits.PerProvider + 1)
                Add(new Fault(at, "too-many", $"this is one more than {HotspotLimits.PerProvider}", "a provider has no more"));
            else if (_faults == 0)
                _hotspots.Add(hotspot);
        }

        foreach (var fault in _found)
            Add(fault);
    }

    /// <summary>What came of it.</summary>
    public HotspotFile End() => new(_faults == 0 ? [.. _hotspots] : [], [.. _told], _faults);
}
