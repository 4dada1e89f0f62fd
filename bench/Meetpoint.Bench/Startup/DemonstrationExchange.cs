using Meetpoint.Bench.Harness;
using Meetpoint.Demo.World;
using Meetpoint.Exchange.Nni;

namespace Meetpoint.Bench.Startup;

/// <summary>One exchange of the demonstration: its configuration, and its world in the store. The other exchange is down.</summary>
static class DemonstrationExchange
{
    const string WorldName = "world.yaml";

    /// <summary>Second number of its addresses, unlike any that the tests use.</summary>
    const int SecondOfAddress = 46;

    /// <summary>Writes the files, and applies the world through a first start, which makes keys and store too.</summary>
    /// <param name="program">The program.</param>
    /// <param name="folder">An empty folder.</param>
    /// <exception cref="IOException">The program does not start, or refuses the world.</exception>
    public static void Make(string program, string folder)
    {
        var plan = WorldPlan.At(SecondOfAddress);
        var (own, other) = (plan.Albion, plan.Liberty);
        File.WriteAllText(Path.Combine(folder, StartedServer.ConfigurationName), WorldFiles.Configuration(own, StartedServer.Socket));
        using var otherKey = IdentityKey.LoadOrCreate(Path.Combine(folder, "other.pem"));
        Resident[] residents = [new Resident(own, 1, "alice", "Alice", 440), new Resident(other, 1, "bob", "Bob", 660)];
        File.WriteAllText(Path.Combine(folder, WorldName), WorldFiles.World(own, other, otherKey.Thumbprint, residents));

        using var server = StartedServer.Start(program, folder);
        server.WaitUntilReady();
        server.Apply(WorldName);
    }
}
