using System.Text;
using Shouldly;

namespace Meetpoint.Calendar.Tests;

public sealed class ContentLineTests
{
    static CalendarComponent Calendar(params ContentLine[] lines) => new("VCALENDAR", lines);

    static ContentLine ReadBack(ContentLine line)
    {
        CalendarParser.TryParse(CalendarWriter.Write(Calendar(line)), out var read, out var error).ShouldBeTrue(error.ToString());
        return read!.Lines.Single();
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("a;b,c\\d:e\"f")]
    [InlineData("two\nlines\n\nand an end\n")]
    [InlineData("\\n is not a line end")]
    [InlineData("")]
    public void OfText_ReadBack_IsTheSame(string text) => ReadBack(ContentLine.OfText("SUMMARY", text)).Text.ShouldBe(text);

    [Theory]
    [InlineData("plain")]
    [InlineData("Doe, Jane: the \"second\"; of ^that^ name")]
    [InlineData("two\nlines")]
    [InlineData("^n ^' ^^ ^x ^")]
    public void Parameter_ReadBack_IsTheSame(string value) =>
        ReadBack(new ContentLine("ATTENDEE", "mailto:a@b.example", new LineParameter("CN", value))).Parameter("CN").ShouldBe(value);

    [Fact]
    public void Write_LongLineOfManyOctetCharacters_FoldsAt75OctetsBetweenCharacters()
    {
        var text = string.Concat(Enumerable.Repeat("Zürich €5 🎉 ", 40));
        var octets = CalendarWriter.Write(Calendar(ContentLine.OfText("SUMMARY", text)));
        var strict = new UTF8Encoding(false, true);
        var start = 0;
        for (var i = 0; i + 1 < octets.Length; i++)
        {
            if (octets[i] != '\r')
                continue;
            var line = octets.AsSpan(start, i - start);
            line.Length.ShouldBeLessThanOrEqualTo(75);
            Should.NotThrow(() => strict.GetString(octets, start, i - start), "a fold lies inside a character");
            start = i + 2;
        }

        ReadBack(ContentLine.OfText("SUMMARY", text)).Text.ShouldBe(text);
    }

    [Fact]
    public void TryParse_FoldInsideCharacter_IsMended()
    {
        byte[] octets = [.. "BEGIN:VCALENDAR\r\nSUMMARY:Z\u00fc"u8];
        octets = [.. octets[..^1], .. "\r\n "u8, octets[^1], .. "rich\r\nEND:VCALENDAR\r\n"u8];
        CalendarParser.TryParse(octets, out var read, out _).ShouldBeTrue();
        read!.Lines.Single().Value.ShouldBe("Zürich");
    }

    [Fact]
    public void TryParse_LfLowerCaseBlankLinesAndByteOrderMark_IsRead()
    {
        CalendarParser.TryParse("\uFEFFbegin:vcalendar\n\nversion:2.0\nx-a;b=\"c;d\":e\u0007f\nend:vcalendar"u8, out var read, out var error)
            .ShouldBeTrue(error.ToString());
        read!.Find("VERSION")!.Value.ShouldBe("2.0");
        read.Find("X-A")!.Value.ShouldBe("ef", "control characters are dropped");
        read.Find("X-A")!.Parameter("B").ShouldBe("c;d");
    }

    [Theory]
    [InlineData("", CalendarErrorReason.NoCalendar)]
    [InlineData("BEGIN:VEVENT\nEND:VEVENT", CalendarErrorReason.NoCalendar)]
    [InlineData("BEGIN:VCALENDAR\nX:1", CalendarErrorReason.Unclosed)]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR", CalendarErrorReason.UnexpectedEnd)]
    [InlineData("BEGIN:VCALENDAR\nno colon\nEND:VCALENDAR", CalendarErrorReason.BadContentLine)]
    [InlineData("BEGIN:VCALENDAR\nX;A=\"open:1\nEND:VCALENDAR", CalendarErrorReason.BadContentLine)]
    [InlineData("BEGIN:VCALENDAR\nX;A:1\nEND:VCALENDAR", CalendarErrorReason.BadContentLine)]
    [InlineData("BEGIN:VCALENDAR\nX;A=\nEND:VCALENDAR", CalendarErrorReason.BadContentLine)]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:\nEND:VCALENDAR", CalendarErrorReason.BadContentLine)]
    public void TryParse_Malformed_GivesReason(string data, CalendarErrorReason reason)
    {
        CalendarParser.TryParse(Encoding.UTF8.GetBytes(data), out _, out var error).ShouldBeFalse();
        error.Reason.ShouldBe(reason);
    }

    [Theory]
    [InlineData(40, 100, 1000, 9, 64, CalendarErrorReason.TooLarge)]
    [InlineData(9999, 3, 1000, 9, 64, CalendarErrorReason.TooManyLines)]
    [InlineData(9999, 100, 16, 9, 64, CalendarErrorReason.LineTooLong)]
    [InlineData(9999, 100, 1000, 2, 64, CalendarErrorReason.TooDeep)]
    [InlineData(9999, 100, 1000, 9, 1, CalendarErrorReason.TooManyParameters)]
    public void TryParse_OverALimit_GivesReason(int bytes, int lines, int lineBytes, int depth, int values, CalendarErrorReason reason)
    {
        var limits = new CalendarLimits { MaxBytes = bytes, MaxLines = lines, MaxLineBytes = lineBytes, MaxDepth = depth, MaxParameterValues = values };
        var data = "BEGIN:VCALENDAR\r\nX;A=1,2:3456789\r\n 0123\r\nBEGIN:A\r\nBEGIN:B\r\nEND:B\r\nEND:A\r\nEND:VCALENDAR\r\n"u8;
        CalendarParser.TryParse(data, out _, out var error, limits).ShouldBeFalse();
        error.Reason.ShouldBe(reason);
    }

    [Fact]
    public void Write_ControlCharacterInValue_IsRefused() =>
        Should.Throw<ArgumentException>(() => CalendarWriter.Write(Calendar(new ContentLine("X-A", "a\r\nX-INJECTED:1"))));

    [Fact]
    public void Write_NameThatIsNoToken_IsRefused() =>
        Should.Throw<ArgumentException>(() => CalendarWriter.Write(Calendar(new ContentLine("X A", "1"))));
}
