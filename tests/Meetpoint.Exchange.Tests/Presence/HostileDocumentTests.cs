using System.Text;
using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Net.Xml;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Presence;

/// <summary>What anybody may send: nothing throws, nothing is fetched or expanded, and no more is kept than the limits say.</summary>
public sealed class HostileDocumentTests
{
    const int MutationsOfADocument = 30;
    const int ReadersOfAMutation = 3;
    const int TruncationStep = 37;

    // Building a tree and a fault message of a document of the largest size, many times over.
    const long MaxAllocatedBytes = 64 * BoundedXml.MaxBytes;

    static readonly (string Name, Func<byte[], PresenceReport?> Read)[] Readers =
    [
        .. PresenceDialects.All.Select(dialect => (dialect.GetType().Name + " " + dialect.MediaType, Reader(dialect))),
        ("json", Reader(JsonDialect.Instance)),
        ("lamp", Reader(LampDialect.Instance)),
        ("adrl", body => Nothing(AdhocList.TryRead(body, out var list, out var fault), list, fault)),
        ("rlmi", body => Nothing(RlmiList.TryRead(body, out var list, out var fault), list, fault)),
        ("multipart", body => Nothing(MultipartRelated.TryRead("multipart/related;boundary=b", body, out var parts, out var fault), parts, fault)),
        ("answer", body => Nothing(PublicationAnswer.TryRead(body, 1, default, out var answer, out var fault), answer, fault)),
        ("csta", body => Nothing(CstaMessage.TryRead(body, "tel:1", out var message, out var fault), message, fault)),
        ("partial", body => new PartialPidfDocument().TryApply(body, out var report, out _) ? report : null),
    ];

    public static TheoryData<string> Refused => new(
        """<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><presence>&c;</presence>""",
        """<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><presence><presentity uri="&x;"/></presence>""",
        """<!DOCTYPE p [<!ENTITY % r SYSTEM "http://127.0.0.1:1/x.dtd"> %r;]><presence/>""",
        """<!DOCTYPE presence SYSTEM "http://127.0.0.1:1/x.dtd" [<!ELEMENT presence ANY>]><presence/>""",
        """<presence>&unknown;</presence>""",
        """<!DOCTYPE presence""",
        "",
        "\0\0\0",
        "<presence",
        "not xml");

    [Theory]
    [MemberData(nameof(Refused))]
    public void TryRead_DeclarationsAndEntities_AreRefusedByEveryReader(string document)
    {
        foreach (var (name, read) in Readers)
            read(Encoding.UTF8.GetBytes(document)).ShouldBeNull(name);
    }

    [Fact]
    public void TryRead_DoctypeWithoutDeclarations_IsRefusedByAllButXpidf()
    {
        var document = """<!DOCTYPE presence PUBLIC "-//>" "x.dtd"><presence xmlns="urn:ietf:params:xml:ns:pidf"><presentity uri="sip:a@b"/></presence>"""u8;
        XpidfDialect.Instance.TryRead(document, out var report, out var fault).ShouldBeTrue(fault);
        report!.Entity.ShouldBe("sip:a@b");
        PidfDialect.Standard.TryRead(document, out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void TryRead_BeyondAnyBound_IsAFault()
    {
        string[] documents =
        [
            string.Concat(Enumerable.Repeat("<a>", 17)) + string.Concat(Enumerable.Repeat("</a>", 17)),
            "<a>" + string.Concat(Enumerable.Repeat("<b/>", BoundedXml.MaxElements)) + "</a>",
            "<a " + string.Concat(Enumerable.Range(0, BoundedXml.MaxAttributes + 1).Select(i => $"a{i}=\"\" ")) + "/>",
            "<a>" + new string('x', BoundedXml.MaxBytes) + "</a>",
        ];
        foreach (var document in documents)
        {
            BoundedXml.TryRead(Encoding.UTF8.GetBytes(document), out _, out var fault).ShouldBeFalse(document[..20]);
            fault.ShouldStartWith("more than");
        }
    }

    [Fact]
    public void TryRead_EveryTruncation_NeverThrows()
    {
        foreach (var name in PresenceVectors.Names)
        {
            var document = PresenceVectors.Document(name);
            for (var length = 0; length < document.Length; length += TruncationStep)
                Read(Readers, document[..length]);
        }
    }

    [Fact]
    public void TryRead_ManyMutations_NeverThrowsAndKeepsTheLimits()
    {
        var random = new Random(4711);
        foreach (var name in PresenceVectors.Names)
        {
            var original = PresenceVectors.Document(name);
            for (var i = 0; i < MutationsOfADocument; i++)
                Read(random.GetItems(Readers, ReadersOfAMutation), Mutate(original, random));
        }
    }

    [Fact]
    public void TryRead_LargestDocuments_TakeBoundedMemory()
    {
        var filler = string.Concat(Enumerable.Repeat("<tuple id='a'><status/></tuple>", 1300));
        var document = Encoding.UTF8.GetBytes($"<presence xmlns=\"urn:ietf:params:xml:ns:pidf\">{filler}</presence>");
        foreach (var (name, read) in Readers)
        {
            read(document);
            var before = Allocations.Begin();
            read(document);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(MaxAllocatedBytes, name);
        }
    }

    [Fact]
    public void TryRead_ManyDevices_LeavesOutThoseBeyondTheLimit()
    {
        var tuples = string.Concat(Enumerable.Range(0, 100).Select(i => $"<tuple id='t{i}'><status><basic>open</basic></status></tuple>"));
        var report = PresenceSamples.Read(PidfDialect.Standard, Encoding.UTF8.GetBytes($"<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:a@b'>{tuples}</presence>"));
        report.States.Count.ShouldBe(PresenceReport.MaxDevices);
    }

    [Fact]
    public void TryRead_LongNamesAndNotes_AreCutAndStayApart()
    {
        var prefix = new string('n', 200);
        var tuples = string.Concat("ab".Select(end => $"<tuple id='{prefix}{end}'><status><basic>open</basic></status><note>{new string('é', 511)}😀</note></tuple>"));
        var report = PresenceSamples.Read(PidfDialect.Standard, Encoding.UTF8.GetBytes($"<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:a@b'>{tuples}</presence>"));
        report.States.Select(state => state.Device).Distinct().Count().ShouldBe(2);
        report.States.ShouldAllBe(state => state.Device.Length == ReportedState.MaxDeviceLength);
        report.States[0].State.Note.ShouldBe(new string('é', 511), "half a character is none");
    }

    [Fact]
    public void Write_TextThatXmlCannotCarry_WritesWhatItCan()
    {
        var device = PresenceSamples.Device(new(Activity.Busy, note: "a\u0001b\ud800c\uffff😀"), device: "d\u0002\udc00");
        foreach (var dialect in PresenceDialects.All.Where(dialect => dialect is PidfDialect or CategoriesDialect))
        {
            var report = PresenceSamples.Read(dialect, dialect.Write(PresenceSamples.Shown(device.State, device)));
            report.States.ShouldHaveSingleItem().State.Note.ShouldBe("abc😀");
        }
    }

    [Fact]
    public void Write_AsMuchAsThereCanBe_CanBeRead()
    {
        var devices = Enumerable.Range(0, 60).Select(i => PresenceSamples.Device(
            new(Activity.Busy, PresenceSamples.Since, new string('漢', PresenceState.MaxNoteLength)), device: $"{new string('"', 100)}{i}", origin: new string('漢', 256))
            with { Path = [.. Enumerable.Repeat(new string('&', 64), StateSource.MaxPath)] }).ToArray();
        foreach (var dialect in PresenceDialects.All)
            PresenceSamples.Read(dialect, dialect.Write(PresenceSamples.Shown(devices[0].State, devices))).States.ShouldNotBeEmpty(dialect.MediaType);
    }

    static void Read(IEnumerable<(string Name, Func<byte[], PresenceReport?> Read)> readers, byte[] document)
    {
        foreach (var (name, read) in readers)
        {
            var report = read(document);
            if (report is null)
                continue;
            report.States.Count.ShouldBeLessThanOrEqualTo(PresenceReport.MaxDevices, name);
            report.States.ShouldAllBe(state => state.Device.Length >= 1 && state.Device.Length <= ReportedState.MaxDeviceLength);
            report.States.ShouldAllBe(state => state.State.Note == null || state.State.Note.Length <= PresenceState.MaxNoteLength);
        }
    }

    static byte[] Mutate(byte[] original, Random random)
    {
        var document = original.ToList();
        for (var times = random.Next(1, 6); times > 0; times--)
        {
            var at = random.Next(document.Count);
            switch (random.Next(4))
            {
                case 0:
                    document[at] = (byte)random.Next(256);
                    break;
                case 1:
                    document.RemoveRange(at, Math.Min(random.Next(1, 20), document.Count - at - 1));
                    break;
                case 2:
                    document.InsertRange(at, original.Skip(random.Next(original.Length)).Take(random.Next(40)));
                    break;
                default:
                    document.InsertRange(at, Encoding.UTF8.GetBytes(((string[])["<x>", "</x>", "&#x0;", "&#xD800;", "\"", "<![CDATA[", "]]>", "xmlns=''", "-1", "99999999999999999999"])[random.Next(10)]));
                    break;
            }
        }

        return [.. document];
    }

    static Func<byte[], PresenceReport?> Reader(IPresenceDialect dialect) => body =>
    {
        var isRead = dialect.TryRead(body, out var report, out var fault);
        (report is not null).ShouldBe(isRead);
        (fault is null).ShouldBe(isRead);
        return report;
    };

    static PresenceReport? Nothing(bool isRead, object? read, string? fault)
    {
        (fault is null).ShouldBe(isRead);
        return isRead && read is not null ? new PresenceReport() : null;
    }
}
