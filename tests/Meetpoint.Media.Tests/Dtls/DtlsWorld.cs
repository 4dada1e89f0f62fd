using Meetpoint.Media.Dtls;
using Meetpoint.Media.Srtp;
using Meetpoint.Media.Tests.Srtp;
using Shouldly;

namespace Meetpoint.Media.Tests.Dtls;

/// <summary>Certificates and contexts for tests, made once, and what every good handshake must give.</summary>
static class DtlsWorld
{
    static readonly DateTimeOffset NotBefore = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static DtlsCertificate NewCertificate() => DtlsCertificate.Create(NotBefore, TimeSpan.FromDays(365));

    public static DtlsContext NewContext(DtlsOptions? options = null)
    {
        Assert.SkipUnless(DtlsSupport.IsAvailable(out var reason), reason);
        using var certificate = NewCertificate();
        return new DtlsContext(certificate, options);
    }

    /// <summary>Both connected, the same profile, and a packet protected by either opens at the other.</summary>
    public static void ShouldBeConnected(DtlsPair pair, string because = "")
    {
        pair.Client.State.ShouldBe(DtlsState.Connected, $"client {pair.Client.Failure} {because}");
        pair.Server.State.ShouldBe(DtlsState.Connected, $"server {pair.Server.Failure} {because}");
        pair.Client.Profile.ShouldBe(pair.Server.Profile);
        pair.Client.TryTakeSrtp(out var client).ShouldBeTrue();
        pair.Server.TryTakeSrtp(out var server).ShouldBeTrue();
        ShouldCarry(client!, server!);
        ShouldCarry(server!, client!);
    }

    static void ShouldCarry(SrtpSession from, SrtpSession to)
    {
        var buffer = new byte[256];
        SrtpPair.Rtp(7).CopyTo(buffer, 0);
        from.ProtectRtp(buffer, 172, out var length).ShouldBe(SrtpStatus.Ok);
        to.UnprotectRtp(buffer.AsSpan(0, length), out var plain).ShouldBe(SrtpStatus.Ok);
        buffer[..plain].ShouldBe(SrtpPair.Rtp(7));
    }
}
