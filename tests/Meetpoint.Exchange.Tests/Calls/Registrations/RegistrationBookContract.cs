using Meetpoint.Exchange.Calls.Registrations;
using Meetpoint.Exchange.Storage;
using Meetpoint.Exchange.Tests.Interconnect.Limits;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip;
using Meetpoint.Sip.Registrar;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Calls.Registrations;

/// <summary>What the book of registrations keeps, whichever database it is in.</summary>
public abstract class RegistrationBookContract : IAsyncLifetime
{
    const string Alice = "alice@albion.example";

    readonly VirtualWorld _world = new(1);
    readonly VirtualEventLoop _loop;
    readonly SipTransports _transports;
    readonly VirtualWorldClock _clock;
    SwitchedStore _store = null!;
    Store _opened = null!;

    protected RegistrationBookContract()
    {
        _loop = _world.CreateLoop("sip");
        _clock = new VirtualWorldClock(_world);
        _transports = new SipTransports(_world.Network.AddHost("192.0.2.1"), _loop);
        _transports.Listen("udp", SipTransport.Udp, NetAddress.Parse("192.0.2.1:5060"));
    }

    /// <summary>A new database, inline.</summary>
    protected abstract Store Open(IReadOnlyList<Migration> migrations);

    public ValueTask InitializeAsync()
    {
        // In a context of the test framework's, what follows a write would leave this thread.
        SynchronizationContext.SetSynchronizationContext(null);
        _opened = Open(RegistrationRows.Migrations);
        _store = new SwitchedStore(_opened);
        return ValueTask.CompletedTask;
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (_opened is not null)
            await _opened.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Load_OfAnotherProcess_HasEveryPartOfWhatWasPromised()
    {
        const string Contact = "<sip:%61lice@172.16.0.9:5062;ob>;audio;+sip.instance=\"<urn:uuid:1>\";reg-id=1;q=0.25;expires=600";
        Register(Book(), $"Supported: path, outbound\nUser-Agent: Some phone\nPath: <sip:a@192.0.2.9;lr>, <sip:b@192.0.2.8;lr;ob>\nContact: {Contact}").Status.ShouldBe(200);
        var before = Store(reader => RegistrationRows.Of(reader, Alice)).ShouldHaveSingleItem();

        var again = Book();
        again.Load();
        var loaded = again.List(null).ShouldHaveSingleItem();
        loaded.Address.ShouldBe(Alice);
        loaded.Binding.ShouldBeEquivalentTo(before);
        before.Contact.ShouldBe("sip:%61lice@172.16.0.9:5062;ob");
        (before.Q, before.Instance, before.RegId, before.IsOutbound, before.UserAgent).ShouldBe((250, "<urn:uuid:1>", 1, true, "Some phone"));
        before.Path.ShouldBe(["<sip:a@192.0.2.9;lr>", "<sip:b@192.0.2.8;lr;ob>"]);
        var target = again.Targets(Alice.ToUpperInvariant()).ShouldHaveSingleItem().ShouldHaveSingleItem();
        target.RequestUri.ShouldBe(before.Contact);
        target.Flow!.Remote.ShouldBe(NetAddress.Parse("192.0.2.9:5060"));
        target.Flow.ListenerName.ShouldBe("udp");
    }

    [Fact]
    public void Register_Refreshed_IsOneRow()
    {
        var book = Book();
        Register(book, "Contact: <sip:alice@172.16.0.9>;expires=600");
        Register(book, "Contact: <sip:alice@172.16.0.9>;expires=300", cseq: 2);
        Store(reader => RegistrationRows.Of(reader, Alice)).ShouldHaveSingleItem().CSeq.ShouldBe(2u);
        book.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("Contact: <sip:alice@172.16.0.9>;expires=5", 423)]
    [InlineData("Contact: *", 400)]
    public void Register_Refused_ChangesNothing(string headers, int status)
    {
        var book = Book();
        Register(book, "Contact: <sip:alice@172.16.0.8>");
        Register(book, headers, cseq: 2).Status.ShouldBe(status);
        Store(reader => RegistrationRows.Of(reader, Alice)).ShouldHaveSingleItem().CSeq.ShouldBe(1u);
    }

    [Fact]
    public void Register_StoreAway_Is500AndChangesNothing()
    {
        var book = Book();
        _store.IsAway = true;
        Register(book, "Contact: <sip:alice@172.16.0.9>").Status.ShouldBe(500);
        book.Targets(Alice).ShouldBeEmpty();
        _store.IsAway = false;
        Register(book, "Contact: <sip:alice@172.16.0.9>", cseq: 2).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Remove_ByTheOperator_IsGoneAndASecondTimeItIsNot()
    {
        var book = Book();
        Register(book, "Contact: <sip:alice@172.16.0.9>");
        var id = book.List(Alice).Single().Binding.Id;
        var first = book.RemoveAsync(id);
        var second = book.RemoveAsync(id);
        _world.RunFor(MonotonicTime.Millisecond);
        (await first, await second).ShouldBe((true, false));
        book.Targets(Alice).ShouldBeEmpty();
        Store(reader => RegistrationRows.Of(reader, Alice)).ShouldBeEmpty();
    }

    [Fact]
    public void Sweep_AfterTheirTime_TakesThemAwayAndRefreshedOnesNot()
    {
        var book = Book();
        Register(book, "Contact: <sip:alice@172.16.0.8>;expires=100, <sip:alice@172.16.0.9>;expires=100");
        _world.RunFor(60 * MonotonicTime.Second);
        Register(book, "Contact: <sip:alice@172.16.0.9>;expires=100", cseq: 2);
        _world.RunFor(50 * MonotonicTime.Second);
        On(book.Sweep);
        (book.Count, Store(reader => RegistrationRows.Of(reader, Alice)).Count).ShouldBe((1, 1));
        _world.RunFor(51 * MonotonicTime.Second);
        On(book.Sweep);
        (book.Count, Store(reader => RegistrationRows.Of(reader, Alice)).Count).ShouldBe((0, 0));
    }

    [Fact]
    public void IsReachedBy_TheFlowOfABinding_AsLongAsThereIsOne()
    {
        var book = Book();
        Register(book, "Contact: <sip:alice@172.16.0.8>, <sip:alice@172.16.0.9>");
        book.IsReachedBy(Flow()).ShouldBeTrue();
        Register(book, "Contact: <sip:alice@172.16.0.8>;expires=0", cseq: 2);
        book.IsReachedBy(Flow()).ShouldBeTrue();
        Register(book, "Contact: *\nExpires: 0", cseq: 3);
        book.IsReachedBy(Flow()).ShouldBeFalse();
    }

    RegistrationBook Book() => new(_store, _loop, _clock, new Ids(_clock, new SeededRandomness(4)), new RegistrarPolicy(), _transports.Reach);

    SipFlow Flow() => _transports.Reach(new SipTarget(SipTransport.Udp, NetAddress.Parse("192.0.2.9:5060")))!;

    RegisterAnswer Register(RegistrationBook book, string headers, int cseq = 1)
    {
        var message = new SipMessage();
        message.TryParse(System.Text.Encoding.UTF8.GetBytes($"""
            REGISTER sip:albion.example SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bKone
            Via: SIP/2.0/UDP 172.16.0.9:5060;branch=z9hG4bKtwo
            Max-Forwards: 70
            From: <sip:alice@albion.example>;tag=r1
            To: <sip:alice@albion.example>
            Call-ID: a
            CSeq: {cseq} REGISTER
            {headers}
            Content-Length: 0


            """.ReplaceLineEndings("\r\n")), out var error).ShouldBeTrue(error.ToString());
        if (RegisterRequest.Read(message, book.Policy, out var refusal) is not { } request)
            return refusal!;
        RegisterAnswer? answer = null;
        On(() => book.Register(Alice, request, Flow(), (said, _) => answer = said));
        return answer.ShouldNotBeNull("a REGISTER is answered");
    }

    void On(Action work)
    {
        _loop.Post(work);
        _world.RunFor(MonotonicTime.Millisecond);
    }

    T Store<T>(Func<StoreReader, T> query) => _store.Read(query);

    sealed class VirtualWorldClock(VirtualWorld world) : IClock
    {
        public Instant GetCurrentInstant() => Instant.FromUtc(2026, 1, 1, 0, 0) + Duration.FromNanoseconds(world.NowNs);
    }
}
