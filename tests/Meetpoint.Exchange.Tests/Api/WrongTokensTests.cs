using Meetpoint.Exchange.Api;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Api;

public sealed class WrongTokensTests
{
    readonly SteppedTime _time = new();

    [Fact]
    public void MayTry_AfterTooManyWrongOnes_NotUntilTheWindowIsOver()
    {
        var wrong = new WrongTokens(_time);
        wrong.Right("held");
        for (var i = 0; i < WrongTokens.AtMost; i++)
        {
            wrong.MayTry("192.0.2.1", $"guess{i}").ShouldBeTrue();
            wrong.Wrong("192.0.2.1", $"guess{i}");
        }

        wrong.MayTry("192.0.2.1", "guess").ShouldBeFalse();
        wrong.MayTry("192.0.2.1", "held").ShouldBeTrue("a phone behind the same address");
        wrong.MayTry("192.0.2.2", "guess").ShouldBeTrue("another address");
        wrong.Wrong("192.0.2.1", "held");
        wrong.MayTry("192.0.2.1", "held").ShouldBeFalse("it was revoked");
        _time.Step(WrongTokens.Window);
        wrong.MayTry("192.0.2.1", "guess").ShouldBeTrue();
    }

    [Fact]
    public void Wrong_FromMoreAddressesThanAreCounted_BeginsAnew()
    {
        var wrong = new WrongTokens(_time);
        for (var i = 0; i < WrongTokens.MaxAddresses; i++)
            wrong.Wrong($"{i}", "guess");
        for (var i = 0; i < WrongTokens.AtMost; i++)
            wrong.Wrong("0", "guess");
        wrong.MayTry("0", "guess").ShouldBeTrue("all were forgotten");
    }
}
