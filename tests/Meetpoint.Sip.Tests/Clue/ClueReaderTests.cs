using System.Text;
using Meetpoint.Sip.Clue;
using Shouldly;

namespace Meetpoint.Sip.Tests.Clue;

/// <summary>Messages as they are read and written.</summary>
public sealed class ClueReaderTests
{
    static readonly byte[] _room = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "clue", "three-cameras.xml"));

    [Fact]
    public void TryRead_RoomWithThreeCameras_AllOfIt()
    {
        var read = Read<ClueAdvertisement>(_room);
        (read.ClueId, read.Sequence, read.Version).ShouldBe(("Boardroom", 45u, "1.0"));
        read.Captures.Select(static capture => capture.Id).ShouldBe(["AC0", "VC0", "VC1", "VC2", "VC3", "VC4"]);
        read.Find("VC3")!.ShouldSatisfyAllConditions(
            static capture => capture.ContentViews.ShouldBe(["SE1"]),
            static capture => capture.Policy.ShouldBe(new CluePolicy(ClueChoice.SoundLevel, 0)),
            static capture => (capture.MaxCaptures, capture.IsExactly, capture.AllowsSubset).ShouldBe((1, true, false)));
        read.Find("VC0")!.Space!.Area!.TopRight.ShouldBe(new CluePoint(1, 3, 3));
        read.Find("VC4")!.Space.ShouldBeNull();
        read.EncodingGroups.Select(static group => (group.Id, group.MaxBandwidth, group.Encodings.Count)).ShouldBe([("EG0", 6_000_000ul, 4), ("EG1", 300_000ul, 1)]);
        read.Scenes.Select(static scene => (scene.Id, scene.Scale, scene.Views.Count)).ShouldBe([("CS1", "unknown", 3), ("CS2", "noscale", 1)]);
        read.SimultaneousSets.ShouldHaveSingleItem().Views.ShouldBe(["SE1"]);
    }

    [Fact]
    public void Cameras_OfARoom_StandFromLeftToRightByWhereTheyAre()
    {
        var read = Read<ClueAdvertisement>(_room);
        read.Cameras().Select(static capture => capture.Id).ShouldBe(["VC2", "VC0", "VC1"], "and not the switched one, though its view is the first");
        read.Content()!.Id.ShouldBe("VC4");
    }

    [Fact]
    public void Cameras_OfWhoSwitchesAlone_AreThoseOfItsView()
    {
        var read = Read<ClueAdvertisement>(_room);
        var switching = read with { Scenes = [read.Scenes[0] with { Views = [read.Scenes[0].Views[0]] }] };
        switching.Cameras().Select(static capture => capture.Id).ShouldBe(["VC3"]);
        (read with { Scenes = [] }).Cameras().ShouldBeEmpty();
    }

    [Fact]
    public void Write_WhatWasRead_IsReadTheSame()
    {
        var read = Read<ClueAdvertisement>(_room);
        var again = Read<ClueAdvertisement>(ClueWriter.Write(read));
        ClueWriter.Write(again).ShouldBe(ClueWriter.Write(read));
        again.Captures.Count.ShouldBe(read.Captures.Count);
        again.Find("VC3")!.Policy.ShouldBe(read.Find("VC3")!.Policy);
        again.Cameras().Select(static capture => capture.Id).ShouldBe(["VC2", "VC0", "VC1"]);
    }

    [Fact]
    public void TryRead_PolicyOfAnotherDocument_IsTakenForWhatItIs()
    {
        var text = Encoding.UTF8.GetString(_room).Replace("SoundLevel:0", "Beauty:3", StringComparison.Ordinal);
        Read<ClueAdvertisement>(Encoding.UTF8.GetBytes(text)).Find("VC3")!.ShouldSatisfyAllConditions(
            static capture => capture.Policy.ShouldBe(new CluePolicy(ClueChoice.Other, 3)),
            static capture => capture.IsMultiple.ShouldBeTrue());
    }

    [Theory]
    [InlineData("ack", "<p:responseCode>199</p:responseCode><p:advSequenceNr>1</p:advSequenceNr>")] // kept for a later version
    [InlineData("ack", "<p:responseCode>500</p:responseCode><p:advSequenceNr>1</p:advSequenceNr>")]
    [InlineData("configure", "<p:advSequenceNr>1</p:advSequenceNr><p:ack>402</p:ack>")] // an acknowledgement is a success
    public void TryRead_CodeThatTheMessageMayNotHave_IsNone(string element, string content)
    {
        var text = $"<p:{element} xmlns:p='urn:ietf:params:xml:ns:clue-protocol' protocol='CLUE' v='1.0'><p:sequenceNr>4</p:sequenceNr>{content}</p:{element}>";
        ClueReader.TryRead(Encoding.UTF8.GetBytes(text), out _, out var fault).ShouldBeFalse(text);
        (fault.Code, fault.Sequence).ShouldBe((ClueCode.InvalidValue, 4u));
    }

    public static TheoryData<string, ClueMessage> Messages { get; } = new()
    {
        { "options", new ClueOptions(true, false, ["1.0", "2.3"]) },
        { "optionsResponse", new ClueOptionsResponse(ClueCode.Success, null, true, true, "1.0") },
        { "optionsResponse", new ClueOptionsResponse(ClueCode.VersionNotSupported, "no & no", false, false, null) },
        { "ack", new ClueAck(ClueCode.Success, null, 7) },
        { "configure", new ClueConfigure(7, true, [new ClueCaptureEncoding("ce1", "VC0", "ENC1")]) },
        { "configure", new ClueConfigure(7, false, [new ClueCaptureEncoding("ce1", "VC3", "ENC1") { ConfiguredCaptures = ["VC0", "VC1"], ConfiguredViews = ["SE1"] }]) },
        { "configureResponse", new ClueConfigureResponse(ClueCode.InvalidIdentifier, "who?", 8) },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void Write_EachMessage_IsReadTheSame(string element, ClueMessage message)
    {
        var written = ClueWriter.Write(message with { Sequence = 12, ClueId = "here" });
        Encoding.UTF8.GetString(written).ShouldContain($"<p:{element} ");
        ClueReader.TryRead(written, out var read, out var fault).ShouldBeTrue(fault.ToString());
        ClueWriter.Write(read!).ShouldBe(written);
        read!.GetType().ShouldBe(message.GetType());
    }

    [Theory]
    [InlineData("", ClueCode.BadSyntax)]
    [InlineData("<x", ClueCode.BadSyntax)]
    [InlineData("<advertisement protocol='CLUE' v='1.0'><sequenceNr>1</sequenceNr></advertisement>", ClueCode.BadSyntax)] // of no namespace
    [InlineData("<p:dance xmlns:p='urn:ietf:params:xml:ns:clue-protocol' protocol='CLUE' v='1.0'><p:sequenceNr>1</p:sequenceNr></p:dance>", ClueCode.BadSyntax)]
    [InlineData("<p:options xmlns:p='urn:ietf:params:xml:ns:clue-protocol' v='1.0'><p:sequenceNr>1</p:sequenceNr></p:options>", ClueCode.BadSyntax)]
    [InlineData("<p:options xmlns:p='urn:ietf:params:xml:ns:clue-protocol' protocol='CLUE' v='one'><p:sequenceNr>1</p:sequenceNr></p:options>", ClueCode.BadSyntax)]
    [InlineData("<p:options xmlns:p='urn:ietf:params:xml:ns:clue-protocol' protocol='CLUE' v='1.0'><p:sequenceNr>0</p:sequenceNr></p:options>", ClueCode.InvalidValue)]
    [InlineData("<p:options xmlns:p='urn:ietf:params:xml:ns:clue-protocol' protocol='CLUE' v='1.0'><p:sequenceNr>99999999999</p:sequenceNr></p:options>", ClueCode.InvalidValue)]
    [InlineData("<p:ack xmlns:p='urn:ietf:params:xml:ns:clue-protocol' protocol='CLUE' v='1.0'><p:sequenceNr>1</p:sequenceNr><p:responseCode>20</p:responseCode></p:ack>", ClueCode.InvalidValue)]
    [InlineData("<!DOCTYPE a [<!ENTITY b 'c'>]><p:options xmlns:p='urn:ietf:params:xml:ns:clue-protocol' protocol='CLUE' v='1.0'/>", ClueCode.BadSyntax)]
    public void TryRead_WhatIsNone_IsAnsweredWithItsCode(string text, ClueCode code)
    {
        ClueReader.TryRead(Encoding.UTF8.GetBytes(text), out _, out var fault).ShouldBeFalse(text);
        fault.Code.ShouldBe(code, fault.Reason);
    }

    [Theory]
    [InlineData("<x>0.0</x>", "<x>far</x>", ClueCode.InvalidValue)]
    [InlineData("<x>0.0</x>", "<x>1e999</x>", ClueCode.InvalidValue)]
    [InlineData("SoundLevel:0", "SoundLevel", ClueCode.InvalidValue)]
    [InlineData("encodingGroups>", "groups>", ClueCode.BadSyntax)] // the schema has it always, as the scenes
    [InlineData("captureID=\"VC1\"", "captureID=\"VC0\"", ClueCode.ConflictingValues)]
    [InlineData("captureID=\"VC1\"", "", ClueCode.BadSyntax)]
    [InlineData("<topLeft><x>-1.0</x><y>3.0</y><z>3.0</z></topLeft>", "", ClueCode.BadSyntax)]
    public void TryRead_RoomWithAMistake_IsAnsweredWithItsCodeAndNumber(string right, string wrong, ClueCode code)
    {
        var text = Encoding.UTF8.GetString(_room);
        text.ShouldContain(right);
        ClueReader.TryRead(Encoding.UTF8.GetBytes(text.Replace(right, wrong, StringComparison.Ordinal)), out _, out var fault).ShouldBeFalse();
        (fault.Code, fault.Element, fault.Sequence).ShouldBe((code, "advertisement", 45u), fault.Reason);
    }

    [Fact]
    public void TryRead_CutAnywhereOrTurned_NeverThrows()
    {
        var random = new Random(1);
        for (var i = 0; i < 2_000; i++)
        {
            var bytes = _room[..random.Next(_room.Length)];
            for (var turned = random.Next(4); turned > 0 && bytes.Length > 0; turned--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            ClueReader.TryRead(bytes, out _, out _);
        }
    }

    static T Read<T>(byte[] bytes)
        where T : ClueMessage
    {
        ClueReader.TryRead(bytes, out var message, out var fault).ShouldBeTrue(fault.ToString());
        return message.ShouldBeOfType<T>();
    }
}
