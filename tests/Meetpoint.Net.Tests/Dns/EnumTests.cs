using Meetpoint.Net.Dns;
using Meetpoint.Net.Virtual;
using Shouldly;

namespace Meetpoint.Net.Tests.Dns;

/// <summary>ENUM (RFC 6116) over our own client and server, in virtual time.</summary>
public sealed class EnumTests
{
    const string Name = "1.0.0.0.6.4.9.7.0.2.4.4.e164.arpa";
    const string Number = "+442079460001";

    readonly VirtualWorld _world = new(5);
    readonly VirtualEventLoop _loop;
    readonly DnsZone _zone = new("e164.arpa");
    readonly EnumResolver _resolver;
    int _asked;

    public EnumTests()
    {
        _loop = _world.CreateLoop("all");
        _ = new DnsServer(_world.Network.AddHost("10.0.0.53"), _loop, NetAddress.Parse("10.0.0.53:53"), _zone);
        var client = new DnsClient(
            _world.Network.AddHost("10.0.0.1"), _loop, new DnsClientOptions { Servers = [NetAddress.Parse("10.0.0.53")] }, new SeededRandomness(7));
        _resolver = new EnumResolver(client, _loop);
        _world.Network.Trace = entry => _asked += entry.To.Port == 53 ? 1 : 0;
    }

    public static IEnumerable<TheoryDataRow<string, string, string>> Rewrites =>
        from line in File.ReadLines(Path.Combine(Root(), "tests", "vectors", "numbers", "enum-rewrite.txt"))
        where line.Length > 0 && (line[0] != '#' || line.StartsWith("#^", StringComparison.Ordinal))
        let at = line.LastIndexOf(" | ", line.LastIndexOf(" | ", StringComparison.Ordinal) - 1, StringComparison.Ordinal)
        let rest = line[(at + 3)..].Split(" | ")
        select new TheoryDataRow<string, string, string>(line[..at], rest[0], rest[1]);

    static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Meetpoint.slnx")))
            folder = folder.Parent;
        return folder.FullName;
    }

    void Rule(int order, int preference, string flags, string service, string regexp, string replacement = "", string name = Name, uint ttl = 60) =>
        _zone.Add(new NaptrRecord(name, ttl, (ushort)order, (ushort)preference, flags, service, regexp, replacement));

    string? Find(string number = Number, int timeoutMs = 5_000, string suffix = "e164.arpa")
    {
        string? found = null;
        var isDone = 0;
        var isWithin = true;
        _loop.Post(() =>
        {
            _resolver.Find(number, suffix, timeoutMs, uri =>
            {
                isWithin.ShouldBeFalse("the answer never comes within the call");
                found = uri;
                isDone++;
            });
            isWithin = false;
        });
        _world.RunUntil(() => isDone > 0, 60 * MonotonicTime.Second).ShouldBeTrue();
        _world.RunFor(10 * MonotonicTime.Second);
        isDone.ShouldBe(1, "the answer comes once");
        return found;
    }

    [Theory]
    [MemberData(nameof(Rewrites))]
    public void Apply_Vector_GivesItsResult(string expression, string number, string expected) =>
        (NaptrRewrite.Apply(expression, number) ?? "-").ShouldBe(expected);

    [Fact]
    public void Apply_RandomExpressions_NeverThrowsAndIsBounded()
    {
        var random = new Random(3);
        const string Alphabet = "()[]{}*+?|^$.\\0123456789,:-!ab";
        for (var i = 0; i < 20_000; i++)
        {
            var ere = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            NaptrRewrite.Apply($"!{ere}!\\1x!", Number)?.Length.ShouldBeLessThanOrEqualTo(NaptrRewrite.MaxResultLength);
        }
    }

    [Theory]
    [InlineData("^(a|ab)(c|bcd)(d*)$", "abcd")]
    [InlineData("a|ab|abc", "abc")]
    [InlineData("(a*)(ab)*(b*)", "abb")]
    [InlineData("b+", "bb")]
    public void Match_SeveralWays_LeftmostLongestCounts(string pattern, string whole)
    {
        var marks = ExtendedRegex.Parse(pattern, ignoreCase: false)!.Match("abb" == whole || "bb" == whole ? "abb" : "abcd")!;
        ("abb" == whole || "bb" == whole ? "abb" : "abcd")[marks[0]..marks[1]].ShouldBe(whole);
    }

    [Fact]
    public void Find_Terminal_GivesTheUriByOrderThenPreference()
    {
        Rule(20, 1, "u", "E2U+sip", "!^.*$!sip:late@albion.example!");
        Rule(10, 20, "u", "E2U+sip", "!^.*$!sip:second@albion.example!");
        Rule(10, 10, "U", "e2u+email:mailto", "!^.*$!mailto:x@albion.example!");
        Rule(10, 15, "u", "E2U+voice:tel+SIP", "!^\\+44(.*)$!sip:\\1@albion.example!");
        Find().ShouldBe("sip:2079460001@albion.example");
    }

    [Theory]
    [InlineData("s", "E2U+sip", "!^.*$!sip:a@albion.example!", "")]
    [InlineData("u", "sip+E2U", "!^.*$!sip:a@albion.example!", "")]
    [InlineData("u", "E2U+sip:sub", "!^.*$!sip:a@albion.example!", "")]
    [InlineData("u", "E2U+sip", "!^.*$!sip:a@albion.example!", "x.e164.arpa")]
    [InlineData("u", "E2U+sip", "!^.*$!tel:+1!", "")]
    [InlineData("u", "E2U+sip", "!^.*$!sip:a b@albion.example!", "")]
    [InlineData("u", "E2U+sip", "!^\\+1.*$!sip:a@albion.example!", "")]
    [InlineData("", "", "", "missing.e164.arpa")]
    public void Find_RuleThatDoesNotLead_IsPassedOver(string flags, string service, string regexp, string replacement)
    {
        Rule(10, 10, flags, service, regexp, replacement);
        Find().ShouldBeNull();
        Rule(10, 20, "u", "E2U+sip", "!^.*$!sip:next@albion.example!");
        _world.RunFor(120 * MonotonicTime.Second);
        Find().ShouldBe("sip:next@albion.example");
    }

    [Fact]
    public void Find_NonTerminal_GoesOnAtAnotherNameAndAppliesToTheNumberItself()
    {
        Rule(10, 10, "", "", "", "albion.e164.arpa");
        Rule(10, 10, "", "", "!^\\+44(.*)$!n\\1.e164.arpa!", "", "albion.e164.arpa");
        Rule(10, 10, "u", "E2U+sip", "!^(.*)$!sip:\\1@albion.example!", "", "n2079460001.e164.arpa");
        Find().ShouldBe("sip:+442079460001@albion.example");
    }

    [Fact]
    public void Find_NonTerminalThatLeadsNowhere_LeavesHigherOrdersAlone()
    {
        Rule(10, 10, "", "", "", "empty.e164.arpa");
        Rule(20, 10, "u", "E2U+sip", "!^.*$!sip:a@albion.example!");
        Find().ShouldBeNull("a rule of order 10 has matched");
        Rule(10, 20, "u", "E2U+sip", "!^.*$!sip:b@albion.example!");
        _world.RunFor(120 * MonotonicTime.Second);
        Find().ShouldBe("sip:b@albion.example");
    }

    [Fact]
    public void Find_NamesInCircles_EndsAfterItsQuestions()
    {
        Rule(10, 10, "", "", "", "a.e164.arpa");
        Rule(10, 10, "", "", "", "b.e164.arpa", "a.e164.arpa");
        Rule(10, 10, "", "", "", "a.e164.arpa", "b.e164.arpa");
        Find().ShouldBeNull();
        _asked.ShouldBe(3, "the rest is known");
    }

    [Fact]
    public void Find_SecondTimeWithinItsLife_AsksNoServerAndLaterDoes()
    {
        Rule(10, 10, "u", "E2U+sip", "!^.*$!sip:a@albion.example!");
        Find().ShouldBe("sip:a@albion.example");
        Find().ShouldBe("sip:a@albion.example");
        _asked.ShouldBe(1);
        _world.RunFor(61 * MonotonicTime.Second);
        Find();
        _asked.ShouldBe(2);
    }

    [Fact]
    public void Find_NoServerAnswers_GivesNothingInTime()
    {
        _world.Network.Cut(AddressPrefix.Any, AddressPrefix.Parse("10.0.0.53"));
        var before = _world.NowNs;
        string? found = "none yet";
        _loop.Post(() => _resolver.Find(Number, "e164.arpa", 300, uri => found = uri));
        _world.RunUntil(() => found is null, 60 * MonotonicTime.Second).ShouldBeTrue();
        (_world.NowNs - before).ShouldBe(300 * MonotonicTime.Millisecond);
    }

    [Theory]
    [InlineData("442079460001")]
    [InlineData("+")]
    [InlineData("+44x")]
    [InlineData("+1234567890123456")]
    public void Find_NoNumber_IsNothingAndAsksNobody(string number)
    {
        Find(number).ShouldBeNull();
        _asked.ShouldBe(0);
    }

    [Fact]
    public void Find_OwnSuffix_IsAsked()
    {
        Rule(10, 10, "u", "E2U+sip", "!^.*$!sip:a@albion.example!", "", "1.0.0.0.6.4.9.7.0.2.4.4.private.e164.arpa");
        Find(suffix: "private.e164.arpa").ShouldBe("sip:a@albion.example");
    }
}
