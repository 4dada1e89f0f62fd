using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Tests.Support;
using Shouldly;

namespace Meetpoint.Sip.Tests.Transports;

public sealed class StunBindingTests
{
    const string TransactionId = "b7e7a701bc34d686fa87dfae";

    // RFC 5769: the addresses of its sample responses, and their transaction id.
    [Theory]
    [InlineData("192.0.2.1:32853", "002000080001a147e112a643")]
    [InlineData("[2001:db8:1234:5678:11:2233:4455:6677]:32853", "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9")]
    public void Answer_ABindingRequest_TellsTheAddressThatItCameFrom(string from, string attribute)
    {
        var answer = Answer($"000100002112a442{TransactionId}", from);
        answer.ShouldBe($"0101{attribute.Length / 2:x4}2112a442{TransactionId}{attribute}");
    }

    // RFC 5769 section 2.1, without the attributes that ask for credentials: its SOFTWARE, and a fingerprint of its own.
    [Fact]
    public void Answer_ToOneWithAFingerprint_HasOne()
    {
        const string Software = "80220010" + "5354554e207465737420636c69656e74";
        var request = $"0001001c2112a442{TransactionId}{Software}";
        var fingerprint = (Crc(request) ^ 0x5354554E).ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
        var answer = Answer($"{request}80280004{fingerprint}", "192.0.2.1:32853");

        answer.ShouldStartWith("010100142112a442");
        answer[^16..^8].ShouldBe("80280004");
        answer[^8..].ShouldBe((Crc(answer[..^16]) ^ 0x5354554E).ToString("x8", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Answer_ToAnAttributeThatMustBeUnderstood_Is420() =>
        Answer($"000100082112a442{TransactionId}0025000012340000", "192.0.2.1:32853").ShouldBe($"011100102112a442{TransactionId}0009000400000414000a000400251234");

    [Theory]
    [InlineData("000100042112a442b7e7a701bc34d686fa87dfae")] // longer than it is
    [InlineData("000100042112a442b7e7a701bc34d686fa87dfae80220004")] // an attribute that ends beyond the end
    [InlineData("000100082112a442b7e7a701bc34d686fa87dfae8028000400000000")] // a wrong fingerprint
    [InlineData("010100002112a442b7e7a701bc34d686fa87dfae")] // an answer
    [InlineData("001100002112a442b7e7a701bc34d686fa87dfae")] // an indication
    public void Answer_ToAnythingElse_IsSilence(string request) => Answer(request, "192.0.2.1:32853").ShouldBe("");

    [Fact]
    public void Answer_ToAnyBytes_FitsAndIsNoLongerThanThreeTimesTheRequest()
    {
        var random = new Random(3);
        Span<byte> answer = stackalloc byte[StunBinding.MaxAnswerBytes];
        for (var i = 0; i < 100_000; i++)
        {
            var request = Convert.FromHexString($"000100002112a442{TransactionId}").Concat(new byte[random.Next(0, 12) * 4]).ToArray();
            random.NextBytes(request.AsSpan(20));
            request[3] = (byte)(request.Length - 20);
            for (var at = 20; at + 4 <= request.Length && random.Next(8) > 0; at += 4)
                (request[at], request[at + 2], request[at + 3]) = ((byte)random.Next(2), 0, (byte)(random.Next(3) * 4));
            StunBinding.Answer(request, NetAddress.Parse("[2001:db8::1]:1"), answer).ShouldBeLessThanOrEqualTo(request.Length * 3);
        }
    }

    [Fact]
    public void KeepAlive_OverUdp_IsAnsweredUnlessTheGateDoesNotKnowTheSender()
    {
        var world = new VirtualWorld(1);
        var phone = new Phone(world, "192.0.2.1", 1);
        var peer = new RawPeer(world, "192.0.2.9");
        var heard = 0;
        peer.Responder = _ =>
        {
            heard++;
            return null;
        };
        var request = Convert.FromHexString($"000100002112a442{TransactionId}");
        peer.SendBytes(request, "192.0.2.1");
        world.RunFor(MonotonicTime.Second);
        heard.ShouldBe(1);
        phone.Says.ShouldBe("");

        phone.Transports.Gate = new Closed();
        peer.SendBytes(request, "192.0.2.1");
        world.RunFor(MonotonicTime.Second);
        heard.ShouldBe(1, "a stranger hears nothing");
    }

    static string Answer(string request, string from)
    {
        Span<byte> answer = stackalloc byte[StunBinding.MaxAnswerBytes];
        return Convert.ToHexStringLower(answer[..StunBinding.Answer(Convert.FromHexString(request), NetAddress.Parse(from), answer)]);
    }

    /// <summary>CRC-32 over what stands before a fingerprint.</summary>
    static uint Crc(string hex)
    {
        var crc = uint.MaxValue;
        foreach (var b in Convert.FromHexString(hex))
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }

    sealed class Closed : ISipGate
    {
        public SipGateVerdict OnMessage(SipFlow flow, SipMessage message) => SipGateVerdict.Drop;

        public bool AnswersKeepAlive(SipFlow flow) => false;
    }
}
