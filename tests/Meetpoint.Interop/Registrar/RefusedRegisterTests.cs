using System.Text.RegularExpressions;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Refusals;

namespace Meetpoint.Interop.Registrar;

/// <summary>Who may not register hears no more than that, and the operator reads who it was.</summary>
public sealed partial class RefusedRegisterTests(RegistrarWorld world) : IClassFixture<RegistrarWorld>
{
    [Fact]
    [Provokes(Wire.Sip, RefusalReason.WrongCredentials)]
    public async Task Register_WrongPasswordOrNobody_IsAnsweredAlikeAndLoggedSampled()
    {
        using var phone = RawSip.Bind(world.Albion.Party.Address(91, 0), world.Albion.Party.Sip);
        var log = new ExchangeLogFile(world.Albion.Process);
        var mark = log.Mark();
        var answers = new List<string>();
        foreach (var user in new[] { "lounge", "nobody" })
        {
            var first = await AskAsync(phone, user, 1, "");
            var nonce = NonceOf().Match(first).Groups[1].Value;
            var second = await AskAsync(
                phone, user, 2,
                $"Authorization: Digest username=\"{user}\",realm=\"albion.example\",nonce=\"{nonce}\",uri=\"sip:albion.example\",response=\"{new string('0', 32)}\",qop=auth,nc=00000001,cnonce=\"c\",algorithm=MD5\r\n");
            Assert.Equal(401, SipText.Status(second));
            answers.Add(Form(first) + Form(second));
        }

        // Which algorithms are offered depends on equipment, and is drawn by lot where there is none.
        Assert.Equal(AlgorithmLine().Replace(answers[0], "").Replace("lounge", "user", StringComparison.Ordinal), AlgorithmLine().Replace(answers[1], "").Replace("nobody", "user", StringComparison.Ordinal));
        var lines = await log.LinesAsync(mark, "[1023]", "refused.wrong-credentials");
        Assert.Contains("lounge@albion.example", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Register_ByATrunk_Is403()
    {
        using var trunk = RawSip.Bind(world.Trunk, world.Albion.Party.Trunk);
        var log = new ExchangeLogFile(world.Albion.Process);
        var mark = log.Mark();
        trunk.Send(new SipText("REGISTER", "sip:albion.example", trunk.Local) { Caller = "sip:lounge@albion.example" }.ToString());
        Assert.Equal(403, SipText.Status(await trunk.AnswerAsync("1 REGISTER")));
        await log.OneLineAsync(mark, "[1002] refused.origin-not-allowed", "albion-network");
    }

    static async Task<string> AskAsync(RawSip phone, string user, int cseq, string more)
    {
        var request = new SipText("REGISTER", "sip:albion.example", phone.Local) { Caller = $"sip:{user}@albion.example", Sequence = cseq, More = more };
        phone.Send(request.ToString());
        return await phone.AnswerAsync($"{cseq} REGISTER");
    }

    static string Form(string answer) => string.Join(
        '\n', answer.Split("\r\n").Where(line => !line.StartsWith("Via", StringComparison.Ordinal) && !line.StartsWith("Call-ID", StringComparison.Ordinal))
            .Select(line => Changing().Replace(line, "")));

    [GeneratedRegex("nonce=\"([^\"]*)\"")]
    private static partial Regex NonceOf();

    [GeneratedRegex("nonce=\"[^\"]*\"|tag=[^;> ]*")]
    private static partial Regex Changing();

    [GeneratedRegex("WWW-Authenticate: .*algorithm=SHA-256.*\n?")]
    private static partial Regex AlgorithmLine();
}
