using Meetpoint.Media.Srtp;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Media.Tests.Srtp;

public sealed class SrtpSessionTests
{
    public static TheoryData<SrtpProfile> Profiles =>
        [SrtpProfile.Aes128CmHmacSha1Tag80, SrtpProfile.Aes128CmHmacSha1Tag32, SrtpProfile.AeadAes128Gcm];

    [Theory, MemberData(nameof(Profiles))]
    public void UnprotectRtp_EveryPayloadLengthTo300_GivesThePlainPacket(SrtpProfile profile)
    {
        var pair = new SrtpPair(profile);
        for (var length = 0; length <= 300; length++)
        {
            var plain = SrtpPair.Rtp(length, length);

            var wire = pair.Protect(plain);

            wire.Length.ShouldBe(plain.Length + profile.RtpOverheadBytes);
            wire[..12].ShouldBe(plain[..12], "the header stays readable");
            pair.B.UnprotectRtp(wire, out var plainLength).ShouldBe(SrtpStatus.Ok);
            wire[..plainLength].ShouldBe(plain, $"payload of {length}");
        }
    }

    [Theory, MemberData(nameof(Profiles))]
    public void UnprotectRtcp_ManyPackets_GivesThePlainPackets(SrtpProfile profile)
    {
        var pair = new SrtpPair(profile);
        for (var i = 0; i < 300; i++)
        {
            var wire = pair.ProtectRtcp(SrtpPair.Rtcp());

            wire.Length.ShouldBe(28 + profile.RtcpOverheadBytes);
            wire[8..28].ShouldNotBe(SrtpPair.Rtcp()[8..28], "it is encrypted");
            pair.B.UnprotectRtcp(wire, out var length).ShouldBe(SrtpStatus.Ok);
            wire[..length].ShouldBe(SrtpPair.Rtcp());
        }
    }

    [Theory, MemberData(nameof(Profiles))]
    public void UnprotectRtp_CsrcAndExtension_LeavesThemReadable(SrtpProfile profile)
    {
        var pair = new SrtpPair(profile);
        var plain = SrtpPair.Rtp(1, 60);
        plain[0] = 0x80 | 0x10 | 2;
        plain[12 + 8 + 2] = 0;
        plain[12 + 8 + 3] = 3;
        const int Header = 12 + 8 + 4 + 12;

        var wire = pair.Protect(plain);

        wire[..Header].ShouldBe(plain[..Header]);
        wire[Header..plain.Length].ShouldNotBe(plain[Header..]);
        pair.B.UnprotectRtp(wire, out var length).ShouldBe(SrtpStatus.Ok);
        wire[..length].ShouldBe(plain);
    }

    [Theory, MemberData(nameof(Profiles))]
    public void UnprotectRtp_AnyByteChanged_FailsAndLeavesThePacketAndTheStateAlone(SrtpProfile profile)
    {
        var pair = new SrtpPair(profile);
        var wire = pair.Protect(SrtpPair.Rtp(9, 40));
        for (var i = 0; i < wire.Length; i++)
        {
            var forged = (byte[])wire.Clone();
            forged[i] ^= 0x01;
            var before = (byte[])forged.Clone();

            // A changed CSRC count, extension bit or length can also make the header longer than the packet.
            pair.B.UnprotectRtp(forged, out var length).ShouldBeOneOf(SrtpStatus.AuthenticationFailed, SrtpStatus.Malformed);

            forged.ShouldBe(before, $"byte {i}");
            length.ShouldBe(wire.Length);
        }
        pair.Deliver(wire).ShouldBe(SrtpStatus.Ok);
    }

    [Theory, MemberData(nameof(Profiles))]
    public void UnprotectRtcp_AnyByteChanged_Fails(SrtpProfile profile)
    {
        var pair = new SrtpPair(profile);
        var wire = pair.ProtectRtcp(SrtpPair.Rtcp());
        for (var i = 0; i < wire.Length; i++)
        {
            var forged = (byte[])wire.Clone();
            forged[i] ^= 0x80;
            var before = (byte[])forged.Clone();
            pair.B.UnprotectRtcp(forged, out _).ShouldBeOneOf(SrtpStatus.AuthenticationFailed, SrtpStatus.Malformed);
            forged.ShouldBe(before, $"byte {i}");
        }
        pair.B.UnprotectRtcp(wire, out _).ShouldBe(SrtpStatus.Ok);
    }

    [Theory, MemberData(nameof(Profiles))]
    public void Unprotect_AnyBytes_NeverThrowsNorTakesThem(SrtpProfile profile)
    {
        var pair = new SrtpPair(profile);
        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            var garbage = new byte[random.Next(80)];
            random.NextBytes(garbage);
            pair.B.UnprotectRtp(garbage, out _).ShouldBeOneOf(SrtpStatus.Malformed, SrtpStatus.AuthenticationFailed);
            pair.B.UnprotectRtcp(garbage, out _).ShouldBeOneOf(SrtpStatus.Malformed, SrtpStatus.AuthenticationFailed);
        }
    }

    [Fact]
    public void UnprotectRtp_SequenceNumberWraps_CountsRollovers()
    {
        var pair = new SrtpPair(SrtpProfile.AeadAes128Gcm);
        for (var i = 0; i < 200_000; i += 7)
        {
            pair.Deliver(pair.Protect(SrtpPair.Rtp(i, 8))).ShouldBe(SrtpStatus.Ok, $"packet {i}");
        }
    }

    [Fact]
    public void UnprotectRtp_ReorderedAcrossTheWrap_TakesEachOnce()
    {
        var pair = new SrtpPair(SrtpProfile.Aes128CmHmacSha1Tag80);
        pair.Deliver(pair.Protect(SrtpPair.Rtp(40_000, 8))).ShouldBe(SrtpStatus.Ok);
        var wires = Enumerable.Range(65_500, 72).Select(i => pair.Protect(SrtpPair.Rtp(i, 8))).ToArray();
        new Random(6).Shuffle(wires);

        foreach (var wire in wires)
        {
            pair.Deliver(wire).ShouldBe(SrtpStatus.Ok);
            pair.Deliver(wire).ShouldBe(SrtpStatus.Replayed);
        }
    }

    [Fact]
    public void UnprotectRtp_SenderStartsItsNumbersAnew_GoesOn()
    {
        var pair = new SrtpPair(SrtpProfile.AeadAes128Gcm);
        pair.Deliver(pair.Protect(SrtpPair.Rtp(10))).ShouldBe(SrtpStatus.Ok);

        pair.Deliver(pair.Protect(SrtpPair.Rtp(60_000))).ShouldBe(SrtpStatus.Ok);
        pair.Deliver(pair.Protect(SrtpPair.Rtp(60_001))).ShouldBe(SrtpStatus.Ok);
    }

    [Fact]
    public void UnprotectRtp_BehindTheWindow_IsTooOld()
    {
        var pair = new SrtpPair(SrtpProfile.AeadAes128Gcm);
        var wires = Enumerable.Range(0, 129).Select(i => pair.Protect(SrtpPair.Rtp(i))).ToArray();
        pair.Deliver(wires[128]).ShouldBe(SrtpStatus.Ok);

        pair.Deliver(wires[0]).ShouldBe(SrtpStatus.TooOld);
        pair.Deliver(wires[1]).ShouldBe(SrtpStatus.Ok);
    }

    [Fact]
    public void ProtectRtp_SameSequenceNumberAgain_IsRefusedAndNotEncrypted()
    {
        var pair = new SrtpPair(SrtpProfile.AeadAes128Gcm);
        pair.Protect(SrtpPair.Rtp(5));
        var again = new byte[256];
        SrtpPair.Rtp(5).CopyTo(again, 0);

        pair.A.ProtectRtp(again, 172, out var length).ShouldBe(SrtpStatus.Replayed);

        length.ShouldBe(172);
        again[..172].ShouldBe(SrtpPair.Rtp(5));
    }

    [Fact]
    public void UnprotectRtcp_SamePacketTwice_IsAReplay()
    {
        var pair = new SrtpPair(SrtpProfile.AeadAes128Gcm);
        var wire = pair.ProtectRtcp(SrtpPair.Rtcp());
        var copy = (byte[])wire.Clone();
        pair.B.UnprotectRtcp(wire, out _).ShouldBe(SrtpStatus.Ok);

        pair.B.UnprotectRtcp(copy, out _).ShouldBe(SrtpStatus.Replayed);
    }

    [Fact]
    public void UnprotectRtp_MoreSourcesThanTheLimit_RefusesTheNewOneAndKeepsTheOld()
    {
        var sender = new SrtpPair(SrtpProfile.AeadAes128Gcm);
        var receiver = new SrtpPair(SrtpProfile.AeadAes128Gcm, new SrtpOptions { MaxSources = 2 });
        receiver.Deliver(sender.Protect(SrtpPair.Rtp(1, ssrc: 1))).ShouldBe(SrtpStatus.Ok);
        receiver.Deliver(sender.Protect(SrtpPair.Rtp(1, ssrc: 2))).ShouldBe(SrtpStatus.Ok);

        receiver.Deliver(sender.Protect(SrtpPair.Rtp(1, ssrc: 3))).ShouldBe(SrtpStatus.TooManySources);
        receiver.Deliver(sender.Protect(SrtpPair.Rtp(2, ssrc: 1))).ShouldBe(SrtpStatus.Ok);
    }

    [Fact]
    public void UnprotectRtp_ForgedSources_DoNotFillTheTable()
    {
        var pair = new SrtpPair(SrtpProfile.AeadAes128Gcm, new SrtpOptions { MaxSources = 1 });
        for (var ssrc = 0u; ssrc < 10; ssrc++)
        {
            pair.Deliver(SrtpPair.Rtp(1, ssrc: ssrc)).ShouldBe(SrtpStatus.AuthenticationFailed);
        }

        pair.Deliver(pair.Protect(SrtpPair.Rtp(1))).ShouldBe(SrtpStatus.Ok);
    }

    [Fact]
    public void Protect_BeyondTheLifetime_IsKeyExpired()
    {
        var pair = new SrtpPair(SrtpProfile.AeadAes128Gcm, new SrtpOptions { MaxRtpPackets = 2, MaxRtcpPackets = 1 });
        pair.Protect(SrtpPair.Rtp(1));
        pair.Protect(SrtpPair.Rtp(2));
        pair.ProtectRtcp(SrtpPair.Rtcp());
        var buffer = new byte[256];
        SrtpPair.Rtp(3).CopyTo(buffer, 0);

        pair.A.ProtectRtp(buffer, 172, out _).ShouldBe(SrtpStatus.KeyExpired);
        SrtpPair.Rtcp().CopyTo(buffer, 0);
        pair.A.ProtectRtcp(buffer, 28, out _).ShouldBe(SrtpStatus.KeyExpired);
    }

    [Theory, MemberData(nameof(Profiles))]
    public void Protect_NoRoomForTheTag_IsBufferTooSmall(SrtpProfile profile)
    {
        var pair = new SrtpPair(profile);
        pair.A.ProtectRtp(SrtpPair.Rtp(1), 172, out _).ShouldBe(SrtpStatus.BufferTooSmall);
        pair.A.ProtectRtcp(SrtpPair.Rtcp(), 28, out _).ShouldBe(SrtpStatus.BufferTooSmall);
        pair.A.ProtectRtp(new byte[100], 101, out _).ShouldBe(SrtpStatus.Malformed);
        pair.A.ProtectRtp(new byte[100], -1, out _).ShouldBe(SrtpStatus.Malformed);
    }

    [Theory, MemberData(nameof(Profiles))]
    public void ProtectAndUnprotect_Warm_AllocateNothing(SrtpProfile profile)
    {
        var pair = new SrtpPair(profile);
        var buffer = new byte[256];
        var template = SrtpPair.Rtp(0);
        long Round(int first, int count)
        {
            var before = Allocations.Begin();
            for (var i = first; i < first + count; i++)
            {
                template.CopyTo(buffer, 0);
                buffer[2] = (byte)(i >> 8);
                buffer[3] = (byte)i;
                pair.A.ProtectRtp(buffer, template.Length, out var length);
                pair.B.UnprotectRtp(buffer.AsSpan(0, length), out _);
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Round(0, 100);

        Round(100, 1000).ShouldBe(0);
    }

    [Fact]
    public void Create_KeyOfAnotherLength_Throws()
    {
        Should.Throw<ArgumentException>(() =>
            SrtpSession.Create(SrtpProfile.AeadAes128Gcm, new byte[16], new byte[14], new byte[16], new byte[14]));
        Should.Throw<ArgumentException>(() => SrtpSession.Create(SrtpProfile.None, new byte[16], new byte[14], new byte[16], new byte[14]));
    }

    [Fact]
    public void ProtectRtp_AfterDispose_Throws()
    {
        var pair = new SrtpPair(SrtpProfile.AeadAes128Gcm);
        pair.A.Dispose();

        Should.Throw<ObjectDisposedException>(() => pair.A.ProtectRtp(new byte[200], 172, out _));
    }
}
