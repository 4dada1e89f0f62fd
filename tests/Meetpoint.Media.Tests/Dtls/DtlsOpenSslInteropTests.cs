using Meetpoint.Media.Dtls;
using Meetpoint.Media.Srtp;
using Meetpoint.Media.Tests.Srtp;
using Shouldly;

namespace Meetpoint.Media.Tests.Dtls;

public sealed class DtlsOpenSslInteropTests
{
    [Theory]
    [InlineData("SRTP_AEAD_AES_128_GCM", SrtpProfile.AeadAes128Gcm)]
    [InlineData("SRTP_AES128_CM_SHA1_80", SrtpProfile.Aes128CmHmacSha1Tag80)]
    public Task Handshake_OpenSslClient_ExportsTheSameKeys(string name, SrtpProfile profile) => MeetAsync(name, profile, _ => false);

    /// <summary>On real time, so that OpenSSL's own timer has run out too and repeats the flight with new record numbers.</summary>
    [Fact]
    public Task Handshake_OpenSslClientAndOurFirstFlightLost_Recovers() =>
        MeetAsync("SRTP_AEAD_AES_128_GCM", SrtpProfile.AeadAes128Gcm, number => number < 2);

    static async Task MeetAsync(string name, SrtpProfile profile, Predicate<int> loses)
    {
        using var context = DtlsWorld.NewContext();
        using var peer = new OpenSslPeer { Loses = loses };
        using var endpoint = new DtlsEndpoint(DtlsRole.Server, context, peer.Fingerprint, peer);
        peer.StartClient(name);

        await peer.RunAsync(endpoint);

        endpoint.State.ShouldBe(DtlsState.Connected, $"{endpoint.Failure}");
        endpoint.Profile.ShouldBe(profile);
        endpoint.TryTakeSrtp(out var ours).ShouldBeTrue();
        using var theirs = ClientSession(profile, Convert.FromHexString(peer.KeyingMaterial));
        var buffer = new byte[256];
        SrtpPair.Rtp(1).CopyTo(buffer, 0);
        theirs.ProtectRtp(buffer, 172, out var length).ShouldBe(SrtpStatus.Ok);
        ours!.UnprotectRtp(buffer.AsSpan(0, length), out _).ShouldBe(SrtpStatus.Ok);
        buffer[..172].ShouldBe(SrtpPair.Rtp(1));
    }

    /// <summary>RFC 5764 4.2: client key, server key, client salt, server salt.</summary>
    static SrtpSession ClientSession(SrtpProfile profile, byte[] material)
    {
        var salt = profile.SaltBytes;
        return SrtpSession.Create(
            profile, material.AsSpan(0, 16), material.AsSpan(32, salt), material.AsSpan(16, 16), material.AsSpan(32 + salt, salt));
    }
}
