using Meetpoint.Exchange.Calls;

namespace Meetpoint.Exchange.Tests.Calls;

/// <summary>Bytes as text in route tokens.</summary>
public sealed class TokenTextTests
{
    [Fact]
    public void Bytes_OfAnyLength_ComeBackAsTheyWere()
    {
        var random = new Random(7);
        for (var length = 0; length <= 100; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            var text = new byte[TokenText.Length(length)];

            var written = TokenText.Encode(bytes, text);
            var back = new byte[length];
            Assert.True(TokenText.TryDecode(text.AsSpan(0, written), back, out var size), $"{length} bytes are read back");

            Assert.Equal(text.Length, written);
            Assert.Equal(bytes, back[..size]);
        }
    }

    [Theory]
    [InlineData("ABC0")] // no capitals
    [InlineData("aaaa")] // no vowels
    [InlineData("0")] // five bits are no byte
    [InlineData("0_")] // bits left over that are not nought
    public void Text_ThatIsNoneOfOurs_IsRefused(string text) =>
        Assert.False(TokenText.TryDecode(System.Text.Encoding.ASCII.GetBytes(text), new byte[8], out _), $"{text} is not read");

    [Fact]
    public void Text_LongerThanTheRoom_IsRefused() => Assert.False(TokenText.TryDecode("00000000"u8, new byte[4], out _), "five bytes do not go into four");
}
