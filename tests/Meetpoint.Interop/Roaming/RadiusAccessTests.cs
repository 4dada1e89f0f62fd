using Meetpoint.Interop.Peers;

namespace Meetpoint.Interop.Roaming;

/// <summary>Access-Requests of real access servers through the hub to real home servers, and what is turned away.</summary>
public sealed class RadiusAccessTests(RoamingWorld world) : IClassFixture<RoamingWorld>
{
    const string Alice = "User-Name = \"alice@liberty.example\", User-Password = \"s3cret\"";
    const string Proved = ", " + RadClient.MessageAuthenticator;

    [Fact]
    public async Task Password_ThatIsRight_IsAcceptedWithWhatCrossesABorder()
    {
        var answer = await world.Nas.AskAsync(world.Authentication, "auth", Alice + Proved);
        Assert.True(answer.Code == "Access-Accept", answer.Text);
        Assert.Equal(["hello alice"], answer.Values("Reply-Message"));
        Assert.Equal(["0x616c696365"], answer.Values("Class"));
        Assert.Empty(answer.Values("Filter-Id")); // it means nothing in another's network
        Assert.Empty(answer.Values("Proxy-State"));
        Assert.Single(answer.Values("Message-Authenticator"));
        Assert.Contains(world.First.Asked(), asked => asked.Contains("Operator-Name = \"1albion.example\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Password_ThatIsWrong_IsRejectedByItsHome()
    {
        var answer = await world.Nas.AskAsync(world.Authentication, "auth", Alice.Replace("s3cret", "guessed", StringComparison.Ordinal) + Proved);
        Assert.True(answer.Code == "Access-Reject", answer.Text);
    }

    [Fact]
    public async Task Chap_WithoutChallengeAttribute_IsProvedAtHome()
    {
        var answer = await world.Nas.AskAsync(world.Authentication, "auth", "User-Name = \"alice@liberty.example\", CHAP-Password = \"s3cret\"" + Proved);
        Assert.True(answer.Code == "Access-Accept", answer.Text);
    }

    [Fact]
    public async Task Secret_ThatIsWrong_IsMetWithSilence()
    {
        var mark = world.Log.Mark();
        var answer = await new RadClient(world.NasAddress, "another-secret-of").AskAsync(world.Authentication, "auth", Alice + Proved, patience: 1);
        Assert.True(answer.Code == "silence", answer.Text);
        await world.Log.OneLineAsync(mark, "radius.discarded", "albion-nas");
    }

    [Fact]
    public async Task Request_WithoutMessageAuthenticator_IsTakenOfAnOldAccessServerOnly()
    {
        Assert.Equal("silence", (await world.Nas.AskAsync(world.Authentication, "auth", Alice, patience: 1)).Code);
        var old = await world.OldNas.AskAsync(world.Authentication, "auth", Alice);
        Assert.True(old.Code == "Access-Accept", old.Text);
    }

    [Fact]
    public async Task Stranger_IsMetWithSilence() =>
        Assert.Equal("silence", (await new RadClient(world.Address(99, 0), RoamingWorld.Secret).AskAsync(world.Authentication, "auth", Alice + Proved, patience: 1)).Code);

    [Theory]
    [InlineData("alice@nobody.example", "no-route")]
    [InlineData("alice", "no-route")]
    [InlineData("alice@thames.example", "no-agreement")]
    public async Task Realm_ThatLeadsNowhere_IsRejectedAtOnce(string user, string reason)
    {
        var mark = world.Log.Mark();
        var answer = await world.Nas.AskAsync(world.Authentication, "auth", $"User-Name = \"{user}\", User-Password = \"s3cret\"" + Proved, patience: 2);
        Assert.True(answer.Code == "Access-Reject", answer.Text);
        await world.Log.LinesAsync(mark, reason);
    }

    [Fact]
    public async Task OperatorName_OfAnotherProvider_IsRejected()
    {
        var mark = world.Log.Mark();
        var answer = await world.Nas.AskAsync(world.Authentication, "auth", Alice + ", Operator-Name = \"1thames.example\"" + Proved);
        Assert.True(answer.Code == "Access-Reject", answer.Text);
        await world.Log.LinesAsync(mark, "origin-not-allowed");
    }

    [Theory]
    [InlineData("draft")]
    [InlineData("suspended")]
    [InlineData(null)]
    public Task Agreement_ThatIsNotInForce_CarriesNobody(string? stage) => world.WithStageAsync(stage, async () =>
    {
        var answer = await world.Nas.AskAsync(world.Authentication, "auth", Alice + Proved);
        Assert.True(answer.Code == "Access-Reject", answer.Text);
    });

    [Fact]
    public async Task Answer_WithoutMessageAuthenticator_IsDiscarded_AndSaidToBe()
    {
        await using var old = await HomeServer.StartAsync(world.Severn, "severn.example", world.Authority, isOld: true);
        var mark = world.Log.Mark();
        var answer = await world.Nas.AskAsync(world.Authentication, "auth", Alice.Replace("liberty", "severn", StringComparison.Ordinal) + Proved, patience: 1);
        Assert.True(answer.Code == "silence", answer.Text);
        await world.Log.LinesAsync(mark, "radius.discarded", "severn-aaa", "MessageAuthenticatorMissing");
    }

    [Fact]
    public async Task StatusServer_IsAnsweredOnBothPorts()
    {
        Assert.Equal("Access-Accept", (await world.Nas.AskAsync(world.Authentication, "status", RadClient.MessageAuthenticator)).Code);
        Assert.Equal("Accounting-Response", (await world.Nas.AskAsync(world.Accounting, "status", RadClient.MessageAuthenticator)).Code);
    }

    [Theory]
    [InlineData("alice@liberty.example", "Access-Accept")]
    [InlineData("alice@nobody.example", "Access-Reject")]
    public async Task ProxyState_OfTwoProxies_ComesBackInOrder(string user, string code)
    {
        var answer = await world.Nas.AskAsync(world.Authentication, "auth", $"User-Name = \"{user}\", User-Password = \"s3cret\", Proxy-State = 0x6f6e65, Proxy-State = 0x74776f" + Proved);
        Assert.True(answer.Code == code, answer.Text);
        Assert.Equal(["0x6f6e65", "0x74776f"], answer.Values("Proxy-State"));
    }
}
