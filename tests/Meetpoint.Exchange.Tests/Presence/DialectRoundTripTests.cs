using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Presence.Dialects;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Presence;

public sealed class DialectRoundTripTests
{
    /// <summary>Every loss there is; all else comes back as it was. The documentation has the same cells.</summary>
    static readonly Dictionary<(string Dialect, Activity From), Activity> Losses = new()
    {
        [("XPIDF", Activity.Ringing)] = Activity.Available,
        [("XPIDF", Activity.InMeeting)] = Activity.Busy,
        [("XPIDF", Activity.Presenting)] = Activity.Busy,
        [("XPIDF", Activity.DoNotDisturb)] = Activity.Busy,
        [("XPIDF", Activity.OutOfOffice)] = Activity.Away,
        [("dialog-info", Activity.Unknown)] = Activity.Available,
        [("dialog-info", Activity.Idle)] = Activity.Available,
        [("dialog-info", Activity.Busy)] = Activity.OnThePhone,
        [("dialog-info", Activity.InMeeting)] = Activity.OnThePhone,
        [("dialog-info", Activity.Presenting)] = Activity.OnThePhone,
        [("dialog-info", Activity.DoNotDisturb)] = Activity.OnThePhone,
        [("dialog-info", Activity.BeRightBack)] = Activity.Available,
        [("dialog-info", Activity.Away)] = Activity.Available,
        [("dialog-info", Activity.Lunch)] = Activity.Available,
        [("dialog-info", Activity.OutOfOffice)] = Activity.Available,
        [("dialog-info", Activity.Offline)] = Activity.Available,
    };

    public static TheoryData<string, string> Pairs()
    {
        var data = new TheoryData<string, string>();
        foreach (var (one, _) in PresenceSamples.Dialects)
        {
            foreach (var (other, _) in PresenceSamples.Dialects)
                data.Add(one, other);
        }

        return data;
    }

    public static Activity After(string dialect, Activity activity) => Losses.GetValueOrDefault((dialect, activity), activity);

    [Theory]
    [MemberData(nameof(Pairs))]
    public void EveryActivity_ThereAndBack_LosesOnlyTheNamedCells(string one, string other)
    {
        foreach (var activity in Enum.GetValues<Activity>())
        {
            var there = Pass(one, new PresenceState(activity));
            there.Activity.ShouldBe(After(one, activity), $"{activity} in {one}");
            var back = Pass(one, Pass(other, there));
            var expected = After(one, After(other, After(one, activity)));
            back.Activity.ShouldBe(expected, $"{activity} from {one} to {other} and back");
            back.Availability.ShouldBe(Availabilities.Of(expected), $"{activity} from {one} to {other} and back");
        }
    }

    [Theory]
    [InlineData("PIDF")]
    [InlineData("Cisco style")]
    [InlineData("Microsoft categories")]
    [InlineData("msrtc.pidf")]
    [InlineData("XPIDF")]
    [InlineData("XMPP")]
    [InlineData("JSON")]
    [InlineData("Exchange")]
    public void Note_InAnyScript_ComesBackExactly(string dialect)
    {
        foreach (var note in (string[])["At lunch & back <soon> \"2pm\" 'ish'", "Прилёгла 😀 👩‍👩‍👧 ليل 漢字", "two\nlines", new string('x', PresenceState.MaxNoteLength)])
        {
            foreach (var activity in (Activity[])[Activity.OnThePhone, Activity.DoNotDisturb, Activity.Away, Activity.Available])
            {
                var state = new PresenceState(activity, note: note);
                if (After(dialect, activity) == activity)
                    Pass(dialect, state).Note.ShouldBe(dialect == "msrtc.pidf" ? note : note, $"{activity} in {dialect}");
            }
        }
    }

    [Theory]
    [InlineData("PIDF")]
    [InlineData("Cisco style")]
    [InlineData("Microsoft categories")]
    [InlineData("JSON")]
    [InlineData("Exchange")]
    public void Availability_ApartFromItsActivity_AndTime_ComeBack(string dialect)
    {
        foreach (var activity in Enum.GetValues<Activity>().Except([Activity.Unknown]))
        {
            foreach (var availability in Enum.GetValues<Availability>().Except([Availability.Unknown]))
            {
                // Available and untouched is idle, in whatever words.
                if (activity == Activity.Available && availability == Availability.Idle)
                    continue;
                var state = new PresenceState(activity, PresenceSamples.Since) with { Availability = availability };
                var back = Pass(dialect, state);
                if (activity == Activity.Offline || availability == Availability.Offline)
                    back.Activity.ShouldBeOneOf(activity, Activity.Offline);
                else
                    back.ShouldBe(state, $"{activity} {availability} in {dialect}");
            }
        }
    }

    [Theory]
    [InlineData(SourceKind.Client)]
    [InlineData(SourceKind.Manual)]
    [InlineData(SourceKind.Phone)]
    [InlineData(SourceKind.Calendar)]
    [InlineData(SourceKind.Conference)]
    [InlineData(SourceKind.Aggregate)]
    public void Devices_InBothStylesOfPidf_ComeBackEach(SourceKind kind)
    {
        foreach (var dialect in (IPresenceDialect[])[PidfDialect.Standard, PidfDialect.Cisco, PidfDialect.Exchange, JsonDialect.Instance])
        {
            foreach (var activity in Enum.GetValues<Activity>())
            {
                var one = PresenceSamples.Device(new(activity, PresenceSamples.Since, "here"), kind, "cmp-8001 @ 7é");
                var other = PresenceSamples.Device(new(Activity.DoNotDisturb), SourceKind.Manual, "x") with { Capabilities = (Capabilities)15 };
                var report = PresenceSamples.Read(dialect, dialect.Write(PresenceSamples.Shown(other.State with { Note = "here" }, one, other)));
                report.States.Select(state => (state.Device, state.Kind, state.State, state.Capabilities)).ShouldBe(
                    [(one.Device, one.Kind, one.State, one.Capabilities), (other.Device, other.Kind, other.State, other.Capabilities)], $"{activity} in {dialect.MediaType}");
            }
        }
    }

    [Fact]
    public void Devices_OfOneNameAndDifferentOrigins_AreTwoToEverybody()
    {
        var one = PresenceSamples.Device(new(Activity.OnThePhone), SourceKind.Phone, "8001", "north/pbx");
        var other = PresenceSamples.Device(new(Activity.Available), SourceKind.Phone, "8001", "south/pbx");
        foreach (var dialect in (IPresenceDialect[])[PidfDialect.Standard, PidfDialect.Cisco, PidfDialect.Exchange])
        {
            var report = PresenceSamples.Read(dialect, dialect.Write(PresenceSamples.Shown(one.State, one, other)));
            report.States.Select(state => state.State.Activity).ShouldBe([Activity.OnThePhone, Activity.Available]);
            report.States.Select(state => (state.Device, state.Source?.Origin)).Distinct().Count().ShouldBe(2, dialect.MediaType);
            if (dialect == PidfDialect.Exchange)
                report.States.ShouldAllBe(state => state.Device == "8001");
        }
    }

    static PresenceState Pass(string dialect, PresenceState state) => PresenceSamples.Dialects.Single(one => one.Name == dialect).Pass(state);
}
