using Meetpoint.Sip.Tests.Support;
using Shouldly;

namespace Meetpoint.Sip.Tests.Messages;

public sealed class TortureTests
{
    public static TheoryData<string, SipParseError> Messages()
    {
        var data = new TheoryData<string, SipParseError>();
        foreach (var (name, expected, _) in Vectors.Torture())
            data.Add(name, expected);
        return data;
    }

    [Fact]
    public void Vectors_AreAllOfBothRfcs() =>
        Vectors.Torture().GroupBy(v => v.Name[..7]).Select(g => (g.Key, g.Count())).ShouldBe([("rfc4475", 49), ("rfc5118", 12)]);

    [Theory]
    [MemberData(nameof(Messages))]
    public void TryParse_TortureMessage_FindsWhatTheRfcSays(string name, SipParseError expected)
    {
        new SipMessage().TryParse(Vectors.Torture(name), out var error);
        error.ShouldBe(expected, name);
    }

    [Theory]
    [InlineData("badvers", 505)]
    [InlineData("unkscm", 416)]
    [InlineData("multi01", 400)]
    [InlineData("ncl", 400)]
    [InlineData("clerr", 400)]
    [InlineData("lwsruri", 400)]
    [InlineData("mcl01", 400)]
    public void Response_InvalidTortureRequest_CanBeMade(string name, int status)
    {
        var message = new SipMessage();
        message.TryParse(Vectors.Torture(name), out var error).ShouldBeFalse();
        message.IsAnswerable.ShouldBeTrue(name);
        error.Status().ShouldBe(status);
        var answer = new SipWriter();
        answer.Response(message, status, error.Phrase(), "t").End();
        var parsed = new SipMessage();
        parsed.TryParse(answer.Written, out _);
        parsed.StatusCode.ShouldBe(status);
        parsed.ReasonPhrase.ShouldBe(error.Phrase());
    }

    [Fact]
    public void Wsinv_OddWhiteSpace_IsReadThrough()
    {
        var message = new SipMessage();
        message.TryParse(Vectors.Torture("wsinv"), out _).ShouldBeTrue();
        message.CSeq.ShouldBe(9u);
        message.MaxForwards.ShouldBe(68);
        message.From!.DisplayName.ShouldBe("J Rosenberg \\\"");
        message.FromTag.SequenceEqual("98asjd8"u8).ShouldBeTrue();
        message.ToTag.SequenceEqual("1918181833n"u8).ShouldBeTrue();
        var vias = message.Texts(SipHeader.Via);
        vias.Count.ShouldBe(3);
        message.TryTopVia(out var via).ShouldBeTrue();
        via.Branch.SequenceEqual("390skdjuw"u8).ShouldBeTrue();
        message.Text("newfangledheader").ShouldBe("newfangled value continued newfangled value");
        message.Body.Length.ShouldBe(150);
    }
}
