using Meetpoint.Xmpp;

namespace Meetpoint.Xmpp.Tests;

public sealed class JidTests
{
    [Theory]
    [InlineData("Alice@Albion.Example/Desk Phone", "alice@albion.example/Desk Phone")]
    [InlineData("albion.example.", "albion.example")]
    [InlineData("juliet@example.net/a/b@c", "juliet@example.net/a/b@c")]
    public void TryParse_Address_IsPrepared(string text, string expected)
    {
        Assert.True(Jid.TryParse(text, out var jid));
        Assert.Equal(expected, jid.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("@albion.example")]
    [InlineData("alice@")]
    [InlineData("alice@albion.example/")]
    [InlineData("a b@albion.example")]
    [InlineData("alice@al@bion.example")]
    public void TryParse_NoAddress_IsRefused(string text) => Assert.False(Jid.TryParse(text, out _));

    [Fact]
    public void TryParse_LoneSurrogate_IsRefused() => Assert.False(Jid.TryParse('\ud800' + "@albion.example", out _));
}
