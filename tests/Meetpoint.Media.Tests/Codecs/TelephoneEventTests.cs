using Meetpoint.Media.Codecs;
using Shouldly;

namespace Meetpoint.Media.Tests.Codecs;

public sealed class TelephoneEventTests
{
    [Fact]
    public void SenderToReceiver_AnyPacketsLost_EachPressOnce()
    {
        var random = new Random(3);
        for (var round = 0; round < 200; round++)
        {
            var sender = default(TelephoneEventSender);
            var receiver = default(TelephoneEventReceiver);
            var heard = "";
            var expected = "";
            for (var press = 0; press < 5; press++)
            {
                sender.Start((byte)press, 5, (uint)(press * 2000));
                var arrived = false;
                while (sender.IsActive)
                {
                    var payload = new byte[4];
                    sender.Next(160, out _).Write(payload);
                    if (random.NextDouble() < 0.5)
                        continue;
                    arrived = true;
                    if (receiver.OnPacket(sender.Timestamp, payload, out var value, out _))
                        heard += value.Digit;
                }

                if (arrived)
                    expected += (char)('0' + press);
            }

            heard.ShouldBe(expected);
        }
    }

    [Fact]
    public void Next_OnePress_MarkerFirstAndThreeEndsOfFullDuration()
    {
        var sender = default(TelephoneEventSender);
        sender.Start(11, 5, 77);
        var packets = new List<(TelephoneEvent Value, bool Marker)>();
        while (sender.IsActive)
            packets.Add((sender.Next(160, out var marker), marker));

        packets.Select(packet => packet.Marker).ShouldBe([true, false, false, false, false, false, false]);
        packets.Count(packet => packet.Value.End).ShouldBe(TelephoneEventSender.EndPackets);
        packets[^1].Value.Duration.ShouldBe((ushort)800);
        packets[^1].Value.Digit.ShouldBe('#');
    }

    [Fact]
    public void OnPacket_StragglerOfEarlierPress_IsNotANewPress()
    {
        var receiver = default(TelephoneEventReceiver);
        var payload = new byte[] { 1, 0x0A, 0, 160 };
        receiver.OnPacket(1000, payload, out _, out _).ShouldBeTrue();
        receiver.OnPacket(3000, payload, out _, out _).ShouldBeTrue();
        receiver.OnPacket(1000, payload, out _, out _).ShouldBeFalse();
        receiver.OnPacket(5000, new byte[3], out _, out _).ShouldBeFalse();
    }
}
