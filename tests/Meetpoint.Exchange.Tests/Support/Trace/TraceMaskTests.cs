using System.Text;
using Meetpoint.Exchange.Support.Trace;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Support.Trace;

public sealed class TraceMaskTests
{
    [Theory]
    [InlineData("Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"sip:x\", response=\"0a1b\", cnonce=\"cc\", nc=1",
        "Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"sip:x\", response=\"xxxx\", cnonce=\"xx\", nc=1")]
    [InlineData("proxy-authorization : digest nonce=\"a,response=b\",\n Response = \"0a1b\"\n ,cnonce=zz", "proxy-authorization : digest nonce=\"a,response=b\",\n Response = \"xxxx\"\n ,cnonce=xx")]
    [InlineData("Authorization: Digest response=\"0a\\\"1b\", realm=\"r\"", "Authorization: Digest response=\"xxxxxx\", realm=\"r\"")]
    [InlineData("Authorization: Digest response=\"0a1b\", realm=\"r", "Authorization: Digest response=\"xxxx\", realm=\"r")]
    [InlineData("Authorization: Bearer eyJ.abc", "Authorization: Bearer xxxxxxx")]
    [InlineData("Authentication-Info: nextnonce=\"abc\", rspauth=\"def\", qop=auth", "Authentication-Info: nextnonce=\"xxx\", rspauth=\"xxx\", qop=auth")]
    [InlineData("WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"", "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"")]
    [InlineData("Contact: <sip:alice:s3cret@a.example:5060>, <SIPS:bob:p,w@b.example>", "Contact: <sip:alice:xxxxxx@a.example:5060>, <SIPS:bob:xxx@b.example>")]
    [InlineData("Contact: <sip:a.example:5060;transport=tcp>", "Contact: <sip:a.example:5060;transport=tcp>")]
    [InlineData("Contact: <sip:[2001:db8::1]:5060>, <sip:alice@a.example>", "Contact: <sip:[2001:db8::1]:5060>, <sip:alice@a.example>")]
    [InlineData("Identity: eyJhbGciOi.eyJ0.sig;info=<https://x/>", "Identity: eyJhbGciOi.eyJ0.sig;info=<https://x/>")]
    public void Header_Secret_IsCoveredAndNothingElseIs(string header, string masked) =>
        Mask($"INVITE sip:b@b SIP/2.0\n{header}\nCall-ID: 1\n\n").ShouldBe($"INVITE sip:b@b SIP/2.0\n{masked}\nCall-ID: 1\n\n");

    [Theory]
    [InlineData("application/sdp", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNf/X1+9zZW|2^20|1:4;inline:QUJD|2^20", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:xxxxxxxxxxxx|2^20|1:4;inline:xxxx|2^20")]
    [InlineData("application/sdp", "k=base64:AAA", "k=xxxxxxxxxx")]
    [InlineData("application/sdp", "a=ice-ufrag:abcd\na=ice-pwd:efgh", "a=ice-ufrag:abcd\na=ice-pwd:xxxx")]
    [InlineData("application/sdp", "m=audio 4000 RTP/SAVP 0\na=fingerprint:sha-256 AA:BB", "m=audio 4000 RTP/SAVP 0\na=fingerprint:sha-256 AA:BB")]
    [InlineData("application/dtmf-relay", "Signal= 5\nDuration= 160", "Signal= x\nDuration= 160")]
    [InlineData("application/dtmf-relay", "signal=*\nDuration=160", "signal=x\nDuration=160")]
    [InlineData("application/dtmf", "5", "x")]
    [InlineData("multipart/mixed;boundary=b", "--b\nContent-Type: application/sdp\n\na=crypto:1 X inline:AAAA\n--b--", "--b\nContent-Type: application/sdp\n\na=crypto:1 X inline:xxxx\n--b--")]
    [InlineData("application/kpml-response+xml", "<kpml-response version=\"1.0\" digits=\"1234\" tag=\"t\"/>", "<kpml-response version=\"1.0\" digits=\"xxxx\" tag=\"t\"/>")]
    public void Body_Secret_IsCoveredAndNothingElseIs(string type, string body, string masked) =>
        Mask($"INFO sip:b@b SIP/2.0\nContent-Type: {type}\n\n{body}\n").ShouldBe($"INFO sip:b@b SIP/2.0\nContent-Type: {type}\n\n{masked}\n");

    [Fact]
    public void RequestLine_Password_IsCovered() =>
        Mask("REGISTER sip:alice:secret@a.example SIP/2.0\nCall-ID: 1\n\n").ShouldBe("REGISTER sip:alice:xxxxxx@a.example SIP/2.0\nCall-ID: 1\n\n");

    [Fact]
    public void Message_ThatIsBroken_HidesItsSecretsToo()
    {
        Mask("garbage\nAuthorization: Digest response=\"abcd\"").ShouldBe("garbage\nAuthorization: Digest response=\"xxxx\"");
        Mask("").ShouldBe("");
        Mask("\n\nAuthorization").ShouldBe("\n\nAuthorization");
    }

    [Fact]
    public void Message_OfAnyBytes_KeepsItsLengthAndDoesNotThrow()
    {
        var random = new Random(4475);
        var words = new[] { "Authorization:", "Digest ", "response=", "\"", "sip:", ":", "@", "\r\n", "\r\n\r\n", "a=crypto:", "inline:", "digits=", "=", ",", "Signal=", "kpml-response", "\\" };
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => words[random.Next(words.Length)]));
            var bytes = Encoding.ASCII.GetBytes(text);
            TraceMask.Apply(bytes);
            bytes.Length.ShouldBe(text.Length);
        }
    }

    static string Mask(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        TraceMask.Apply(bytes);
        var windows = Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"));
        TraceMask.Apply(windows);
        Encoding.UTF8.GetString(windows).ShouldBe(Encoding.UTF8.GetString(bytes).ReplaceLineEndings("\r\n"), "either line end is one");
        return Encoding.UTF8.GetString(bytes);
    }
}
