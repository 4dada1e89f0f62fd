using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Radius.Packets;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Roaming.Sessions;

/// <summary>What is read of an Accounting-Request.</summary>
public sealed class AccountingReportTests
{
    static readonly PersonKey _key = new("2026-11", new byte[PersonKey.Length]);
    static readonly Instant _received = Reports.At(100);

    [Fact]
    public void Stop_OfARealAccessServer_IsReadWhole()
    {
        var report = Read(
            Integer(AttributeType.AcctStatusType, 2), Text(AttributeType.AcctSessionId, "5f3-01"), Text(AttributeType.NasIdentifier, "ap-7"),
            Integer(AttributeType.AcctInputOctets, unchecked((uint)5_682_218_308)), Integer(AttributeType.AcctInputGigawords, 1),
            Integer(AttributeType.AcctOutputOctets, unchecked((uint)5_682_070_141)), Integer(AttributeType.AcctOutputGigawords, 1),
            Integer(AttributeType.AcctSessionTime, 3_600), Integer(AttributeType.AcctInputPackets, 7), Integer(AttributeType.AcctTerminateCause, 4),
            Integer(AttributeType.EventTimestamp, (uint)Reports.At(90).ToUnixTimeSeconds()), Text(AttributeType.Class, "cls"), Text(AttributeType.ChargeableUserIdentity, "u-1"),
            Text(AttributeType.CallingStationId, "aa-bb-cc-00-11-22"), Text(AttributeType.CalledStationId, "00-11:SSID"),
            [26, 6 + 5, 0, 0, 0x37, 0x2a, 1, 5, (byte)'h', (byte)'s', (byte)'1'])!;
        report.ShouldSatisfyAllConditions(
            () => (report.Status, report.SessionId, report.Nas, report.Hotspot).ShouldBe((AccountingStatus.Stop, "5f3-01", "ap-7", "hs1")),
            () => (report.OctetsIn, report.OctetsOut, report.HasGigawords).ShouldBe((5_682_218_308, 5_682_070_141, true)),
            () => (report.SessionSeconds, report.PacketsIn, report.TerminateCause).ShouldBe((3_600, 7, 4)),
            () => (report.Event, report.SkewSeconds, report.Origin).ShouldBe((Reports.At(90), -10L, Reports.At(90 - 3_600))),
            () => (report.Class, report.Cui).ShouldBe(("636c73", "u-1")),
            () => report.Person.ShouldBe(_key.NameOf("AA:BB:CC:00:11:22"u8), "letter case and separators make no difference"));
    }

    [Fact]
    public void EventTime_WithoutTimestamp_IsArrivalLessDelay_AndAnImpossibleOneIsNotBelieved()
    {
        Read(Integer(AttributeType.AcctDelayTime, 40))!.Event.ShouldBe(Reports.At(60));
        Read(Integer(AttributeType.EventTimestamp, 1_000))!.ShouldSatisfyAllConditions(
            report => report.Event.ShouldBe(_received), report => report.SkewSeconds!.Value.ShouldBeLessThan(-1_000_000_000));
    }

    [Fact]
    public void SentAgain_WithAnotherDelayAndProxyState_HasTheSameDigest() =>
        Read(Integer(AttributeType.AcctDelayTime, 5), Text(AttributeType.ProxyState, "1"))!.Digest.ShouldBe(
            Read(Integer(AttributeType.AcctDelayTime, 9), Text(AttributeType.ProxyState, "2"))!.Digest);

    [Fact]
    public void Missing_SaysWhat()
    {
        Fault(Text(AttributeType.AcctSessionId, "1"), Text(AttributeType.NasIdentifier, "n")).ShouldBe(AccountingFault.NoStatus);
        Fault(Integer(AttributeType.AcctStatusType, 9), Text(AttributeType.AcctSessionId, "1")).ShouldBe(AccountingFault.OtherStatus);
        Fault(Integer(AttributeType.AcctStatusType, 1), Text(AttributeType.NasIdentifier, "n")).ShouldBe(AccountingFault.NoSessionId);
        Fault(Integer(AttributeType.AcctStatusType, 1), Text(AttributeType.AcctSessionId, "1")).ShouldBe(AccountingFault.NoNas);
        Fault(Integer(AttributeType.AcctStatusType, 7), Text(AttributeType.NasIdentifier, "n")).ShouldBe(AccountingFault.None, "a restart is of no session");
    }

    [Fact]
    public void ControlCharacters_AreKeptInHexadecimal() =>
        Read(false, Integer(AttributeType.AcctStatusType, 1), Text(AttributeType.AcctSessionId, "a\0b"), Text(AttributeType.NasIdentifier, "n"))!.SessionId.ShouldBe("610062");

    [Fact]
    public void AnyOctets_NeverThrow() => Prop.ForAll(Gen.Choose(0, 255).Select(octet => (byte)octet).ArrayOf().ToArbitrary(), octets =>
    {
        byte[] bytes = [4, 1, 0, 0, .. new byte[16], .. octets];
        (bytes[2], bytes[3]) = ((byte)(bytes.Length >> 8), (byte)bytes.Length);
        if (RadiusPacket.TryParse(bytes, out var packet, out _))
            AccountingReport.TryRead(packet, Reports.Source, _received, _key, out _);
    }).QuickCheckThrowOnFailure();

    static AccountingReport? Read(params byte[][] attributes) => Read(!attributes.Any(attribute => attribute[0] == (byte)AttributeType.AcctStatusType), attributes);

    static AccountingReport? Read(bool isUsual, params byte[][] attributes)
    {
        if (isUsual)
            attributes = [.. attributes, Integer(AttributeType.AcctStatusType, 1), Text(AttributeType.AcctSessionId, "s"), Text(AttributeType.NasIdentifier, "n")];
        RadiusPacket.TryParse(Packet(attributes), out var packet, out var error).ShouldBeTrue(error.ToString());
        AccountingReport.TryRead(packet, Reports.Source, _received, _key, out var report).ShouldBe(AccountingFault.None);
        return report;
    }

    static AccountingFault Fault(params byte[][] attributes)
    {
        RadiusPacket.TryParse(Packet(attributes), out var packet, out _).ShouldBeTrue();
        return AccountingReport.TryRead(packet, Reports.Source, _received, _key, out _);
    }

    static byte[] Packet(byte[][] attributes)
    {
        byte[] packet = [(byte)RadiusCode.AccountingRequest, 1, 0, 0, .. new byte[16], .. attributes.SelectMany(attribute => attribute)];
        (packet[2], packet[3]) = ((byte)(packet.Length >> 8), (byte)packet.Length);
        return packet;
    }

    static byte[] Text(AttributeType type, string text) => [(byte)type, (byte)(2 + text.Length), .. Encoding.UTF8.GetBytes(text)];

    static byte[] Integer(AttributeType type, uint value) => [(byte)type, 6, (byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
