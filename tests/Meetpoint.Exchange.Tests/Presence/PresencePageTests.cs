using System.Text;
using System.Text.RegularExpressions;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Presence.Dialects;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Presence;

/// <summary>The pages on presence, held against what the code does.</summary>
public sealed partial class PresencePageTests
{
    [Fact]
    public void DialectPage_AndCode_HaveTheSameTable()
    {
        var expected = Enum.GetValues<Activity>().Select(Row).ToList();
        var page = Rows(PresenceVectors.Page("docs/reference/presence-dialects.md"), "| activity |").ToList();
        if (!page.SequenceEqual(expected))
            Assert.Fail("docs/reference/presence-dialects.md is to have these rows:\n" + string.Join('\n', expected));
    }

    [Fact]
    public void DialectPage_AndCode_NameTheSameMediaTypes()
    {
        var page = PresenceVectors.Page("docs/reference/presence-dialects.md");
        string[] others = [DialogInfo.MediaType, AdhocList.MediaType, AdhocList.CategoryMediaType, RlmiList.MediaType, MultipartRelated.MediaType,
            PartialPidfWriter.MediaType, WatcherInfo.MediaType, CstaMessage.MediaType, MicrosoftNames.PublishType, MicrosoftNames.FaultType, MicrosoftNames.RoamingSelfType];
        foreach (var type in PresenceDialects.All.Select(dialect => dialect.MediaType).Concat(others))
            page.ShouldContain($"`{type}`");
    }

    [Fact]
    public void ConceptPage_OrderOfComposition_IsWhatDecides()
    {
        var ranks = Rows(PresenceVectors.Page("docs/concepts/presence.md"), "| | who says it |").Select(row => row.Split('|', StringSplitOptions.TrimEntries)[2..4]).ToList();
        ranks.Count.ShouldBe(15);
        for (var upper = 0; upper < ranks.Count; upper++)
        {
            for (var lower = upper + 1; lower < ranks.Count; lower++)
            {
                foreach (var one in Said(ranks[upper], "1"))
                {
                    foreach (var other in Said(ranks[lower], "2"))
                        Composition.Of([other, one]).Activity.ShouldBe(one.State.Activity, $"{one.Kind} {one.State.Activity} stands above {other.Kind} {other.State.Activity}");
                }
            }
        }
    }

    [Fact]
    public void ConceptPage_OrderOfComposition_HasEveryActivityOfEveryKind()
    {
        var said = Rows(PresenceVectors.Page("docs/concepts/presence.md"), "| | who says it |")
            .SelectMany(row => Said(row.Split('|', StringSplitOptions.TrimEntries)[2..4], "1")).Select(device => (device.Kind, device.State.Activity)).ToHashSet();
        foreach (var kind in Enum.GetValues<SourceKind>())
        {
            foreach (var activity in Enum.GetValues<Activity>().Except([Activity.Unknown]))
                said.ShouldContain((kind, activity));
        }
    }

    // A row as: who says it ("the person", "a phone", "any", "any but a phone"), what is said.
    static IEnumerable<DeviceState> Said(string[] row, string device) =>
        from kind in row[0] switch
        {
            "the person" => [SourceKind.Manual],
            "a phone" => [SourceKind.Phone],
            "any but a phone" => Enum.GetValues<SourceKind>().Except([SourceKind.Phone]),
            "any" => Enum.GetValues<SourceKind>(),
            "any but the person" => Enum.GetValues<SourceKind>().Except([SourceKind.Manual]),
            _ => throw new FormatException(row[0]),
        }
        from word in row[1].Split(", ")
        select PresenceSamples.Device(new(KebabEnum<Activity>.TryParse(word.Trim('`'), out var activity) ? activity : throw new FormatException(word)), kind, device);

    static IEnumerable<string> Rows(string page, string head) => page.Split('\n').SkipWhile(line => !line.StartsWith(head, StringComparison.Ordinal)).Skip(2)
        .TakeWhile(line => line.StartsWith('|'));

    static string Row(Activity activity)
    {
        var state = new PresenceState(activity);
        var row = new StringBuilder($"| `{KebabEnum<Activity>.Word(activity)}` |");
        foreach (var (name, pass) in PresenceSamples.Dialects)
        {
            var wire = Wire(name, state);
            var back = pass(state).Activity;
            row.Append(' ').Append(wire).Append(back == activity ? "" : $" **→ {KebabEnum<Activity>.Word(back)}**").Append(" |");
        }

        return row.ToString();
    }

    static string Wire(string dialect, PresenceState state) => dialect switch
    {
        "PIDF" => Pidf(PidfVocabulary.Standard, state),
        "Cisco style" => Pidf(PidfVocabulary.Cisco, state),
        "Microsoft categories" => MicrosoftState.Number(state) is { } number ? $"{number}{(MicrosoftState.Token(state) is { } token ? $" `{token}`" : "")}" : "an empty category",
        "msrtc.pidf" => Msrtc().Match(Encoding.UTF8.GetString(MsrtcPidfDialect.Instance.Write(PresenceSamples.Shown(state)))) is { } match
            ? $"{match.Groups[1]} / {match.Groups[2]}{(match.Groups[3].Length > 0 ? $" `{match.Groups[3]}`" : "")}" : "",
        "XPIDF" => Xpidf().Match(Encoding.UTF8.GetString(XpidfDialect.Instance.Write(PresenceSamples.Shown(state)))) is { } words ? $"{words.Groups[1]}, {words.Groups[2]}" : "",
        "XMPP" => Xmpp(XmppPresence.Of(state)),
        "dialog-info" => LampDialect.State(state) ?? "no dialog",
        _ => $"`{KebabEnum<Activity>.Word(state.Activity)}`",
    };

    static string Pidf(PidfVocabulary vocabulary, PresenceState state) =>
        (PidfState.IsOpen(state) switch { true => "open", false => "closed", null => "no status" })
        + string.Concat(vocabulary.Text(state.Activity).Split(' ').Select(word => $", `{word}`")) + (PidfState.IsIdle(state) ? ", user-input idle" : "");

    static string Xmpp(XmppPresence presence) =>
        (presence.Type ?? presence.Show ?? "available") + (presence.Status is { } status ? $", \"{status}\"" : "");

    [GeneratedRegex("""availability aggregate="(\d+)".*activity aggregate="(\d+)" description="([^"]*)" """)]
    private static partial Regex Msrtc();

    [GeneratedRegex("""status status="(\w+)".*substatus="(\w+)" """)]
    private static partial Regex Xpidf();
}
