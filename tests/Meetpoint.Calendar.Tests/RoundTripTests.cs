using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;

namespace Meetpoint.Calendar.Tests;

public sealed class RoundTripTests
{
    static readonly Gen<string> Names = Gen.Elements("SUMMARY", "X-A", "X-LONGER-NAME", "ATTENDEE", "DTSTART");
    static readonly Gen<string> Texts = ArbMap.Default.GeneratorFor<string>().Select(text => Clean(text ?? ""));

    /// <summary>What the format can hold: no control characters but tabs and line ends, and no half of a surrogate pair.</summary>
    static string Clean(string text) =>
        string.Concat(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Where(c => c is '\n' or '\t' || !char.IsControl(c)));

    static readonly Gen<LineParameter> Parameters =
        from name in Gen.Elements("CN", "X-P", "ROLE")
        from values in Texts.NonEmptyListOf()
        select new LineParameter(name, values.Take(5).ToList());

    static readonly Gen<ContentLine> Lines =
        from name in Names
        from text in Texts
        from parameters in Parameters.ListOf()
        select new ContentLine(name, TextValue.Escape(text), parameters.Take(4).ToList());

    static Gen<CalendarComponent> Components(int depth) =>
        from name in Gen.Elements("VEVENT", "VTIMEZONE", "X-COMP")
        from lines in Lines.ListOf()
        from inner in depth == 0 ? Gen.Constant(new List<CalendarComponent>()) : Components(depth - 1).ListOf().Select(list => list.Take(3).ToList())
        select new CalendarComponent(name, lines.ToList(), inner);

    [Fact]
    public void ParseOfWrite_AnyCalendar_IsTheSame() =>
        Prop.ForAll(Components(2).Select(component => component with { Name = "VCALENDAR" }).ToArbitrary(), calendar =>
        {
            CalendarParser.TryParse(CalendarWriter.Write(calendar), out var read, out var error).ShouldBeTrue(error.ToString());
            Describe(read!).ShouldBe(Describe(calendar));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void TextUnescapeOfEscape_AnyText_IsTheSame() =>
        Prop.ForAll(Texts.ToArbitrary(), text => TextValue.Unescape(TextValue.Escape(text)) == text).QuickCheckThrowOnFailure();

    [Fact]
    public void TryRead_AnyMutationOfARealRequest_NeverThrows()
    {
        var original = Vectors.Bytes("outlook-request.ics");
        var random = new Random(20260701);
        for (var i = 0; i < 1_000; i++)
        {
            var mutated = original.ToList();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                var at = random.Next(mutated.Count);
                switch (random.Next(4))
                {
                    case 0: mutated[at] = (byte)random.Next(256); break;
                    case 1: mutated.RemoveRange(at, Math.Min(random.Next(1, 60), mutated.Count - at)); break;
                    case 2: mutated.Insert(at, (byte)"0123456789:;=,\"^\\\n\r TZ"[random.Next(22)]); break;
                    default: mutated.InsertRange(at, mutated.Skip(random.Next(mutated.Count)).Take(40).ToList()); break;
                }
            }

            if (ItipMessage.TryRead(mutated.ToArray(), out var message, out _))
            {
                // Whatever is read can be worked out and written again.
                foreach (var each in message.Events)
                    _ = EventOccurrences.Of(each, [], message.Zones, 20).Count();
                message.Write().ShouldNotBeEmpty();
            }
        }
    }

    static string Describe(CalendarComponent component)
    {
        var text = new StringBuilder().Append('[').Append(component.Name);
        foreach (var line in component.Lines)
        {
            text.Append('{').Append(line.Name).Append('|').Append(line.Value);
            foreach (var parameter in line.Parameters)
                text.Append('<').Append(parameter.Name).Append('=').AppendJoin('\u0001', parameter.Values).Append('>');
            text.Append('}');
        }

        foreach (var inner in component.Components)
            text.Append(Describe(inner));
        return text.Append(']').ToString();
    }
}
