using System.Text.Json.Nodes;
using Meetpoint.Exchange.Nni;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;

namespace Meetpoint.Exchange.Tests.Nni;

/// <summary>Two exchanges that pin each other, in virtual time; optionally with a neutral one between them that alone they can reach.</summary>
sealed class NniTestPair : IAsyncDisposable
{
    public const string AName = "albion.example";
    public const string BName = "liberty.example";
    public const string XName = "neutral.example";

    // Making keys is slow, and which ones they are does not matter.
    static readonly IdentityKey AKey = IdentityKey.Create();
    static readonly IdentityKey BKey = IdentityKey.Create();
    static readonly IdentityKey XKey = IdentityKey.Create();

    public NniTestPair(int seed = 1, VirtualNniFaults? faults = null, bool viaNeutral = false)
    {
        // With a context of the test framework's, continuations would leave the world's thread.
        SynchronizationContext.SetSynchronizationContext(null);
        World = new VirtualWorld(seed);
        Loop = World.CreateLoop("nni");
        Network = new VirtualNniNetwork(Loop, new Random(seed), faults ?? new VirtualNniFaults(0, 0, 10));
        var via = viaNeutral ? XName : null;
        var a = new NniNeighbour(AName, AKey.Thumbprint, "nni." + AName, Via: via);
        var b = new NniNeighbour(BName, BKey.Thumbprint, "nni." + BName, Via: via);
        var x = new NniNeighbour(XName, XKey.Thumbprint, "nni." + XName);
        A = new NniTestExchange(AName, World, Loop, Network, viaNeutral ? new(b, x) : new(b), AKey);
        B = new NniTestExchange(BName, World, Loop, Network, viaNeutral ? new(a, x) : new(a), BKey);
        if (viaNeutral)
            X = new NniTestExchange(XName, World, Loop, Network, new(a with { Via = null }, b with { Via = null }), XKey, mayCarry: (_, _) => true);
    }

    public VirtualWorld World { get; }

    public VirtualEventLoop Loop { get; }

    public VirtualNniNetwork Network { get; }

    public NniTestExchange A { get; }

    public NniTestExchange B { get; }

    public NniTestExchange? X { get; }

    public void Start()
    {
        A.Node.Start();
        B.Node.Start();
    }

    /// <summary>Lets virtual time pass until nothing waits on either side.</summary>
    public void Drain(int limitSeconds = 600)
    {
        var endNs = World.NowNs + (limitSeconds * MonotonicTime.Second);
        while (A.Depth() + B.Depth() > 0 && World.NowNs < endNs)
            World.RunFor(100 * MonotonicTime.Millisecond);
        Assert.True(A.Depth() + B.Depth() == 0, $"seed {World.Seed}: {A.Depth()} and {B.Depth()} messages still wait; "
            + string.Join("; ", A.Node.Outbox.Status().Concat(B.Node.Outbox.Status())));
    }

    /// <summary>Posts parts as A would, to B, on a connection of <paramref name="peer"/>.</summary>
    public Task<NniReply> PostAsync(string path, string peer, params string[] jws) => PostAsync(path, peer, [], jws);

    public Task<NniReply> PostAsync(string path, string peer, string[] hops, params string[] jws) => B.Node.Server.HandleAsync(
        path, peer, new NniRequest(AName, BName, "nonce", hops, jws).ToBytes(), CancellationToken.None);

    /// <summary>The body of the signed answer.</summary>
    public JsonObject Open(NniReply reply)
    {
        Assert.Equal(200, reply.Status);
        Assert.Equal(NniRefusal.None, A.Seal.TryOpenFresh(NniAnswer.TryParse(reply.Body.Span)!.Jws, BName, out var envelope));
        return envelope!.Body();
    }

    public async ValueTask DisposeAsync()
    {
        await A.DisposeAsync();
        await B.DisposeAsync();
        if (X is not null)
            await X.DisposeAsync();
    }
}
