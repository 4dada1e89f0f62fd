using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>Finds every fault of a world document at once, each with its place and its mend. Pure.</summary>
public static class WorldValidator
{
    /// <summary>Reads and validates; the document is there only when there is no fault.</summary>
    public static WorldCheck Check(JsonNode? input)
    {
        if (input is not JsonObject root)
            return new WorldCheck(null, [new Fault("", "wrong-type", "the document is not a mapping of keys to values", "begin with 'providers:'")]);
        var faults = new List<Fault>();
        var document = WorldReader.Read(root, faults);
        // A list that lost items would shift every place after it.
        if (!faults.Exists(fault => fault.Code == "wrong-type"))
            new WorldRules(document, faults).Check();
        return new WorldCheck(faults.Count == 0 ? document : null, [.. faults]);
    }

    /// <summary>Validates what a program made.</summary>
    public static ImmutableArray<Fault> Validate(WorldDocument document)
    {
        var faults = new List<Fault>();
        new WorldRules(document, faults).Check();
        return [.. faults];
    }

    /// <summary>Faults of a step from one valid document to another: an agreement's terms change only with its version.</summary>
    public static ImmutableArray<Fault> ValidateChange(WorldDocument current, WorldDocument desired)
    {
        var faults = new List<Fault>();
        var known = current.Agreements.ToDictionary(agreement => agreement.Id, StringComparer.Ordinal);
        for (var i = 0; i < desired.Agreements.Length; i++)
        {
            var agreement = desired.Agreements[i];
            if (known.TryGetValue(agreement.Id, out var before) && agreement.Version <= before.Version &&
                CanonicalJson.Hash(before) != CanonicalJson.Hash(agreement))
            {
                faults.Add(new Fault($"/agreements/{i}/version", "version-not-raised",
                    $"agreement '{agreement.Id}' has other terms than its version {before.Version}", $"set version to {before.Version + 1}"));
            }
        }

        return [.. faults];
    }
}
