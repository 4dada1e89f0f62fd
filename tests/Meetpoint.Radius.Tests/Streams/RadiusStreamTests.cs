using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Packets;
using Meetpoint.Radius.Streams;
using Meetpoint.Radius.Tests.Support;
using Shouldly;

namespace Meetpoint.Radius.Tests.Streams;

public sealed class RadiusStreamTests
{
    static readonly byte[][] _packets = [.. Vectors.Read("rfc.txt").SelectMany(fields => fields[1..]).Select(Vectors.Bytes), Long()];

    /// <summary>However a stream is cut, the packets are those that went in, and nothing is left.</summary>
    [Fact]
    public void TryRead_AnyCuts_GivesThePacketsThatWentIn()
    {
        Prop.ForAll((from packets in Gen.Elements(_packets).ListOf() from cuts in Gen.Choose(1, 300).NonEmptyListOf() select (packets, cuts)).ToArbitrary(), drawn =>
        {
            var reader = new RadiusStreamReader();
            byte[] stream = [.. drawn.packets.SelectMany(packet => packet)];
            var found = new List<byte[]>();
            for (var (at, cut) = (0, 0); at < stream.Length; cut++)
            {
                var length = Math.Min(drawn.cuts[cut % drawn.cuts.Count], stream.Length - at);
                var received = (ReadOnlySpan<byte>)stream.AsSpan(at, length);
                while (reader.TryRead(ref received, out var packet))
                    found.Add(packet.ToArray());
                received.IsEmpty.ShouldBeTrue();
                at += length;
            }

            return reader is { Pending: 0, Error: PacketError.None } && found.Select(Convert.ToHexString).SequenceEqual(drawn.packets.Select(Convert.ToHexString));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("01000013", PacketError.TooShort)]
    [InlineData("16034000", PacketError.TooLong)]
    [InlineData("47455420", PacketError.TooLong)]
    public void TryRead_Garbage_EndsTheStreamByItsFirstFourOctets(string hex, PacketError expected)
    {
        foreach (var step in (int[])[1, 4])
        {
            var reader = new RadiusStreamReader();
            var bytes = Convert.FromHexString(hex);
            for (var at = 0; at < bytes.Length; at += step)
            {
                ReadOnlySpan<byte> received = bytes.AsSpan(at, step);
                reader.TryRead(ref received, out _).ShouldBeFalse();
            }

            reader.Error.ShouldBe(expected);
            RadiusStreamReader.Ends(reader.Error).ShouldBeTrue();
            ReadOnlySpan<byte> more = _packets[0];
            reader.TryRead(ref more, out _).ShouldBeFalse("nothing is read after garbage");
        }
    }

    [Theory]
    [InlineData(PacketError.AuthenticatorWrong, true)]
    [InlineData(PacketError.MessageAuthenticatorWrong, true)]
    [InlineData(PacketError.AttributeTooShort, true)]
    [InlineData(PacketError.UnknownCode, false)]
    public void Ends_AsTheRfcHasIt(PacketError error, bool ends) => RadiusStreamReader.Ends(error).ShouldBe(ends);

    [Theory]
    [InlineData(VersionPolicy.Only10, "", null, true)]
    [InlineData(VersionPolicy.Both, "", null, true)]
    [InlineData(VersionPolicy.Only11, "", null, false)]
    [InlineData(VersionPolicy.Only10, "radius/1.1 radius/1.0", "radius/1.0", true)]
    [InlineData(VersionPolicy.Both, "radius/1.0 radius/1.1", "radius/1.1", true)]
    [InlineData(VersionPolicy.Only11, "radius/1.0", null, false)]
    [InlineData(VersionPolicy.Only10, "radius/1.1", null, false)]
    [InlineData(VersionPolicy.Both, "h2", null, false)]
    public void TryPick_OfAnOffer(VersionPolicy policy, string offered, string? expected, bool goesOn)
    {
        RadiusVersions.TryPick(offered.Split(' ', StringSplitOptions.RemoveEmptyEntries), policy, out var picked).ShouldBe(goesOn);
        picked.ShouldBe(expected);
    }

    [Theory]
    [InlineData(VersionPolicy.Both, "radius/1.1", true)]
    [InlineData(VersionPolicy.Both, "radius/1.0", false)]
    [InlineData(VersionPolicy.Both, null, false)]
    [InlineData(VersionPolicy.Only10, "radius/1.1", null)]
    [InlineData(VersionPolicy.Only11, null, null)]
    [InlineData(VersionPolicy.Both, "h2", null)]
    public void SecurityOf_WhatWasAgreedOn(VersionPolicy policy, string? agreed, bool? isVersion11) =>
        (RadiusVersions.SecurityOf(agreed, policy, MessageAuthenticatorRule.WherePresent)?.IsVersion11).ShouldBe(isVersion11);

    static byte[] Long()
    {
        byte[] packet = [2, 9, 16, 0, .. new byte[RadiusPacket.MaxLength - 4]];
        return packet;
    }
}
