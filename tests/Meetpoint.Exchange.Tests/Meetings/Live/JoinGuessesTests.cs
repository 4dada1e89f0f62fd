using Meetpoint.Exchange.Meetings.Live.Browsers;
using Meetpoint.Exchange.Tests.Api;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Meetings.Live;

/// <summary>How often one address may be wrong at the join page.</summary>
public sealed class JoinGuessesTests
{
    readonly SteppedTime _time = new();

    [Fact]
    public void Pins_WrongTooOften_AreTakenAgainAfterTheWindow_AndOfAnotherMeetingAllTheTime()
    {
        var guesses = new JoinGuesses(_time, isBehindProxy: false);
        var (here, there) = (guesses.PinsOf("192.0.2.1", "482917"), guesses.PinsOf("192.0.2.1", "482918"));
        here.Wrong(JoinGuesses.WrongPins - 1);
        here.MayTry.ShouldBeTrue();
        here.Wrong(1);
        (here.MayTry, there.MayTry, guesses.PinsOf("192.0.2.2", "482917").MayTry).ShouldBe((false, true, true));
        _time.Step(JoinGuesses.PinWindow);
        here.MayTry.ShouldBeTrue();
    }

    [Theory]
    [InlineData(false, 20)]
    [InlineData(true, JoinGuesses.WrongCodesOfProxy)]
    public void Codes_WrongTooOften_AreAskedForNoMore_ButThoseThatHeld(bool isBehindProxy, int atMost)
    {
        var codes = new JoinGuesses(_time, isBehindProxy).Codes;
        codes.Right("482917");
        for (var i = 0; i < atMost; i++)
        {
            codes.MayTry("192.0.2.1", "1").ShouldBeTrue($"after {i}");
            codes.Wrong("192.0.2.1", "1");
        }

        (codes.MayTry("192.0.2.1", "482918"), codes.MayTry("192.0.2.1", "482917")).ShouldBe((false, true));
    }
}
