using System.Text;
using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Presence.Dialects;

namespace Meetpoint.Exchange.Tests.Presence;

/// <summary>Documents byte for byte as they leave, under tests/vectors/presence/written: to be read by people beside a trace of a peer.</summary>
public sealed class WrittenDocumentTests
{
    static readonly DeviceState Phone = PresenceSamples.Device(new(Activity.OnThePhone, PresenceSamples.Since), SourceKind.Phone, "8001-162")
        with { Capabilities = Capabilities.Audio, Path = ["north", "hub"] };

    static readonly PresenceShown Shown = PresenceSamples.Shown(new(Activity.OnThePhone, PresenceSamples.Since, "Back at 2 & a bit"), Phone,
        PresenceSamples.Device(new(Activity.Idle, note: "Back at 2 & a bit"), SourceKind.Client, "laptop @ home", "south/uc"));

    public static TheoryData<string> Names => new("pidf", "cisco", "exchange", "categories", "msrtc", "xpidf", "dialog-info", "json", "partial", "publication", "removal");

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_SameState_IsTheSameDocument(string name)
    {
        var written = Encoding.UTF8.GetString(Write(name)).Replace("><", ">\n<", StringComparison.Ordinal) + "\n";
        var file = Path.Combine(PresenceVectors.Root, "tests", "vectors", "presence", "written", name + ".txt");
        if (!File.Exists(file) || File.ReadAllText(file) != written)
            Assert.Fail($"{file} is to be:\n{written}");
    }

    static byte[] Write(string name) => name switch
    {
        "pidf" => PidfDialect.Standard.Write(Shown),
        "cisco" => PidfDialect.Cisco.Write(Shown),
        "exchange" => PidfDialect.Exchange.Write(Shown),
        "categories" => CategoriesDialect.Instance.Write(Shown),
        "msrtc" => MsrtcPidfDialect.Instance.Write(Shown),
        "xpidf" => XpidfDialect.Instance.Write(Shown),
        "dialog-info" => LampDialect.Instance.Write(Shown),
        "json" => JsonDialect.Instance.Write(Shown),
        "partial" => PartialPidfWriter.WriteDiff(Shown, Shown with { Devices = [Shown.Devices[1]], User = Shown.Devices[1].State, Version = 8 })!,
        "publication" => CategoryPublication.Write("sip:alice@contoso.example", 77, new(4, 5), Phone.State, 600),
        "removal" => CategoryPublication.WriteRemoval("sip:alice@contoso.example", 77, new(5, 6)),
        _ => throw new ArgumentException(name),
    };
}
