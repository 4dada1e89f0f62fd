using Meetpoint.Media.Relay;
using Meetpoint.Media.Srtp;
using Meetpoint.Net.Virtual;
using Shouldly;

namespace Meetpoint.Media.Tests.Relay;

public sealed class RelaySrtpTests
{
    readonly SeededRandomness _randomness = new(11);

    [Theory]
    [InlineData(SrtpProfile.Aes128CmHmacSha1Tag80, SrtpProfile.None)]
    [InlineData(SrtpProfile.Aes128CmHmacSha1Tag32, SrtpProfile.AeadAes128Gcm)]
    [InlineData(SrtpProfile.AeadAes128Gcm, SrtpProfile.Aes128CmHmacSha1Tag80)]
    [InlineData(SrtpProfile.None, SrtpProfile.AeadAes128Gcm)]
    public void OnDatagram_EachSideItsOwnKeys_RtpAndRtcpPassBothWays(SrtpProfile a, SrtpProfile b)
    {
        var world = new RelayWorld();
        Secure(world, RelaySide.A, a);
        Secure(world, RelaySide.B, b);
        for (var i = 0; i < 5; i++)
        {
            var fromA = world.A.SendAudio();
            var fromB = world.B.SendAudio();
            world.A.SendReport((1UL << 40) + (ulong)i);
            world.RunMs(20);
            world.B.Heard[i].ShouldBe(fromA);
            world.A.Heard[i].ShouldBe(fromB);
        }

        world.B.ReportsOnRtcp.Count.ShouldBe(5);
        (world.A.NotOpened + world.B.NotOpened).ShouldBe(0);
        world.Relay.Statistics(RelaySide.B).BytesSent.ShouldBe(5 * 172, "what encryption adds is not counted");
    }

    [Fact]
    public void OnDatagram_Secure_NeitherForgedNorRepeatedNorPlainPass()
    {
        var world = new RelayWorld();
        Secure(world, RelaySide.A, SrtpProfile.Aes128CmHmacSha1Tag80);
        world.Configure(RelaySide.B);
        var keys = world.A.Keys;
        world.A.SendAudio();
        world.RunMs(20);
        world.A.Keys = null;
        world.A.SendAudio();
        world.A.Keys = Pair(SrtpProfile.Aes128CmHmacSha1Tag80).Ours;
        world.A.SendAudio();
        world.RunMs(20);
        world.B.Heard.Count.ShouldBe(1);
        world.Relay.Statistics(RelaySide.A).NotAuthentic.ShouldBe(2);

        world.A.Keys = keys;
        world.A.SendAudio();
        world.RunMs(20);
        world.B.Heard.Count.ShouldBe(2, "a forger shuts nobody out");
    }

    [Fact]
    public void Configure_KeysToCome_NothingPassesUntilTheyAreKnown()
    {
        var world = new RelayWorld();
        world.ConfigurePlain(b: b => b with { RequiresKeys = true });
        world.A.SendAudio();
        world.A.SendReport(1UL << 40);
        world.B.SendAudio();
        world.RunMs(20);
        world.B.NotOpened.ShouldBe(0);
        world.B.Heard.ShouldBeEmpty();
        world.B.ReportsOnRtcp.ShouldBeEmpty();
        world.A.Heard.ShouldBeEmpty();

        Secure(world, RelaySide.B, SrtpProfile.AeadAes128Gcm);
        world.A.SendAudio();
        world.B.SendAudio();
        world.RunMs(20);
        world.B.Heard.Count.ShouldBe(1);
        world.A.Heard.Count.ShouldBe(1);
    }

    [Fact]
    public void Configure_SameKeysAgain_IndicesGoOnOverTheWrapOfNumbers()
    {
        var world = new RelayWorld();
        var (ours, send, receive) = Pair(SrtpProfile.Aes128CmHmacSha1Tag80);
        world.B.Keys = ours;
        world.A.Sequence = world.B.Sequence = 65_530;
        world.ConfigurePlain(b: b => b with { SendKey = send, ReceiveKey = receive });
        for (var i = 0; i < 10; i++)
        {
            world.A.SendAudio();
            world.B.SendAudio();
            world.RunMs(20);
        }

        // A re-INVITE repeats the same keys as other objects.
        world.Configure(RelaySide.B, b => b with { SendKey = Copy(send), ReceiveKey = Copy(receive) });
        for (var i = 0; i < 5; i++)
        {
            world.A.SendAudio();
            world.B.SendAudio();
            world.RunMs(20);
        }

        world.B.Heard.Count.ShouldBe(15);
        world.A.Heard.Count.ShouldBe(15);
        world.B.NotOpened.ShouldBe(0, "the rollover counter is kept");
    }

    [Theory]
    [InlineData(SrtpProfile.Aes128CmHmacSha1Tag80, true)]
    [InlineData(SrtpProfile.AeadAes128Gcm, true)]
    [InlineData(SrtpProfile.AeadAes128Gcm, false)]
    public void Configure_KeyThatWasInUseBefore_FindsItsRolloverCounter(SrtpProfile profile, bool finds)
    {
        var world = new RelayWorld();
        var (ours, send, receive) = Pair(profile);
        world.A.Keys = ours;
        world.A.Sequence = 65_530;
        for (var i = 0; i < 10; i++)
            world.A.SendAudio(); // to a relay that is not set up yet, as to a process that is gone
        world.RunMs(20);
        world.Configure(RelaySide.B);
        world.Configure(RelaySide.A, a => a with { SendKey = send, ReceiveKey = receive, FindsRollover = finds });
        world.Talk(world.A, 3);
        world.B.Heard.Count.ShouldBe(finds ? 3 : 0);
    }

    [Fact]
    public void Configure_NewKeys_AreUsedAndTheOldOnesTakenForAWhile()
    {
        var world = new RelayWorld();
        Secure(world, RelaySide.B, SrtpProfile.Aes128CmHmacSha1Tag80);
        world.Configure(RelaySide.A);
        var old = world.B.Keys;
        world.Talk(world.B, 2);

        Secure(world, RelaySide.B, SrtpProfile.AeadAes128Gcm);
        var renewed = world.B.Keys;
        world.B.Keys = old;
        world.B.SendAudio();
        world.RunMs(20);
        world.A.Heard.Count.ShouldBe(3, "it was under way when the keys changed");
        world.B.Keys = renewed;
        world.Talk(world.B, 2);
        world.A.SendAudio();
        world.RunMs(20);
        world.A.Heard.Count.ShouldBe(5);
        world.B.Heard.Count.ShouldBe(1);

        world.RunMs(2000);
        world.B.Keys = old;
        world.B.SendAudio();
        world.RunMs(20);
        world.A.Heard.Count.ShouldBe(5);
    }

    [Fact]
    public void Configure_SessionOfDtls_IsUsedInBothDirections()
    {
        var world = new RelayWorld();
        world.Configure(RelaySide.A);
        var (ours, theirs) = (Pair(SrtpProfile.Aes128CmHmacSha1Tag80), default(SrtpSession));
        theirs = SrtpSession.Create(ours.Send, ours.Receive);
        world.B.Keys = ours.Ours;
        world.Configure(RelaySide.B, b => b with { RequiresKeys = true });
        world.Configure(RelaySide.B, b => b with { Session = theirs });
        world.Configure(RelaySide.B, b => b with { Session = theirs });
        world.A.SendAudio();
        world.B.SendAudio();
        world.RunMs(20);
        world.B.Heard.Count.ShouldBe(1);
        world.A.Heard.Count.ShouldBe(1);

        world.Relay.Dispose();
        world.RunMs(1);
        Should.Throw<ObjectDisposedException>(() => theirs.UnprotectRtp(new byte[100], out _));
    }

    [Fact]
    public void Configure_BackToPlain_PassesInTheClear()
    {
        var world = new RelayWorld();
        Secure(world, RelaySide.B, SrtpProfile.AeadAes128Gcm);
        world.ConfigurePlain();
        world.B.Keys = null;
        world.A.SendAudio();
        world.B.SendAudio();
        world.RunMs(20);
        world.B.Heard.Count.ShouldBe(1);
        world.A.Heard.Count.ShouldBe(1);
    }

    void Secure(RelayWorld world, RelaySide side, SrtpProfile profile)
    {
        if (profile == SrtpProfile.None)
        {
            world.Configure(side);
            return;
        }

        var (ours, send, receive) = Pair(profile);
        (side == RelaySide.A ? world.A : world.B).Keys = ours;
        world.Configure(side, settings => settings with { SendKey = send, ReceiveKey = receive });
    }

    /// <summary>The peer's session, and the relay's two keys for it.</summary>
    (SrtpSession Ours, SdesKey Send, SdesKey Receive) Pair(SrtpProfile profile)
    {
        var send = SdesKey.Generate(profile, 1, _randomness);
        var receive = SdesKey.Generate(profile, 1, _randomness);
        return (SrtpSession.Create(receive, send), send, receive);
    }

    static SdesKey Copy(SdesKey key) => SdesKey.TryParse(key.Format(), out var copy, out _) ? copy! : throw new InvalidOperationException();
}
