using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Rules;
using Meetpoint.Exchange.Tests.Interconnect;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Dictionary;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Roaming.Rules;

/// <summary>Crossings between Albion's hotspots and Liberty's home, or by way of Liberty to Gamma's, and packets as text on both sides.</summary>
static class Borders
{
    public static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    /// <summary>The document in which Albion and Liberty agree on this, and Liberty and Gamma on that.</summary>
    public static JsonNode Document(string roaming, string? further = null)
    {
        var world = JsonNode.Parse(Worlds.Json)!;
        foreach (var (agreement, terms) in world["agreements"]!.AsArray().Zip([roaming, further]))
        {
            agreement!["services"]!.AsArray().Add(new JsonObject { ["service"] = "roaming" });
            if (terms is not null)
                agreement["roaming"] = JsonNode.Parse(terms);
        }

        return world;
    }

    /// <summary>Of Albion's hotspots and Liberty's home.</summary>
    public static Crossing Direct(string roaming) => Of(roaming, null, "liberty");

    /// <summary>Of Albion's hotspots and Gamma's home.</summary>
    public static Crossing ByLiberty(string roaming, string further) => Of(roaming, further, "gamma");

    /// <summary>Sends a packet across; its attributes on the other side, as text.</summary>
    public static string[] Cross(this Crossing crossing, RadiusCode code, params string[] attributes) => crossing.Cross(code, out _, attributes);

    /// <inheritdoc cref="Cross(Crossing, RadiusCode, string[])"/>
    public static string[] Cross(this Crossing crossing, RadiusCode code, out CuiFate cui, params string[] attributes) => crossing.Cross(code, out cui, default, attributes);

    /// <inheritdoc cref="Cross(Crossing, RadiusCode, string[])"/>
    public static string[] Cross(this Crossing crossing, RadiusCode code, out CuiFate cui, AttributeSet without, params string[] attributes)
    {
        RadiusPacket.TryParse(Packet(code, attributes), out var packet, out _).ShouldBeTrue();
        var buffer = new byte[RadiusPacket.MaxLength];
        var mark = new RequestMark(code, 1, default);
        var writer = PacketSecurity.Version11.BeginRequest(buffer, mark);
        var side = new HopSide(PacketSecurity.Version11, default);
        crossing.TryCopy(packet, side, side, ref writer, RadiusDictionary.Standard.Hidden, out cui, without: without).ShouldBeTrue();
        RadiusPacket.TryParse(buffer.AsSpan(0, PacketSecurity.Version11.SignResponse(ref writer)), out var crossed, out _).ShouldBeTrue();
        return [.. RadiusText.Write(crossed, RadiusDictionary.Standard).Split('\n').Skip(1).Select(line => line.Trim())];
    }

    /// <summary>A packet with these attributes.</summary>
    public static byte[] Packet(RadiusCode code, params string[] attributes)
    {
        var buffer = new byte[RadiusPacket.MaxLength];
        var mark = new RequestMark(code, 1, default);
        var writer = PacketSecurity.Version11.BeginRequest(buffer, mark);
        foreach (var text in attributes)
        {
            RadiusText.TryRead(text, RadiusDictionary.Standard, out var attribute).ShouldBeTrue(text);
            RadiusText.TryWrite(ref writer, attribute, RadiusDictionary.Standard).ShouldBeTrue(text);
        }

        return buffer[..PacketSecurity.Version11.SignResponse(ref writer)];
    }

    static Crossing Of(string roaming, string? further, string home)
    {
        var world = World.Build(Worlds.Read(Document(roaming, further).ToJsonString()), "albion.example", new LimitBook());
        return new Crossings(Secret, () => world).Between("albion", home, Worlds.Now);
    }
}
