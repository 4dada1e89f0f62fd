using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Sip.Sdp;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Meetings.Live;

/// <summary>Which lines are one room's cameras, and which of them is left.</summary>
public sealed class CameraLinesTests
{
    [Theory]
    [InlineData("| | ", "0 1 2")] // in the order of the offer
    [InlineData("label:1|label:2|label:3", "0 1 2")]
    [InlineData("label:cam-right|label:cam-centre|label:cam-left", "2 1 0")]
    [InlineData("label:Center|label:Left|label:Right", "1 0 2")]
    [InlineData("label:right|label:left|label:other", "0 1 2")] // not all of them tell a place
    [InlineData("label:left|label:left|label:right", "0 1 2")] // two tell the same
    [InlineData("content:main|content:main|content:main", "0 1 2")]
    [InlineData("content:main| |content:main", "0 1 2")]
    [InlineData("content:main|content:alt|content:main", "0 - 1")] // another role is no camera beside them
    [InlineData(" |content:speaker", "0 -")]
    [InlineData("content:alt|content:alt", "0 1")]
    [InlineData(" | | | ", "0 1 2 -")] // three are told apart
    public void PlaceOf_LinesOfAnOffer_FromLeftToRight(string attributes, string expected)
    {
        var lines = attributes.Split('|').Select(Line).ToList();
        var taken = new List<SdpMedia>();
        foreach (var line in lines)
        {
            if (CameraLines.Belongs(line, taken))
                taken.Add(line);
        }

        string.Join(' ', lines.Select(line => taken.Contains(line) ? $"{CameraLines.PlaceOf(line, taken).Index}" : "-")).ShouldBe(expected, attributes);
        CameraLines.PlaceOf(taken[0], taken).Count.ShouldBe(taken.Count, attributes);
    }

    [Fact]
    public void PlaceOf_OneLine_IsTheOnlyOne()
    {
        var line = Line("label:left");
        CameraLines.PlaceOf(line, [line]).IsOneOfSeveral.ShouldBeFalse();
    }

    static SdpMedia Line(string attribute)
    {
        var line = new SdpMedia { Kind = "video", Port = 4000, Protocol = "RTP/AVP", Formats = ["96"] };
        if (attribute.Split(':') is [var name, var value])
            line.Attributes.Add(name, value);
        return line;
    }
}
