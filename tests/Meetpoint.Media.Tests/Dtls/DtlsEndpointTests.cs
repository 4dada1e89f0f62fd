using Meetpoint.Media.Dtls;
using Meetpoint.Media.Srtp;
using Shouldly;

namespace Meetpoint.Media.Tests.Dtls;

public sealed class DtlsEndpointTests : IDisposable
{
    readonly DtlsContext _a = DtlsWorld.NewContext();
    readonly DtlsContext _b = DtlsWorld.NewContext();

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
    }

    [Fact]
    public void Handshake_CleanNetwork_TakesTwoRoundTripsAndPrefersGcm()
    {
        using var pair = new DtlsPair(_a, _b);
        pair.Start();

        pair.RunToRest();

        DtlsWorld.ShouldBeConnected(pair);
        pair.Client.Profile.ShouldBe(SrtpProfile.AeadAes128Gcm);
        pair.NowNs.ShouldBe(40 * DtlsPair.Millisecond, "four flights of 10 ms");
        pair.LongestBytes.ShouldBeLessThanOrEqualTo(1200);
        pair.Client.TryTakeSrtp(out _).ShouldBeFalse("the session is given once");
    }

    [Theory]
    [InlineData(SrtpProfile.Aes128CmHmacSha1Tag80)]
    [InlineData(SrtpProfile.Aes128CmHmacSha1Tag32)]
    [InlineData(SrtpProfile.AeadAes128Gcm)]
    public void Handshake_ServerTakesOneProfile_AgreesOnIt(SrtpProfile profile)
    {
        using var all = DtlsWorld.NewContext(new DtlsOptions
        {
            Profiles = [SrtpProfile.AeadAes128Gcm, SrtpProfile.Aes128CmHmacSha1Tag80, SrtpProfile.Aes128CmHmacSha1Tag32],
        });
        using var one = DtlsWorld.NewContext(new DtlsOptions { Profiles = [profile] });
        using var pair = new DtlsPair(all, one);
        pair.Start();

        pair.RunToRest();

        pair.Client.Profile.ShouldBe(profile);
        DtlsWorld.ShouldBeConnected(pair);
    }

    [Fact]
    public void Handshake_NoCommonProfile_FailsOnBothEndsWithoutKeys()
    {
        using var gcm = DtlsWorld.NewContext(new DtlsOptions { Profiles = [SrtpProfile.AeadAes128Gcm] });
        using var sha = DtlsWorld.NewContext(new DtlsOptions { Profiles = [SrtpProfile.Aes128CmHmacSha1Tag80] });
        using var pair = new DtlsPair(gcm, sha);
        pair.Start();

        pair.RunToRest();

        foreach (var end in (DtlsEndpoint[])[pair.Client, pair.Server])
        {
            end.State.ShouldBe(DtlsState.Failed);
            end.Failure.ShouldBe(DtlsFailure.NoCommonProfile);
            end.TryTakeSrtp(out _).ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Handshake_WrongFingerprint_FailsOnBothEndsWithoutKeys(bool clientIsDeceived)
    {
        using var other = DtlsWorld.NewCertificate();
        using var pair = new DtlsPair(
            _a, _b, clientIsDeceived ? other.Fingerprint : null, clientIsDeceived ? null : other.Fingerprint);
        pair.Start();

        pair.RunToRest();

        var (deceived, peer) = clientIsDeceived ? (pair.Client, pair.Server) : (pair.Server, pair.Client);
        deceived.State.ShouldBe(DtlsState.Failed);
        deceived.Failure.ShouldBe(DtlsFailure.FingerprintMismatch);
        peer.State.ShouldBe(DtlsState.Failed, "the alert tells it");
        peer.Failure.ShouldBe(DtlsFailure.ProtocolError);
        deceived.TryTakeSrtp(out _).ShouldBeFalse();
        peer.TryTakeSrtp(out _).ShouldBeFalse();
    }

    [Fact]
    public void Handshake_PeerSilent_TimesOutAfterBackingOff()
    {
        using var pair = new DtlsPair(_a, _b) { Network = (_, _) => [] };
        pair.Start();

        pair.RunToRest();

        pair.Client.Failure.ShouldBe(DtlsFailure.TimedOut);
        pair.Server.Failure.ShouldBe(DtlsFailure.TimedOut);
        pair.NowNs.ShouldBe(30_000 * DtlsPair.Millisecond);
        pair.Sent.ShouldBe(1 + 10, "after 0.25, 0.75, 1.75, 3.75 s and then every 4 s");
    }

    [Fact]
    public void Close_Connected_ClosesThePeer()
    {
        using var pair = new DtlsPair(_a, _b);
        pair.Start();
        pair.RunToRest();

        pair.Client.Close();
        pair.RunToRest();

        pair.Client.State.ShouldBe(DtlsState.Closed);
        pair.Server.State.ShouldBe(DtlsState.Closed);
        pair.Server.TryTakeSrtp(out var session).ShouldBeTrue("keys stay good until the signalling says otherwise");
        session!.Dispose();
    }

    [Fact]
    public void OnTimer_AfterTheLinger_FreesTheSslObjectAndStaysConnected()
    {
        using var pair = new DtlsPair(_a, _b);
        pair.Start();
        pair.RunToRest();
        (_a.LiveConnections + _b.LiveConnections).ShouldBe(2);

        pair.RunUntil(pair.NowNs + 15_001 * DtlsPair.Millisecond);

        (_a.LiveConnections + _b.LiveConnections).ShouldBe(0);
        pair.Client.NextTimeoutNs.ShouldBe(long.MaxValue);
        DtlsWorld.ShouldBeConnected(pair);
    }

    [Fact]
    public void Dispose_AThousandPairs_LeavesNoSslObject()
    {
        for (var i = 0; i < 1000; i++)
        {
            using var pair = new DtlsPair(_a, _b);
            pair.Start();
            if (i % 3 != 0)
            {
                pair.RunToRest();
                pair.Client.State.ShouldBe(DtlsState.Connected);
            }
        }

        (_a.LiveConnections + _b.LiveConnections).ShouldBe(0);
    }

    [Fact]
    public void Dispose_ContextFirst_EndpointsStillWork()
    {
        var context = DtlsWorld.NewContext();
        using var pair = new DtlsPair(context, _b);
        context.Dispose();
        pair.Start();

        pair.RunToRest();

        DtlsWorld.ShouldBeConnected(pair);
    }

    [Fact]
    public void OnDatagram_Garbage_NeverThrowsAndTheHandshakeGoesOn()
    {
        var random = new Random(8);
        using var pair = new DtlsPair(_a, _b);
        pair.Start();
        for (var i = 0; i < 5000; i++)
        {
            var garbage = new byte[random.Next(1300)];
            random.NextBytes(garbage);
            if (garbage.Length > 13 && i % 2 == 0)
            {
                // A record of a known kind with a plausible header, of the version that is spoken, not of this association's epoch.
                garbage[0] = (byte)random.Next(20, 25);
                (garbage[1], garbage[2], garbage[3], garbage[4]) = (254, 253, 0, 1);
                (garbage[11], garbage[12]) = ((byte)((garbage.Length - 13) >> 8), (byte)(garbage.Length - 13));
            }
            pair.Client.OnDatagram(garbage, pair.NowNs);
            pair.Server.OnDatagram(garbage, pair.NowNs);
        }

        pair.RunToRest();

        DtlsWorld.ShouldBeConnected(pair);
    }

    [Fact]
    public void OnDatagram_ForgedPlaintextHandshakes_NeverThrow()
    {
        var random = new Random(9);
        for (var i = 0; i < 300; i++)
        {
            using var pair = new DtlsPair(_a, _b);
            byte[]? captured = null;
            pair.Network = (_, _) => [];
            var tap = new DtlsEndpoint(DtlsRole.Client, _a, _b.Fingerprint, new Tap(bytes => captured = bytes));
            tap.Start(0);
            tap.Dispose();
            pair.Server.Start(0);
            for (var n = 0; n < 20; n++)
            {
                var mutated = (byte[])captured!.Clone();
                for (var m = random.Next(1, 6); m > 0; m--)
                {
                    mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
                }
                pair.Server.OnDatagram(mutated, 0);
            }
            pair.Server.TryTakeSrtp(out _).ShouldBeFalse();
        }
    }

    [Fact]
    public void OnDatagram_BeforeStartAndAfterDispose_IsDropped()
    {
        using var pair = new DtlsPair(_a, _b);
        pair.Server.OnDatagram(new byte[40], 0);
        pair.Server.State.ShouldBe(DtlsState.New);
        pair.Server.Dispose();
        pair.Server.Start(0);
        pair.Server.OnDatagram(new byte[40], 0);
        pair.Server.OnTimer(long.MaxValue - 1);
        pair.Server.Close();
    }

    sealed class Tap(Action<byte[]> take) : IDtlsOutput
    {
        public void SendDatagram(ReadOnlySpan<byte> datagram) => take(datagram.ToArray());
    }
}
