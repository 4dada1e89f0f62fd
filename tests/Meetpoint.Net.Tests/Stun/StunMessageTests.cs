using Meetpoint.Net.Stun;
using Shouldly;

namespace Meetpoint.Net.Tests.Stun;

/// <summary>The samples of RFC 5769, read and written again.</summary>
public sealed class StunMessageTests
{
    const string TransactionId = "b7e7a701bc34d686fa87dfae";
    const string Request = "000100582112a442" + TransactionId
        + "802200105354554e207465737420636c69656e74" + "002400046e0001ff" + "80290008932ff9b151263b36" + "000600096576746a3a68367659202020"
        + "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2" + "80280004e57a3bcf";
    const string Response4 = "0101003c2112a442" + TransactionId + "8022000b7465737420766563746f7220" + "002000080001a147e112a643"
        + "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7" + "80280004c07d4c96";
    const string Response6 = "010100482112a442" + TransactionId + "8022000b7465737420766563746f7220" + "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
        + "00080014a382954e4be67bf11784c97c8292c275bfe3ed41" + "80280004c8fb0b4c";

    static ReadOnlySpan<byte> Password => "VOkJxbRl1RmTxUk/WvJxBt"u8;

    [Fact]
    public void TheSampleRequest_IsReadAndSignedByItsPassword()
    {
        var bytes = Convert.FromHexString(Request);
        StunMessage.TryRead(bytes, out var message).ShouldBeTrue();
        message.Type.ShouldBe(StunType.BindingRequest);
        message.HasFingerprint.ShouldBeTrue();
        message.TryGet(StunAttribute.Username, out var name).ShouldBeTrue();
        name.SequenceEqual("evtj:h6vY"u8).ShouldBeTrue();
        message.TryGetUInt32(StunAttribute.Priority, out var priority).ShouldBeTrue();
        priority.ShouldBe(0x6e0001ffu);
        message.IsSignedBy(Password).ShouldBeTrue();
        message.IsSignedBy("VOkJxbRl1RmTxUk/WvJxBu"u8).ShouldBeFalse();
        bytes[^30] ^= 1;
        StunMessage.TryRead(bytes, out _).ShouldBeFalse("the fingerprint is wrong now");
    }

    [Theory]
    [InlineData(Response4, "192.0.2.1:32853")]
    [InlineData(Response6, "[2001:db8:1234:5678:11:2233:4455:6677]:32853")]
    public void TheSampleResponses_TellTheirAddress(string hex, string address)
    {
        StunMessage.TryRead(Convert.FromHexString(hex), out var message).ShouldBeTrue();
        message.Type.ShouldBe(StunType.BindingSuccess);
        message.TryGetMappedAddress(out var mapped).ShouldBeTrue();
        mapped.ToString().ShouldBe(address);
        message.IsSignedBy(Password).ShouldBeTrue();
    }

    [Theory]
    [InlineData("192.0.2.1:32853", Response4)]
    [InlineData("[2001:db8:1234:5678:11:2233:4455:6677]:32853", Response6)]
    public void Written_OfWhatTheSampleSays_ReadsTheSameButForThePadding(string address, string sample)
    {
        // The samples pad their SOFTWARE with a blank, we with nought: so it is left out, and the signatures are compared by reading.
        Span<byte> buffer = stackalloc byte[128];
        var writer = new StunWriter(buffer, StunType.BindingSuccess, Convert.FromHexString(TransactionId));
        writer.MappedAddress(NetAddress.Parse(address));
        var attribute = Convert.ToHexStringLower(buffer[20..writer.Length]);
        sample.ShouldContain(attribute);
        writer.Sign(Password);
        writer.Fingerprint();
        StunMessage.TryRead(buffer[..writer.Length], out var message).ShouldBeTrue();
        message.HasFingerprint.ShouldBeTrue();
        message.IsSignedBy(Password).ShouldBeTrue();
        message.IsSignedBy("other"u8).ShouldBeFalse();
    }

    [Fact]
    public void WhatStandsBehindTheSignature_IsNotRead()
    {
        Span<byte> buffer = stackalloc byte[128];
        var writer = new StunWriter(buffer, StunType.BindingRequest, Convert.FromHexString(TransactionId));
        writer.UInt32(StunAttribute.Priority, 1);
        writer.Sign(Password);
        writer.Bytes(StunAttribute.UseCandidate, []);
        writer.Fingerprint();
        StunMessage.TryRead(buffer[..writer.Length], out var message).ShouldBeTrue();
        message.IsSignedBy(Password).ShouldBeTrue("its length is counted to the signature");
        message.TryGet(StunAttribute.Priority, out _).ShouldBeTrue();
        message.TryGet(StunAttribute.UseCandidate, out _).ShouldBeFalse();
        message.FindUnknown([], new StunAttribute[4]).ShouldBe(1, "PRIORITY alone");
    }

    [Theory]
    [InlineData(400)]
    [InlineData(420)]
    [InlineData(487)]
    public void AnError_ReadsBack(int code)
    {
        Span<byte> buffer = stackalloc byte[64];
        var writer = new StunWriter(buffer, StunType.BindingError, Convert.FromHexString(TransactionId));
        writer.Error(code);
        StunMessage.TryRead(buffer[..writer.Length], out var message).ShouldBeTrue();
        message.TryGetError(out var read).ShouldBeTrue();
        read.ShouldBe(code);
    }

    [Fact]
    public void AnyBytes_ReadOrAreRefused_AndNeverThrow()
    {
        var random = new Random(5);
        var samples = new[] { Request, Response4, Response6 }.Select(Convert.FromHexString).ToArray();
        var unknown = new StunAttribute[3];
        for (var i = 0; i < 100_000; i++)
        {
            // The fingerprint is cut off and the length set right: else the checksum would keep all of it out.
            var sample = samples[i % 3];
            var bytes = sample.AsSpan(0, sample.Length - 8).ToArray();
            bytes[3] = (byte)(bytes.Length - 20);
            for (var flips = random.Next(1, 5); flips > 0; flips--)
                bytes[random.Next(20, bytes.Length)] = (byte)random.Next(256);
            if (!StunMessage.TryRead(bytes, out var message))
                continue;
            message.TryGetMappedAddress(out _);
            message.TryGetError(out _);
            message.TryGet(StunAttribute.Username, out _);
            message.TryGetUInt32(StunAttribute.Priority, out _);
            message.FindUnknown([], unknown).ShouldBeLessThanOrEqualTo(3);
            message.IsSignedBy(Password);
        }
    }
}
