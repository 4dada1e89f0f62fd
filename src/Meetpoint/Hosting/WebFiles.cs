using System.Reflection;

namespace Meetpoint.Hosting;

/// <summary>Files of the web pages, by their path below the folder that they were built into, as "index.html" or "assets/index-x1.js".</summary>
/// <remarks>
/// They stand inside the program, so that a published single file has them too. Beside each file of text its compressed forms stand, with ".br" and ".gz" after
/// its name. A program that was built without them has none.
/// </remarks>
sealed class WebFiles(IReadOnlyDictionary<string, Func<Stream>> files)
{
    /// <summary>What the names of resources begin with; the project file puts it there.</summary>
    const string Prefix = "web/";

    /// <summary>Those of this program.</summary>
    public static WebFiles Embedded()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return new(assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).ToDictionary(
            name => name[Prefix.Length..].Replace('\\', '/'), name => (Func<Stream>)(() => assembly.GetManifestResourceStream(name)!), StringComparer.Ordinal));
    }

    /// <summary>True when the file is there.</summary>
    public bool Has(string path) => files.ContainsKey(path);

    /// <summary>Its bytes; null for no such file.</summary>
    public Stream? Open(string path) => files.TryGetValue(path, out var open) ? open() : null;
}
