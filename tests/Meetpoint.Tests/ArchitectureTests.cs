using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Meetpoint.Tests.Support;

namespace Meetpoint.Tests;

/// <summary>The direction of dependencies, and what may stand where.</summary>
public sealed class ArchitectureTests
{
    static readonly Dictionary<string, string[]> _mayReference = new(StringComparer.Ordinal)
    {
        ["Meetpoint.Net"] = [],
        ["Meetpoint.Sip"] = ["Meetpoint.Net"],
        ["Meetpoint.Media"] = ["Meetpoint.Net"],
        ["Meetpoint.Xmpp"] = ["Meetpoint.Net"],
        ["Meetpoint.Radius"] = ["Meetpoint.Net"],
        ["Meetpoint.Calendar"] = [],
        ["Meetpoint.Exchange"] = ["Meetpoint.Net", "Meetpoint.Sip", "Meetpoint.Media", "Meetpoint.Xmpp", "Meetpoint.Radius", "Meetpoint.Calendar"],
    };

    [Theory]
    [InlineData("Meetpoint.Net")]
    [InlineData("Meetpoint.Sip")]
    [InlineData("Meetpoint.Media")]
    [InlineData("Meetpoint.Xmpp")]
    [InlineData("Meetpoint.Radius")]
    [InlineData("Meetpoint.Calendar")]
    [InlineData("Meetpoint.Exchange")]
    public void Assembly_References_PointDownOnly(string name)
    {
        var references = Assembly.Load(name).GetReferencedAssemblies().Select(reference => reference.Name!)
            .Where(reference => reference.StartsWith("Meetpoint", StringComparison.OrdinalIgnoreCase));
        Assert.Empty(references.Except(_mayReference[name]));
    }

    [Theory]
    [InlineData("Meetpoint.Net")]
    [InlineData("Meetpoint.Sip")]
    [InlineData("Meetpoint.Media")]
    [InlineData("Meetpoint.Xmpp")]
    [InlineData("Meetpoint.Radius")]
    [InlineData("Meetpoint.Calendar")]
    public void ProtocolLibrary_References_NoHttpServerAndNoLog(string name)
    {
        var references = Assembly.Load(name).GetReferencedAssemblies().Select(reference => reference.Name!);
        Assert.DoesNotContain(references, reference =>
            reference.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) || reference.StartsWith("Microsoft.Extensions.Logging", StringComparison.Ordinal));
    }

    /// <summary>Above all the randomness that follows from a seed: nothing that can be configured leads to it.</summary>
    [Theory]
    [InlineData("meetpoint")]
    [InlineData("Meetpoint.Exchange")]
    public void Program_RefersTo_NothingOfTheVirtualWorld(string name)
    {
        using var file = new PEReader(File.OpenRead(Assembly.Load(name).Location));
        var metadata = file.GetMetadataReader();
        Assert.Empty(metadata.TypeReferences.Select(metadata.GetTypeReference)
            .Where(type => metadata.GetString(type.Namespace) == "Meetpoint.Net.Virtual").Select(type => metadata.GetString(type.Name)));
    }

    [Fact]
    public void ExchangeSource_AspNetCore_OnlyInApiFiles()
    {
        var exchange = Samples.PathOf("src/Meetpoint.Exchange");
        var offenders = Directory.EnumerateFiles(exchange, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Where(file => !Path.GetFileName(file).EndsWith("Api.cs", StringComparison.Ordinal) && !file.Contains("/Api/", StringComparison.Ordinal)
                && !file.Contains("/Nni/", StringComparison.Ordinal))
            .Where(file => File.ReadLines(file).Any(line => line.StartsWith("using Microsoft.AspNetCore", StringComparison.Ordinal)))
            .Select(file => Path.GetRelativePath(exchange, file));
        Assert.Empty(offenders);
    }

    [Fact]
    public void Services_Settlement_KnowsNothingOfMeetings()
    {
        var settlement = Samples.PathOf("src/Meetpoint.Exchange/Settlement");
        Assert.DoesNotContain(
            Directory.EnumerateFiles(settlement, "*.cs").SelectMany(File.ReadLines),
            line => line.StartsWith("using Meetpoint.Exchange.Meetings", StringComparison.Ordinal));
    }
}
