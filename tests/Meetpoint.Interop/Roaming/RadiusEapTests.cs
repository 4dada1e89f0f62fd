using Meetpoint.Interop.Peers;

namespace Meetpoint.Interop.Roaming;

/// <summary>Whole EAP conversations of devices through the hub: keys arrive, and each stays with the home server that it began with.</summary>
public sealed class RadiusEapTests(RoamingWorld world) : IClassFixture<RoamingWorld>
{
    EapolTest Device => new(world.NasAddress, RoamingWorld.Secret);

    [Theory]
    [InlineData("eap=TTLS phase2=\"auth=PAP\"")]
    [InlineData("eap=PEAP phase2=\"auth=MSCHAPV2\"")]
    public async Task Device_WithPassword_IsLetInWithKeys(string method) => EapolTest.AssertIn(await Device.RunAsync(world.Authentication, WithPassword(method)));

    [Fact]
    public async Task Device_WithCertificate_IsLetInWithKeys()
    {
        using var leaf = world.Authority.Leaf(["alice.liberty.example"]);
        var (certificate, key) = world.Authority.Write(leaf, world.Folder, "alice");
        EapolTest.AssertIn(await Device.RunAsync(
            world.Authentication, $"eap=TLS\n identity=\"alice@liberty.example\"\n ca_cert=\"{Trusted()}\"\n client_cert=\"{certificate}\"\n private_key=\"{key}\""));
    }

    [Fact]
    public async Task Devices_ManyAtOnce_AreAllLetIn_EachByOneHome()
    {
        var before = (First: world.First.Asked().Count, Second: world.Second.Asked().Count);
        var outputs = await Task.WhenAll(Enumerable.Range(1, 20).Select(device => Device.RunAsync(world.Authentication, WithPassword("eap=TTLS phase2=\"auth=PAP\""), device)));
        Assert.All(outputs, EapolTest.AssertIn);
        var first = Devices(world.First.Asked().Skip(before.First));
        var second = Devices(world.Second.Asked().Skip(before.Second));
        Assert.Empty(first.Intersect(second));
        Assert.Equal(20, first.Union(second).Count());
    }

    static HashSet<string> Devices(IEnumerable<string> asked) =>
        [.. asked.SelectMany(packet => packet.Split('\n')).Where(line => line.Contains("Calling-Station-Id", StringComparison.Ordinal)).Select(line => line.Trim())];

    string WithPassword(string method) =>
        $"{method.Replace(" ", "\n ", StringComparison.Ordinal)}\n identity=\"alice@liberty.example\"\n anonymous_identity=\"@liberty.example\"\n password=\"s3cret\"\n ca_cert=\"{Trusted()}\"";

    string Trusted()
    {
        var path = Path.Combine(world.Folder, "ca.pem");
        if (!File.Exists(path))
            File.WriteAllText(path, world.Authority.Pem);
        return path;
    }
}
