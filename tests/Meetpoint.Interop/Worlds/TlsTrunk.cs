using System.Text.Json.Nodes;
using Meetpoint.Commands;
using Meetpoint.Demo.World;
using Meetpoint.Interop.Border;
using Meetpoint.Tests.Support;
using NodaTime;

namespace Meetpoint.Interop.Worlds;

/// <summary>Two exchanges, and Albion's own network as a SIP trunk that is known by certificate, with a room behind it.</summary>
public sealed class TlsTrunk() : TwoExchanges(112)
{
    /// <summary>By which the trunk is known.</summary>
    internal const string Name = "core.albion.example";

    /// <summary>Who vouches for the trunk.</summary>
    internal TestAuthority Authority { get; } = new("Albion", TimeProvider.System.GetUtcNow());

    /// <summary>What the trunk believes, as the operator of the exchange gives it out.</summary>
    internal string Anchor { get; private set; } = "";

    internal ExchangeLogFile Log { get; private set; } = null!;

    /// <inheritdoc/>
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        var albion = World.Albion;
        Log = new ExchangeLogFile(albion.Process);
        await BorderWorld.ChangeAsync(albion, world =>
        {
            world["neighbours"]!.AsArray().Add(new JsonObject
            {
                ["id"] = "albion-core",
                ["provider"] = albion.Party.Id,
                ["kind"] = "sip-trunk",
                ["sipUri"] = $"sip:{Name};transport=tls",
                ["tlsNames"] = new JsonArray(Name),
                ["tlsCa"] = Authority.Pem,
                ["profile"] = "sipp",
            });
            world["endpoints"]!.AsArray().Add(new JsonObject
            {
                ["id"] = "salon",
                ["organisation"] = albion.Party.OrganisationId,
                ["kind"] = "room",
                ["name"] = "Salon",
                ["sip"] = "salon@albion.example",
                ["contact"] = $"sip:salon@{Name}:{albion.Party.Core.Port};transport=tls",
            });
        });
        var output = new StringWriter();
        var around = new Surroundings(albion.Folder, _ => null, output, TextWriter.Null, TextReader.Null, IsTerminal: false, SystemClock.Instance, DateTimeZone.Utc);
        Assert.Equal(0, await CommandLine.RunAsync(["identity", "certificate"], around, TestContext.Current.CancellationToken));
        Anchor = output.ToString();
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Authority.Dispose();
    }
}
