using Meetpoint.Exchange.Support.Trace;
using Meetpoint.Sip;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Support.Trace;

public sealed class TraceLookupTests : IDisposable
{
    const string Session = "0123456789abcdef0123456789abcdef";
    const string Other = "fedcba9876543210fedcba9876543210";
    const string None = "00000000000000000000000000000000";

    readonly TraceFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("alice", true)]
    [InlineData("ALICE", true)]
    [InlineData("alice@a.example", true)]
    [InlineData("sip:alice@a.example:5060;transport=tcp", true)]
    [InlineData("alice@b.example", false)]
    [InlineData("+442079460001", true)]
    [InlineData("+44 (20) 7946-0001", true)]
    [InlineData("tel:+442079460001", true)]
    [InlineData("02079460001", true)]
    [InlineData("00442079460001", true)]
    [InlineData("0001", false)]
    [InlineData("+442079460002", false)]
    [InlineData("assured", true)]
    [InlineData("contact", true)]
    [InlineData("leg-1", true)]
    [InlineData("gw", true)]
    [InlineData("192.0.2.7", true)]
    [InlineData("192.0.2.7:5060", true)]
    [InlineData("192.0.2.7:5061", false)]
    [InlineData("192.0.2.8", false)]
    [InlineData(Session, true)]
    [InlineData("lic", false)]
    public void Find_ByEachOfItsNames_FindsTheCall(string address, bool isFound)
    {
        _files.Add(TraceFiles.Sip(
            "INVITE sip:+442079460001@b.example;user=phone SIP/2.0", "leg-1",
            more: $"P-Asserted-Identity: \"A\" <sip:assured@a.example>\nContact: <sip:contact@192.0.2.7>\nSession-ID: {Session};remote={None}"));
        Find(address).Count.ShouldBe(isFound ? 1 : 0);
    }

    [Fact]
    public void Find_BothLegsOfARelayedCall_StandInOneSessionInOrder()
    {
        _files.Add(TraceFiles.Sip("INVITE sip:x@b SIP/2.0", "leg-1", from: "sip:carol@a", more: $"Session-ID: {Session};remote={None}"));
        _files.Add(TraceFiles.Sip("INVITE sip:x@b SIP/2.0", "unrelated", from: "sip:dave@a", more: $"Session-ID: {Other};remote={None}"));
        _files.Add(TraceFiles.Sip("INVITE sip:x@b SIP/2.0", "leg-2", from: "sip:hidden@x", more: $"Session-ID: {Session};remote={None}"), what: SipTapEvent.Sent);
        _files.Add(TraceFiles.Sip("SIP/2.0 200 OK", "leg-2", from: "sip:hidden@x", more: $"Session-ID: {"aa" + Session[2..]};remote={Session}"));
        _files.Add(TraceFiles.Sip("SIP/2.0 200 OK", "leg-1", from: "sip:carol@a", more: $"Session-ID: {"aa" + Session[2..]};remote={Session}"), what: SipTapEvent.Sent);
        var session = Find("carol").ShouldHaveSingleItem();
        session.Name.ShouldBe(Session);
        session.Positions.Count.ShouldBe(4);
        session.Positions.ShouldBeInOrder();
        Find("leg-2").ShouldHaveSingleItem().Positions.ShouldBe(session.Positions);
    }

    [Fact]
    public void Find_LegsWithTheSameIcid_StandInOneSession()
    {
        _files.Add(TraceFiles.Sip("INVITE sip:x@b SIP/2.0", "leg-1", from: "sip:carol@a", more: $"P-Charging-Vector: icid-value=\"{Session}\";icid-generated-at=192.0.2.1"));
        _files.Add(TraceFiles.Sip("INVITE sip:x@b SIP/2.0", "leg-2", from: "sip:hidden@x", more: $"P-Charging-Vector: orig-ioi=a;icid-value={Session}"));
        Find("carol").ShouldHaveSingleItem().Positions.Count.ShouldBe(2);
    }

    [Fact]
    public void Find_NullHalves_JoinNothing()
    {
        for (var i = 0; i < 3; i++)
            _files.Add(TraceFiles.Sip("INVITE sip:x@b SIP/2.0", $"leg-{i}", more: $"Session-ID: {None};remote={None}"));
        Find("alice").Count.ShouldBe(3);
    }

    [Fact]
    public void Find_SeveralSessions_GivesTheNewestFirstAndPagesOn()
    {
        for (var i = 0; i < 5; i++)
            _files.Add(TraceFiles.Sip("INVITE sip:x@b SIP/2.0", $"leg-{i}"));
        var first = Find("alice", limit: 2);
        first.Select(session => session.Name).ShouldBe(["leg-4", "leg-3"]);
        Find("alice", before: first[^1].First, limit: 9).Select(session => session.Name).ShouldBe(["leg-2", "leg-1", "leg-0"]);
        Find("alice", since: TraceFiles.At(3)).Select(session => session.Name).ShouldBe(["leg-4", "leg-3"]);
    }

    [Fact]
    public void Find_AsAProvider_SeesItsOwnNeighboursOnly()
    {
        _files.Add(TraceFiles.Sip("INVITE sip:x@b SIP/2.0", "leg-1", more: $"Session-ID: {Session};remote={None}"), "albion-gw", "albion");
        _files.Add(TraceFiles.Sip("INVITE sip:y@c SIP/2.0", "leg-2", from: "sip:secret@x", more: $"Session-ID: {Session};remote={None}"), "liberty-gw", "liberty");
        Find("alice", sees: record => record.Provider == "albion").ShouldHaveSingleItem().Positions.Count.ShouldBe(1);
        Find("secret", sees: record => record.Provider == "albion").ShouldBeEmpty("what the other side says finds nothing either");
        Find("alice").ShouldHaveSingleItem().Positions.Count.ShouldBe(2);
    }

    [Fact]
    public void Find_MessagesWithoutCallId_AreFoundByTheirSender()
    {
        _files.Add("garbage", "", "", SipTapEvent.Dropped, "198.51.100.1:9");
        _files.Add("more garbage", "", "", SipTapEvent.Dropped, "198.51.100.1:9");
        Find("198.51.100.1").ShouldHaveSingleItem().Positions.Count.ShouldBe(2);
    }

    [Fact]
    public void Find_SessionOfVeryManyMessages_GivesTheNewest()
    {
        for (var i = 0; i < TraceLimits.MessagesPerSession + 5; i++)
            _files.Add(TraceFiles.Sip("OPTIONS sip:x@b SIP/2.0", "one"));
        var session = Find("alice").ShouldHaveSingleItem();
        session.IsCut.ShouldBeTrue();
        session.Positions.Count.ShouldBe(TraceLimits.MessagesPerSession);
        session.Positions[0].ShouldBeGreaterThan(session.First);
    }

    [Fact]
    public void Follow_LegThatIsFoundOutLater_IsToldOnceAndUnderTheSameName()
    {
        TraceQuery.TryParse("carol", out var query).ShouldBeTrue();
        var follower = new TraceFollower(_files.Ring, query, _ => true, Instant.MinValue, 0);
        var told = new List<string>();
        void Read() => follower.Read(100, (session, record) => told.Add($"{session} {record.Position}"));
        _files.Add(TraceFiles.Sip("INVITE sip:x@b SIP/2.0", "leg-1", from: "sip:hidden@a", more: $"Session-ID: {Session};remote={None}"));
        Read();
        told.ShouldBeEmpty();
        _files.Add(TraceFiles.Sip("INVITE sip:carol@b SIP/2.0", "leg-2", more: $"Session-ID: {Session};remote={None}"));
        Read();
        told.Count.ShouldBe(2, "the first leg with the second");
        _files.Add(TraceFiles.Sip("SIP/2.0 200 OK", "leg-1", from: "sip:hidden@a"));
        Read();
        Read();
        told.Count.ShouldBe(3);
        told.ShouldAllBe(line => line.StartsWith(Session, StringComparison.Ordinal));
    }

    [Fact]
    public void Follow_FromNow_TellsOfCallsThatAreUpWhatComesFromNow()
    {
        TraceQuery.TryParse("carol", out var query).ShouldBeTrue();
        _files.Add(TraceFiles.Sip("INVITE sip:x@b SIP/2.0", "leg-1", from: "sip:carol@a"));
        _files.Add(TraceFiles.Sip("BYE sip:x@b SIP/2.0", "leg-1", from: "sip:x@a", to: "sip:y@b"));
        var told = new List<ulong>();
        new TraceFollower(_files.Ring, query, _ => true, TraceFiles.At(1), 0).Read(100, (_, record) => told.Add(record.Position));
        told.ShouldHaveSingleItem();
        var again = new List<ulong>();
        new TraceFollower(_files.Ring, query, _ => true, Instant.MinValue, told[0] + 1).Read(100, (_, record) => again.Add(record.Position));
        again.ShouldBeEmpty("it was told before the stream broke off");
    }

    List<TracedSession> Find(string address, Predicate<TraceRecord>? sees = null, Instant? since = null, ulong? before = null, int limit = 100)
    {
        TraceQuery.TryParse(address, out var query).ShouldBeTrue();
        return TraceLookup.Find(_files.Ring, query, sees ?? (_ => true), since, before, limit);
    }
}
