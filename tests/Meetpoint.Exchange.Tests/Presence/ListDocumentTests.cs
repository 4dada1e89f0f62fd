using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Sip;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Presence;

/// <summary>Lists of resources and watchers, pages of phones, and lamps.</summary>
public sealed class ListDocumentTests
{
    [Theory]
    [InlineData("<adhoclist xmlns=\"urn:ietf:params:xml:ns:adrl\" uri=\"sip:a@b\" name=\"sip:a@b\"><create xmlns=\"\"><resource uri=\"sip:x@y\"/><resource uri=\"sip:z@y\"/></create></adhoclist>", "Create sip:x@y sip:z@y")]
    [InlineData("<adhoclist xmlns=\"urn:ietf:params:xml:ns:adrl\" uri=\"sip:a@b\"><add><resource uri=\"sip:x@y\"/><resource uri=\"SIP:X@Y\"/></add></adhoclist>", "Add sip:x@y")]
    [InlineData("<adhoclist xmlns=\"urn:ietf:params:xml:ns:adrl\" uri=\"sip:a@b\"><delete><resource uri=\"sip:x@y\"/></delete></adhoclist>", "Delete sip:x@y")]
    [InlineData("<batchSub xmlns=\"http://schemas.microsoft.com/2006/01/sip/batch-subscribe\" uri=\"sip:a@b\" name=\"\"><action name=\"subscribe\" id=\"1\"><adhocList><resource uri=\"sip:x@y\"><context/></resource></adhocList><categoryList/></action></batchSub>", "Add sip:x@y")]
    [InlineData("<batchSub xmlns=\"http://schemas.microsoft.com/2006/01/sip/batch-subscribe\" uri=\"sip:a@b\"><action name=\"unsubscribe\"><adhocList><resource uri=\"sip:x@y\"/></adhocList></action></batchSub>", "Delete sip:x@y")]
    public void AdhocList_OfEitherForm_IsRead(string document, string expected)
    {
        AdhocList.TryRead(Encoding.UTF8.GetBytes(document), out var list, out var fault).ShouldBeTrue(fault);
        list!.Uri.ShouldBe("sip:a@b");
        $"{list.Action} {string.Join(' ', list.Resources)}".ShouldBe(expected);
    }

    [Fact]
    public void AdhocList_BeyondTheLimit_IsAFault()
    {
        var resources = string.Concat(Enumerable.Range(0, AdhocList.MaxResources + 1).Select(i => $"<resource uri='sip:{i}@y'/>"));
        AdhocList.TryRead(Encoding.UTF8.GetBytes($"<adhoclist uri='sip:a@b'><create>{resources}</create></adhoclist>"), out _, out var fault).ShouldBeFalse();
        fault!.ShouldContain("250");
    }

    [Fact]
    public void Multipart_OfAResourceList_ComesBackPartByPart()
    {
        var list = new RlmiList("sip:friends@b", 3, IsFull: true,
            [new("sip:x@y", "active", "1@b", "Xenia"), new("sip:z@y", "terminated", null, null, "rejected"), new("sip:q@y", null, null)]);
        var document = PidfDialect.Standard.Write(PresenceSamples.Shown(new(Activity.Lunch)));
        var (type, body) = MultipartRelated.Write([new(RlmiList.MediaType, "list@b", list.Write()), new("application/pidf+xml", "1@b", document)], "b0undary");
        type.ShouldBe("multipart/related;type=\"application/rlmi+xml\";start=\"<list@b>\";boundary=b0undary");

        MultipartRelated.TryRead(type, body, out var parts, out var fault).ShouldBeTrue(fault);
        parts.Select(part => (part.ContentType, part.ContentId)).ShouldBe([("application/rlmi+xml", "list@b"), ("application/pidf+xml", "1@b")]);
        parts[1].Body.ToArray().ShouldBe(document);
        RlmiList.TryRead(parts[0].Body.Span, out var read, out fault).ShouldBeTrue(fault);
        (read!.Uri, read.Version, read.IsFull).ShouldBe(("sip:friends@b", 3u, true));
        read.Resources.ShouldBe(list.Resources);
    }

    [Fact]
    public void Multipart_AsTheMicrosoftStyleWritesIt_IsRead()
    {
        const string body = "preamble\n--50UB\nContent-Transfer-Encoding: binary\nContent-ID: resourceList\nContent-Type: application/rlmi+xml\n\n<list/>\n--50UB\r\n"
            + "content-id: <c1@t>\r\nContent-Type: text/xml+msrtc.pidf;\r\n charset=utf-8\r\n\r\n<presentity/>\r\n--50UB--\r\nepilogue";
        MultipartRelated.TryRead("multipart/related; type=\"application/rlmi+xml\";start=resourceList; boundary=\"50UB\"", Encoding.UTF8.GetBytes(body), out var parts, out var fault)
            .ShouldBeTrue(fault);
        parts.Select(part => (part.ContentType, part.ContentId, Encoding.UTF8.GetString(part.Body.Span))).ShouldBe(
            [("application/rlmi+xml", "resourceList", "<list/>"), ("text/xml+msrtc.pidf; charset=utf-8", "c1@t", "<presentity/>")]);
    }

    [Theory]
    [InlineData("multipart/related", "--b\r\n\r\nx\r\n--b--")]
    [InlineData("multipart/related;boundary=b", "nothing")]
    [InlineData("multipart/related;boundary=b", "--b\r\n\r\nno end")]
    [InlineData("multipart/related;boundary=b", "--b\r\nHeader: without end\r\n--b--")]
    public void Multipart_Malformed_IsAFault(string type, string body) =>
        MultipartRelated.TryRead(type, Encoding.UTF8.GetBytes(body), out _, out _).ShouldBeFalse();

    [Fact]
    public void Multipart_MoreThanTheLimit_IsAFault()
    {
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("--b\r\n\r\nx\r\n", MultipartRelated.MaxParts + 1)) + "--b--");
        MultipartRelated.TryRead("multipart/related;boundary=b", body, out _, out var fault).ShouldBeFalse();
        fault!.ShouldContain("parts");
    }

    [Theory]
    [InlineData("<dialog id='1' direction='recipient'><state>early</state></dialog>", Activity.Ringing)]
    [InlineData("<dialog id='1' direction='initiator'><state>trying</state></dialog>", Activity.OnThePhone)]
    [InlineData("<dialog id='1'><state>early</state></dialog><dialog id='2'><state>confirmed</state></dialog>", Activity.OnThePhone)]
    [InlineData("<dialog id='1'><state event='remote-bye'>terminated</state></dialog>", Activity.Available)]
    [InlineData("", Activity.Available)]
    public void DialogInfo_FullState_IsWhatThePhoneDoes(string dialogs, Activity expected)
    {
        var document = $"<dialog-info xmlns='urn:ietf:params:xml:ns:dialog-info' version='4' state='full' entity='sip:8001@b'>{dialogs}</dialog-info>";
        var state = PresenceSamples.Read(LampDialect.Instance, Encoding.UTF8.GetBytes(document)).States.ShouldHaveSingleItem();
        (state.Kind, state.State.Activity).ShouldBe((SourceKind.Phone, expected));
    }

    [Fact]
    public void DialogInfo_PartialState_IsGivenDialogByDialog()
    {
        var document = "<dialog-info xmlns='urn:ietf:params:xml:ns:dialog-info' version='5' state='partial' entity='sip:8001@b'><dialog id='x'><state>confirmed</state></dialog></dialog-info>"u8;
        DialogInfo.TryRead(document, out var info, out var fault).ShouldBeTrue(fault);
        (info!.Version, info.IsFull).ShouldBe((5u, false));
        info.Dialogs.ShouldBe([new DialogState("x", Activity.OnThePhone)]);
        LampDialect.Instance.TryRead(document, out _, out _).ShouldBeFalse("what it changes is not known");
    }

    [Fact]
    public void WatcherInfo_OfTwoWatchers_NamesThem()
    {
        var root = Xml(WatcherInfo.Write("sip:alice@b", 2, isFull: false,
        [
            new("w1", "sip:bob@c", "active", "subscribe", Duration.FromMinutes(2), Duration.FromHours(1), "Bob & Co"),
            new("w2", "sip:eve@c", "pending", "subscribe", Duration.Zero, null),
        ]));
        XNamespace ns = "urn:ietf:params:xml:ns:watcherinfo";
        ((string?)root.Attribute("state"), (string?)root.Attribute("version")).ShouldBe(("partial", "2"));
        var list = root.Element(ns + "watcher-list")!;
        ((string?)list.Attribute("resource"), (string?)list.Attribute("package")).ShouldBe(("sip:alice@b", "presence"));
        list.Elements(ns + "watcher").Select(one => (one.Value, (string?)one.Attribute("status"), (string?)one.Attribute("duration-subscribed"), (string?)one.Attribute("expiration"), (string?)one.Attribute("display-name")))
            .ShouldBe([("sip:bob@c", "active", "120", "3600", "Bob & Co"), ("sip:eve@c", "pending", "0", null, null)]);
    }

    [Fact]
    public void PhonePages_OfColleagues_SayWhereTheyAre()
    {
        PhonePageEntry[] entries =
        [
            new("Alice Archer", new(Activity.Away, PresenceSamples.Since, "back at two"), "+15551000", "http://exchange.example/1"),
            new(new string('x', 80), new(Activity.OnThePhone), "+15552000", null),
            new("Nobody", PresenceState.Unknown),
        ];
        var directory = Xml(CiscoPhonePages.Directory("Colleagues", "Dial", entries));
        directory.Elements("DirectoryEntry").Select(one => ((string?)one.Element("Name"), (string?)one.Element("Telephone"))).ShouldBe(
            [("Alice Archer (away)", "+15551000"), (new string('x', 49) + " (on the phone)", "+15552000")]);
        Xml(CiscoPhonePages.Menu("Colleagues", "Choose", entries)).Elements("MenuItem").Single().Element("URL")!.Value.ShouldBe("http://exchange.example/1");
        var now = PresenceSamples.Since.InZone(DateTimeZoneProviders.Tzdb["Europe/Berlin"]);
        Xml(CiscoPhonePages.Text("Colleagues", "", entries, now)).Element("Text")!.Value.ShouldStartWith($"Alice Archer: away since {now:HH':'mm} - back at two\n", Case.Sensitive, "in the reader's zone");
        var page = Xml(CiscoPhonePages.Text("Colleagues", "", entries, now.PlusHours(24), "http://exchange.example/dial"));
        page.Element("Text")!.Value.ShouldStartWith($"Alice Archer: away since {now.ToString("d MMM HH':'mm", CultureInfo.InvariantCulture)} - back", Case.Sensitive, "of another day");
        page.Elements("SoftKeyItem").Select(key => ((string?)key.Element("Name"), (string?)key.Element("URL"), (string?)key.Element("Position")))
            .ShouldBe([("Dial", "http://exchange.example/dial", "1"), ("Exit", "SoftKey:Exit", "4")]);
    }

    [Fact]
    public void PhoneMenu_OfMoreThanAPhoneTakes_LeadsToTheRest()
    {
        var entries = Enumerable.Range(0, 150).Select(i => new PhonePageEntry($"Colleague {i}", PresenceState.Unknown, null, $"http://exchange.example/{i}")).ToList();
        Xml(CiscoPhonePages.Menu("All", "", entries)).Elements("MenuItem").Count().ShouldBe(CiscoPhonePages.MaxMenuItems);
        var items = Xml(CiscoPhonePages.Menu("All", "", entries, "http://exchange.example/2")).Elements("MenuItem").ToList();
        items.Count.ShouldBe(CiscoPhonePages.MaxMenuItems);
        ((string?)items[^1].Element("Name"), (string?)items[^1].Element("URL")).ShouldBe(("More", "http://exchange.example/2"));
    }

    [Fact]
    public void DialogTable_PartialDocuments_ChangeTheDialogsThatTheyName()
    {
        var table = new DialogTable();
        table.Take(Dialogs(7, isFull: false, new DialogState("a", Activity.OnThePhone))).ShouldBe(DialogTaken.Missed, "nothing was before");
        table.Take(Dialogs(3, isFull: true, new DialogState("a", Activity.Ringing))).ShouldBe(DialogTaken.Taken);
        table.Take(Dialogs(4, isFull: false, new DialogState("b", Activity.OnThePhone))).ShouldBe(DialogTaken.Taken);
        DialogInfo.Fold(table.Dialogs).ShouldBe(Activity.OnThePhone);
        table.Take(Dialogs(5, isFull: false, new DialogState("b", Activity.Available))).ShouldBe(DialogTaken.Taken);
        DialogInfo.Fold(table.Dialogs).ShouldBe(Activity.Ringing, "the first still rings");
        table.Take(Dialogs(4, isFull: false, new DialogState("a", Activity.Available))).ShouldBe(DialogTaken.Old);
        table.Take(Dialogs(7, isFull: false, new DialogState("a", Activity.Available))).ShouldBe(DialogTaken.Missed, "the sixth was not heard");
        DialogInfo.Fold(table.Dialogs).ShouldBe(Activity.Ringing, "what was known stands");
        table.Take(Dialogs(0, isFull: true)).ShouldBe(DialogTaken.Taken, "a phone that began anew counts anew");
        table.Dialogs.ShouldBeEmpty();
        table.Take(Dialogs(1, isFull: false, [.. Enumerable.Range(0, 200).Select(i => new DialogState($"{i}", Activity.OnThePhone))])).ShouldBe(DialogTaken.Taken);
        table.Dialogs.Count.ShouldBe(DialogInfo.MaxDialogs);
    }

    [Theory]
    [InlineData("presence", null, null, null)]
    [InlineData("presence;max-rate=0.1", 0.1, null, ";max-rate=0.1")]
    [InlineData("presence;id=7;min-rate=0.05", null, 0.05, ";min-rate=0.05")]
    [InlineData("presence;min-rate=5", null, NotifyRates.MaxAtLeast, ";min-rate=0.2")]
    [InlineData("presence;Max-Rate=0.01;Min-Rate=0.1", 0.01, 0.01, ";max-rate=0.01;min-rate=0.01")]
    [InlineData("presence;max-rate=0;min-rate=-1;min-rate=NaN", null, null, null)]
    public void NotifyRates_OfAnEventHeader_AreWhatIsKeptTo(string header, double? atMost, double? atLeast, string? told)
    {
        var rates = NotifyRates.Of(header);
        (rates.AtMost, rates.AtLeast, rates.Parameters).ShouldBe((atMost, atLeast, told));
    }

    static DialogInfo Dialogs(uint version, bool isFull, params DialogState[] dialogs) => new("sip:alice@b", version, isFull, dialogs);

    static XElement Xml(byte[] document) => XDocument.Parse(Encoding.UTF8.GetString(document)).Root!;
}
