using Meetpoint.Net;
using Meetpoint.Xmpp.Tests.Support;
using Meetpoint.Xmpp.Xml;
using Shouldly;

namespace Meetpoint.Xmpp.Tests.Streams;

/// <summary>Whoever connects: what is asked of it, and what it must not do.</summary>
public sealed class IncomingStreamTests
{
    const string Hello = "<presence from='lib@liberty.example' to='al@albion.example'/>";

    readonly XmppWorld _world = new();
    readonly XmppServer _server;
    readonly ProbeHost _host;
    readonly RawServer _raw;

    public IncomingStreamTests()
    {
        (_server, _host) = _world.Add("10.0.0.1", ["albion.example", "desk.albion.example"], options => options with { Tls = null });
        _raw = new RawServer(_world, "10.0.0.9");
        _raw.Connect("10.0.0.1");
        _world.Run(1);
    }

    [Theory]
    [InlineData("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='albion.example' version='1.0'>", "invalid-namespace")]
    [InlineData("<stream xmlns='jabber:server' to='albion.example' version='1.0'>", "invalid-namespace")]
    [InlineData("<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' to='other.example' version='1.0'>", "host-unknown")]
    [InlineData("<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>", "improper-addressing")]
    [InlineData("<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' to='albion.example'>", "unsupported-version")]
    [InlineData("GET / HTTP/1.1\r\n\r\n<", "not-well-formed")]
    [InlineData("<!DOCTYPE lolz>", "restricted-xml")]
    public void Header_ThatIsNone_EndsInItsStreamErrorWithinAStream(string header, string condition)
    {
        _raw.Send(header);
        _world.Until(() => _raw.IsClosed).ShouldBeTrue();
        _raw.Heard.ShouldStartWith("<?xml version='1.0'?><stream:stream ");
        _raw.Heard.ShouldContain($"<stream:error><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>");
        _raw.Heard.ShouldEndWith("</stream:error></stream:stream>");
        _world.Until(() => _server.StreamCount == 0).ShouldBeTrue();
    }

    [Fact]
    public void Stanza_BeforeAnythingIsProven_EndsTheStream()
    {
        _raw.Send(RawServer.Header("liberty.example", "albion.example") + Hello);
        _world.Until(() => _raw.IsClosed).ShouldBeTrue();
        _raw.Heard.ShouldContain("not-authorized");
        _host.Stanzas.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("<presence from='x@other.example' to='al@albion.example'/>", "invalid-from")]
    [InlineData("<presence from='lib@liberty.example' to='al@desk.albion.example'/>", "invalid-from")]
    [InlineData("<presence from='lib@liberty.example' to='al@nowhere.example'/>", "host-unknown")]
    [InlineData("<presence to='al@albion.example'/>", "improper-addressing")]
    [InlineData("<unheard from='lib@liberty.example' to='al@albion.example'/>", "unsupported-stanza-type")]
    [InlineData("<presence xmlns='jabber:client' from='lib@liberty.example' to='al@albion.example'/>", "unsupported-stanza-type")]
    [InlineData("<presence><!-- --></presence>", "restricted-xml")]
    public void Stanza_BeyondWhatWasProven_EndsTheStream(string stanza, string condition)
    {
        Prove();
        _raw.Send(Hello + stanza);
        _world.Until(() => _raw.IsClosed).ShouldBeTrue();
        _raw.Heard.ShouldContain($"<{condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>");
        _host.Stanzas.Count.ShouldBe(1, "the one before it was well");
    }

    [Fact]
    public void Dialback_FurtherPairs_AreProvenOnTheSameStream()
    {
        Prove();
        _raw.Send("<db:result from='liberty.example' to='desk.albion.example'>k2</db:result>");
        _world.Until(() => Valid("desk.albion.example")).ShouldBeTrue(_raw.Heard);
        _raw.Send("<message from='lib@liberty.example' to='d@desk.albion.example'><body>to the desk</body></message>" + Hello);
        _world.Until(() => _host.Stanzas.Count == 2).ShouldBeTrue();
        _host.Peers.Select(peer => peer.LocalDomain).ShouldBe(["desk.albion.example", "albion.example"]);
    }

    [Fact]
    public void Dialback_KeyThatTheDomainDenies_ProvesNothing()
    {
        var authority = Authority("invalid");
        _raw.Send(RawServer.Header("liberty.example", "albion.example") + "<db:result from='liberty.example' to='albion.example'>key</db:result>");
        _world.Until(() => _raw.IsClosed).ShouldBeTrue(_raw.Heard);
        authority.Heard.ShouldContain("<db:verify from='albion.example' to='liberty.example' id='");
        _raw.Heard.ShouldContain("type='invalid'");
        _host.Happened.ShouldContain("ProofRefused dialback");
    }

    [Fact]
    public void Dialback_DomainThatIsNowhere_IsAnErrorAndTheStreamGoesOn()
    {
        _raw.Send(RawServer.Header("nowhere.example", "albion.example") + "<db:result from='nowhere.example' to='albion.example'>key</db:result>");
        _world.Until(() => _raw.Heard.Contains("type='error'", StringComparison.Ordinal)).ShouldBeTrue();
        _raw.Heard.ShouldContain("<remote-server-timeout xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>");
        _raw.IsClosed.ShouldBeFalse();
    }

    [Fact]
    public void Dialback_PeerThatIsNotAdmitted_IsRefusedWithoutAQuestion()
    {
        _host.Admitted = (_, _) => XmppProof.None;
        _raw.Send(RawServer.Header("liberty.example", "albion.example") + "<db:result from='liberty.example' to='albion.example'>key</db:result>");
        _world.Until(() => _raw.Heard.Contains("<policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>", StringComparison.Ordinal)).ShouldBeTrue();
    }

    [Fact]
    public void Dialback_AsADomainOfOurOwn_IsRefusedWithoutAQuestion()
    {
        _raw.Send(RawServer.Header("albion.example", "desk.albion.example") + "<db:result from='albion.example' to='desk.albion.example'>key</db:result>");
        _world.Until(() => _raw.Heard.Contains("type='error'", StringComparison.Ordinal)).ShouldBeTrue();
        _server.StreamCount.ShouldBe(1);
    }

    [Fact]
    public void Verify_ByThousands_EndsTheStream()
    {
        _raw.Send(RawServer.Header("liberty.example", "albion.example"));
        for (var i = 0; i < 300; i++)
            _raw.Send($"<db:verify from='liberty.example' to='albion.example' id='s{i}'>00ff</db:verify>");
        _world.Until(() => _raw.IsClosed).ShouldBeTrue();
        _raw.Heard.ShouldContain("policy-violation");
    }

    [Fact]
    public void Dialback_PeerThatDeniesUs_IsBelievedAllTheSame()
    {
        var authority = Authority("valid");
        var answer = authority.Answer;
        authority.Answer = text => answer(text)?.Replace("<db:result from='liberty.example' to='albion.example' type='valid'/>", "", StringComparison.Ordinal) is { } rest
            ? (text.Contains("<db:result", StringComparison.Ordinal) ? "<db:result from='liberty.example' to='albion.example' type='invalid'/>" : "") + rest : null;
        _raw.Send(RawServer.Header("liberty.example", "albion.example") + "<db:result from='liberty.example' to='albion.example'>key</db:result>");
        _world.Until(() => Valid("albion.example")).ShouldBeTrue(_raw.Heard + _host.Happened);
    }

    [Fact]
    public void Verify_AKeyThatIsNotOurs_IsInvalid()
    {
        _raw.Send(RawServer.Header("liberty.example", "albion.example") + "<db:verify from='liberty.example' to='albion.example' id='s1'>00ff</db:verify>");
        _world.Until(() => _raw.Heard.Contains("<db:verify from='albion.example' to='liberty.example' type='invalid' id='s1'/>", StringComparison.Ordinal)).ShouldBeTrue(_raw.Heard);
    }

    [Fact]
    public void Connection_ThatProvesNothing_IsClosedInTime()
    {
        _raw.Send(RawServer.Header("liberty.example", "albion.example"));
        _world.Until(() => _raw.IsClosed, 31).ShouldBeTrue();
        _raw.Heard.ShouldContain("connection-timeout");
    }

    [Fact]
    public void Stanza_ThatComesTooSlowly_EndsTheStream()
    {
        Prove();
        _raw.Send("<message from='lib@liberty.exa");
        _world.Run(20);
        _raw.IsClosed.ShouldBeFalse();
        _raw.Send("mple");
        _world.Until(() => _raw.IsClosed, 15).ShouldBeTrue();
        _raw.Heard.ShouldContain("policy-violation");
    }

    [Fact]
    public void Silence_IsBrokenByBlanks_AndEndsTheStreamWhenItIsLong()
    {
        Prove();
        _world.Run(200);
        _raw.Heard.ShouldEndWith("   ");
        _world.Until(() => _raw.Heard.EndsWith("</stream:stream>", StringComparison.Ordinal), 800).ShouldBeTrue();
        _raw.Send("<presence from='lib@liberty.example' to='al@albion.example' type='unavailable'/></stream:stream>");
        _world.Until(() => _raw.IsClosed, 3).ShouldBeTrue();
        _host.Heard.ShouldBe("unavailable", "what was under way is still heard");
    }

    [Fact]
    public void Questions_ToTheServer_AreAnsweredAndOthersRefused()
    {
        Prove();
        foreach (var (id, payload) in ((string, string)[])[("p", "<ping xmlns='urn:xmpp:ping'/>"), ("d", "<query xmlns='http://jabber.org/protocol/disco#info'/>"), ("v", "<query xmlns='jabber:iq:version'/>")])
            _raw.Send($"<iq type='get' id='{id}' from='lib@liberty.example' to='albion.example'>{payload}</iq>");
        _raw.Send("<iq type='set' id='u' from='lib@liberty.example' to='al@albion.example'><x xmlns='urn:x'/></iq><iq type='result' id='r' from='lib@liberty.example' to='al@albion.example'/>");
        _world.Until(() => _authority!.Heard.Contains("id='u'", StringComparison.Ordinal)).ShouldBeTrue(_authority!.Heard);
        _authority.Heard.ShouldContain("type='result' id='p'");
        _authority.Heard.ShouldContain("<feature var='urn:xmpp:ping'/>");
        _authority.Heard.ShouldContain("type='error' id='v'><error type='cancel'><service-unavailable");
        _host.Stanzas.ShouldHaveSingleItem().Id.ShouldBe("r");
    }

    [Fact]
    public void RestNs_OfTheHost_SlowsThePeerAndLosesNothing()
    {
        Prove();
        _host.Resting = _ => MonotonicTime.Second;
        for (var i = 0; i < 10; i++)
            _raw.Send(Hello);
        _world.Run(4);
        _host.Stanzas.Count.ShouldBeInRange(3, 6);
        _world.Until(() => _host.Stanzas.Count == 10, 10).ShouldBeTrue();
    }

    [Fact]
    public void StreamManagement_OfThePeer_IsTakenAndCounted()
    {
        Prove();
        _raw.Send("<enable xmlns='urn:xmpp:sm:3'/>" + Hello + Hello + "<r xmlns='urn:xmpp:sm:3'/>");
        _world.Until(() => _raw.Heard.Contains("<enabled xmlns='urn:xmpp:sm:3'/><a xmlns='urn:xmpp:sm:3' h='2'/>", StringComparison.Ordinal)).ShouldBeTrue(_raw.Heard);
    }

    [Fact]
    public void Close_OfThePeerByTheHost_EndsTheStreamByPolicy()
    {
        Prove();
        _raw.Send(Hello);
        _world.Until(() => _host.Peers.Count == 1).ShouldBeTrue();
        _host.Peers[0].Close("too much");
        _world.Until(() => _raw.IsClosed).ShouldBeTrue();
        _raw.Heard.ShouldContain("policy-violation");
        _raw.Heard.ShouldContain("too much");
    }

    RawServer? _authority;

    void Prove()
    {
        _authority = Authority("valid");
        _raw.Send(RawServer.Header("liberty.example", "albion.example") + "<db:result from='liberty.example' to='albion.example'>key</db:result>");
        _world.Until(() => Valid("albion.example")).ShouldBeTrue(_raw.Heard + _host.Happened);
    }

    bool Valid(string local) => _raw.Heard.Contains($"<db:result from='{local}' to='liberty.example' type='valid'/>", StringComparison.Ordinal);

    /// <summary>The server of liberty.example: takes our proofs, and says of each key what it is told to.</summary>
    RawServer Authority(string verdict)
    {
        var authority = new RawServer(_world, "10.0.0.2");
        authority.Listen("10.0.0.2");
        _world.Locate("liberty.example", NetAddress.Parse("10.0.0.2:5269"));
        authority.Answer = text => string.Concat(Answers(text, verdict));
        return authority;
    }

    static IEnumerable<string> Answers(string text, string verdict)
    {
        if (text.Contains("<stream:stream", StringComparison.Ordinal))
            yield return RawServer.Header("liberty.example", "albion.example", "s9") + "<stream:features><dialback xmlns='urn:xmpp:features:dialback'/></stream:features>";
        foreach (System.Text.RegularExpressions.Match asked in System.Text.RegularExpressions.Regex.Matches(text, "<db:(verify|result) from='([^']*)' to='([^']*)'( id='[^']*')?>"))
            yield return $"<db:{asked.Groups[1]} from='{asked.Groups[3]}' to='{asked.Groups[2]}'{asked.Groups[4]} type='{(asked.Groups[1].Value == "result" ? "valid" : verdict)}'/>";
    }
}
