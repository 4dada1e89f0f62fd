using System.Text.Json.Nodes;
using Meetpoint.Configuration;
using Meetpoint.Exchange.Signalling;

namespace Meetpoint.Commands;

/// <summary>world.yaml with the places of its values, and secrets and authorities put in from the files that it names.</summary>
sealed class WorldFile
{
    WorldFile(string name, YamlTree tree, JsonObject document)
    {
        Name = name;
        Tree = tree;
        Document = document;
    }

    /// <summary>As the caller named it.</summary>
    public string Name { get; }

    /// <summary>The file.</summary>
    public YamlTree Tree { get; }

    /// <summary>What is sent.</summary>
    public JsonObject Document { get; }

    /// <summary>Reads a file, or the input for "-".</summary>
    public static WorldFile Read(string name, Surroundings around)
    {
        var path = name == "-" ? null : around.PathOf(name);
        if (path is not null && !File.Exists(path))
            throw new CommandFailedException($"there is no file {path}");
        var tree = YamlTree.Parse(path is null ? around.In.ReadToEnd() : File.ReadAllText(path));
        var document = (JsonObject)tree.Root.DeepClone();
        var folder = path is null ? around.Folder : Path.GetDirectoryName(path)!;
        PutSecrets(document, tree, folder);
        PutAuthorities(document, tree, folder);
        return new WorldFile(name, tree, document);
    }

    /// <summary>Says every fault; true when there was one.</summary>
    public bool WriteFaults(IReadOnlyList<YamlFault> faults, TextWriter error)
    {
        foreach (var fault in faults.OrderBy(fault => fault.Line).ThenBy(fault => fault.Column))
            error.WriteLine($"{Name}:{fault}");
        return faults.Count > 0;
    }

    /// <summary>Replaces digest.secretFile by the first line of the file, so that secrets need not stand in what is kept with others' eyes on it.</summary>
    static void PutSecrets(JsonObject document, YamlTree tree, string folder)
    {
        if (document["endpoints"] is not JsonArray endpoints)
            return;
        for (var i = 0; i < endpoints.Count; i++)
        {
            if ((endpoints[i] as JsonObject)?["digest"] is not JsonObject digest || digest["secretFile"] is not JsonValue value
                || !value.TryGetValue<string>(out var name))
                continue;
            var file = Path.GetFullPath(name, folder);
            var secret = File.Exists(file) ? File.ReadLines(file).FirstOrDefault() : null;
            if (secret is not { Length: > 0 })
            {
                throw new CommandFailedException(
                    tree.FaultAt($"/endpoints/{i}/digest/secretFile", $"'{name}' is missing or empty", "write the secret into its first line").ToString());
            }

            digest.Remove("secretFile");
            digest["secret"] = secret;
        }
    }

    /// <summary>Replaces a neighbour's tlsCaFile by what the file holds.</summary>
    static void PutAuthorities(JsonObject document, YamlTree tree, string folder)
    {
        if (document["neighbours"] is not JsonArray neighbours)
            return;
        for (var i = 0; i < neighbours.Count; i++)
        {
            if (neighbours[i] is not JsonObject neighbour || neighbour["tlsCaFile"] is not JsonValue value || !value.TryGetValue<string>(out var name))
                continue;
            var file = Path.GetFullPath(name, folder);
            if (!File.Exists(file) || new FileInfo(file).Length is 0 or > TrustedPem.MaxChars)
            {
                throw new CommandFailedException(
                    tree.FaultAt($"/neighbours/{i}/tlsCaFile", $"'{name}' is missing, empty or too long", "write the authority's certificate into it, in PEM").ToString());
            }

            neighbour.Remove("tlsCaFile");
            neighbour["tlsCa"] = File.ReadAllText(file);
        }
    }
}
