using Meetpoint.Sip.Sdp;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation.Content;

/// <summary>What equipment of many makes is answered, line by line: offers in their manner, with what is to be in our answer beside them (tests/vectors/sdp/rooms).</summary>
public sealed class RoomOffersTests
{
    static readonly string _folder = Path.Combine(AppContext.BaseDirectory, "vectors", "sdp", "rooms");

    [Fact]
    public void EachOffer_IsAnsweredAsItsLinesSay()
    {
        using var world = new SimulatedWorld(630);
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example"));
        world.RunToStart(id);
        var phone = world.Phone(world.Albion, 0);
        var wrong = new List<string>();
        var offers = Directory.GetFiles(_folder, "*.sdp").Order(StringComparer.Ordinal).ToList();
        offers.Count.ShouldBeGreaterThan(15, "the offers are beside the tests");
        foreach (var offer in offers)
        {
            phone.Says = SdpDescription.Parse(File.ReadAllText(offer).ReplaceLineEndings("\r\n"));
            phone.Dial(world.Albion.CodeOf(id));
            world.Until(() => phone.IsIn, 5, () => $"{Path.GetFileName(offer)} answered: {phone.RefusedWith}");
            var (expected, answered) = (File.ReadAllText(Path.ChangeExtension(offer, ".answer")).Trim().ReplaceLineEndings("\n"), string.Join('\n', phone.Answered!.Media.Select(Said)));
            if (answered != expected)
                wrong.Add($"{Path.GetFileNameWithoutExtension(offer)}: expected\n{expected}\nand is\n{answered}\n");
            phone.HangUp();
            world.Until(() => phone.Current is null, 5, "it hangs up");
        }

        wrong.ShouldBeEmpty(string.Join('\n', wrong));
        world.AssertNoFaults();
    }

    /// <summary>One line in words; the codec of audio depends on what is installed, and stands in tests of its own.</summary>
    static string Said(SdpMedia line)
    {
        if (line.IsRefused)
            return $"{line.Kind} refused";
        var words = new List<string> { line.Kind, line.Protocol };
        if (line.Kind == "video")
            words.AddRange(line.Formats.Select(format => $"{format}:{line.RtpMap(format)?.Encoding}"));
        if (line.Kind == "application")
            words.AddRange([line.Attributes.First("floorctrl")!, "bfcpver:" + line.Attributes.First("bfcpver")]);
        else
            words.Add(line.Direction switch { SdpDirection.SendOnly => "sendonly", SdpDirection.RecvOnly => "recvonly", SdpDirection.Inactive => "inactive", _ => "sendrecv" });
        if (line.Attributes.First("content") is { } content)
            words.Add("content:" + content);
        if (line.Attributes.First("label") is { } label)
            words.Add("label:" + label);
        if (line.Attributes.Has("rtcp-fb"))
            words.Add(string.Join(", ", line.Attributes.All("rtcp-fb")));
        if (line.Attributes.Setup is { } setup)
            words.Add(setup);
        words.AddRange(((string[])["fingerprint", "crypto", "rtcp-mux"]).Where(line.Attributes.Has));
        return string.Join(' ', words);
    }
}
