using System.Text;
using Meetpoint.Media.Ice;
using Meetpoint.Net;
using Meetpoint.Net.Stun;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Media.Tests.Ice;

public sealed class IceLiteAgentTests
{
    const string Home = "198.51.100.7:50000";
    const string Mobile = "203.0.113.9:61000";
    const long Begin = 100 * MonotonicTime.Second;

    readonly IceLiteAgent _agent;
    readonly FullPeer _peer;

    public IceLiteAgentTests()
    {
        _agent = new IceLiteAgent(FullPeer.Credentials(1));
        _peer = new FullPeer(_agent);
        _agent.SetRemote(_peer.Local);
    }

    [Theory]
    [InlineData(Home)]
    [InlineData("[2001:db8::7]:50000")]
    public void ACheck_IsAnsweredWithItsAddress_SignedAndWithAFingerprint(string from)
    {
        var answer = _peer.Check(from, Begin);
        answer.IsValid.ShouldBeTrue();
        answer.SelectedChanged.ShouldBeFalse("it nominates nothing");
        _peer.Mapped().ShouldBe(from);
        _agent.Selected.ShouldBe(NetAddress.None);
        _agent.TryGetDestination(Begin, out var to, out _).ShouldBeTrue("a handshake may begin before the nomination");
        to.ToString().ShouldBe(from);
    }

    [Fact]
    public void RegularNomination_SelectsThePair()
    {
        _peer.Check(Home, Begin);
        _peer.Check(Mobile, Begin);
        _peer.Check(Mobile, Begin, nominates: true, socket: 0).SelectedChanged.ShouldBeTrue();
        _agent.Selected.ToString().ShouldBe(Mobile);
        _agent.SelectedSocket.ShouldBe(0);
        _peer.Check(Mobile, Begin, nominates: true).SelectedChanged.ShouldBeFalse("it is selected already");
    }

    [Fact]
    public void AggressiveNomination_SelectsThePairOfHighestPriority()
    {
        _peer.Check(Mobile, Begin, nominates: true, priority: 10).SelectedChanged.ShouldBeTrue();
        _peer.Check(Home, Begin, nominates: true, priority: 20).SelectedChanged.ShouldBeTrue();
        _peer.Check("192.0.2.66:9", Begin, nominates: true, priority: 5).SelectedChanged.ShouldBeFalse();
        _agent.Selected.ToString().ShouldBe(Home);
    }

    [Fact]
    public void APairOfLowerPriority_NominatedAgainAndAgain_TakesOver()
    {
        _peer.Check(Home, Begin, nominates: true, priority: 20);
        _peer.Check(Mobile, Begin, nominates: true, priority: 10).SelectedChanged.ShouldBeFalse();
        _peer.Check(Home, Begin, nominates: true, priority: 20);
        _peer.Check(Mobile, Begin, nominates: true, priority: 10).SelectedChanged.ShouldBeFalse("the selected one was nominated between");
        _peer.Check(Mobile, Begin, nominates: true, priority: 10).SelectedChanged.ShouldBeTrue();
        _agent.Selected.ToString().ShouldBe(Mobile);
    }

    [Fact]
    public void OneAddressByTwoSockets_IsTwoPairs()
    {
        _peer.Check(Home, Begin, nominates: true, priority: 10, socket: 0);
        _peer.Check(Home, Begin, nominates: true, priority: 20, socket: 1).SelectedChanged.ShouldBeTrue();
        _agent.SelectedSocket.ShouldBe(1);
        _agent.Accepts(NetAddress.Parse(Home), Begin, 2).ShouldBeFalse();
    }

    [Fact]
    public void Consent_EndsThirtySecondsAfterTheLastCheck_AndTheNextBestNominatedPairIsSelected()
    {
        _peer.Check(Home, Begin, nominates: true, priority: 20);
        _peer.Check(Mobile, Begin + (10 * MonotonicTime.Second), nominates: true, priority: 10);
        _agent.Tick(Begin + IceLiteAgent.ConsentNs - 1).ShouldBeFalse();
        _agent.Tick(Begin + IceLiteAgent.ConsentNs).ShouldBeTrue();
        _agent.Selected.ToString().ShouldBe(Mobile);
        _agent.Accepts(NetAddress.Parse(Home), Begin + IceLiteAgent.ConsentNs).ShouldBeFalse();
        _agent.Tick(Begin + IceLiteAgent.ConsentNs + (10 * MonotonicTime.Second)).ShouldBeTrue();
        _agent.Selected.ShouldBe(NetAddress.None);
        _agent.TryGetDestination(Begin + IceLiteAgent.ConsentNs + (10 * MonotonicTime.Second), out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void Checks_RenewConsent()
    {
        for (var i = 0; i < 10; i++)
        {
            _peer.Check(Home, Begin + (i * 20 * MonotonicTime.Second), nominates: true);
            _agent.Tick(Begin + (i * 20 * MonotonicTime.Second)).ShouldBeFalse();
        }
    }

    [Fact]
    public void Restart_TheOldGoOnUntilThePeerNominatesByTheNew()
    {
        _peer.Check(Home, Begin, nominates: true, priority: 20);
        var (oldPeer, oldAgent, newPeer) = (_peer.Local, _peer.Agent, FullPeer.Credentials(9));
        _agent.Restart(FullPeer.Credentials(8), newPeer);
        _agent.IsRestarting.ShouldBeTrue();
        _agent.Selected.ToString().ShouldBe(Home);
        _peer.Check(Home, Begin, nominates: true, priority: 20).IsValid.ShouldBeTrue("the peer may not have heard of it yet");
        _peer.Mapped().ShouldBe(Home, "signed with the old password");

        (_peer.Local, _peer.Agent) = (newPeer, _agent.Local);
        _peer.Check(Mobile, Begin, priority: 10).IsValid.ShouldBeTrue();
        _agent.Selected.ToString().ShouldBe(Home, "nothing is nominated yet");
        _peer.Check(Mobile, Begin, nominates: true, priority: 10).SelectedChanged.ShouldBeTrue("its priority does not matter");
        _agent.Selected.ToString().ShouldBe(Mobile);
        _agent.IsRestarting.ShouldBeFalse();
        _agent.Accepts(NetAddress.Parse(Home), Begin).ShouldBeFalse("its credentials hold no more");

        (_peer.Local, _peer.Agent) = (oldPeer, oldAgent);
        _peer.Check(Home, Begin).IsValid.ShouldBeFalse();
        _peer.Error().ShouldBe(401);
    }

    [Fact]
    public void RoleConflict_Is487_AndTeachesNothing()
    {
        _peer.Check(Home, Begin, nominates: true, isControlled: true).IsValid.ShouldBeFalse();
        _peer.Error().ShouldBe(487);
        _agent.Selected.ShouldBe(NetAddress.None);
        _agent.Accepts(NetAddress.Parse(Home), Begin).ShouldBeFalse();
    }

    [Fact]
    public void WithoutCredentials_Is400_AndWrongOnes401()
    {
        var bare = _peer.Begin();
        _peer.Send(_peer.Written(bare), Home, Begin).IsValid.ShouldBeFalse();
        _peer.Error().ShouldBe(400);

        var unsigned = _peer.Begin();
        unsigned.Bytes(StunAttribute.Username, Encoding.ASCII.GetBytes($"{_agent.Local.UserFragment}:{_peer.Local.UserFragment}"));
        _peer.Send(_peer.Written(unsigned), Home, Begin);
        _peer.Error().ShouldBe(400);

        _peer.Agent = FullPeer.Credentials(77);
        _peer.Check(Home, Begin);
        _peer.Error().ShouldBe(401, "another's fragment");
        IceCredentials.TryCreate(_agent.Local.UserFragment, "notthepasswordbutlongenough", out var guessed).ShouldBeTrue();
        _peer.Agent = guessed;
        _peer.Check(Home, Begin);
        _peer.Error().ShouldBe(401, "a wrong password");
        (_peer.Agent, _peer.Local) = (_agent.Local, FullPeer.Credentials(78));
        _peer.Check(Home, Begin);
        _peer.Error().ShouldBe(401, "not who was asked for");
    }

    [Fact]
    public void AnAttributeThatMustBeUnderstood_Is420AndNamesIt()
    {
        var check = _peer.Begin();
        check.Bytes(StunAttribute.Username, Encoding.ASCII.GetBytes($"{_agent.Local.UserFragment}:{_peer.Local.UserFragment}"));
        check.UInt32((StunAttribute)0x7777, 1);
        check.UInt32((StunAttribute)0xC001, 1);
        check.Sign(_agent.Local.PasswordBytes);
        check.Fingerprint();
        _peer.Send(_peer.Written(check), Home, Begin).IsValid.ShouldBeFalse();
        _peer.Error().ShouldBe(420);
        StunMessage.TryRead(_peer.Response, out var response).ShouldBeTrue();
        response.TryGet(StunAttribute.UnknownAttributes, out var unknown).ShouldBeTrue();
        Convert.ToHexString(unknown).ShouldBe("7777");
        response.IsSignedBy(_agent.Local.PasswordBytes).ShouldBeTrue();
    }

    [Theory]
    [InlineData(40)] // the username
    [InlineData(4)] // the cookie
    [InlineData(9)] // the transaction id
    public void ASpoiledCheck_IsSilence(int at)
    {
        _peer.Check(Home, Begin, spoil: bytes => bytes[at] ^= 1).ShouldBe(default);
        _peer.Length.ShouldBe(0);
    }

    [Fact]
    public void AStranger_IsHeardSoOftenASecondAndNoMore_AndDoesNotShutThePeerOut()
    {
        var (right, wrong) = (_peer.Agent, FullPeer.Credentials(77));
        _peer.Agent = right;
        _peer.Check(Home, Begin, nominates: true);
        _peer.Agent = wrong;
        int heard = 0, heardInAll = 0;
        for (var i = 0; i < 200; i++)
        {
            _peer.Check("192.0.2.66:9", Begin);
            heard += _peer.Length > 0 ? 1 : 0;
        }

        for (var i = 0; i < 2000; i++)
        {
            _peer.Check($"192.0.2.67:{1000 + i}", Begin);
            heardInAll += _peer.Length > 0 ? 1 : 0;
        }

        heard.ShouldBe(IceLiteAgent.MaxStrangerChecksPerSecond);
        heardInAll.ShouldBe(IceLiteAgent.MaxStrangerChecksPerSecondInAll - heard - 1, "the peer's first check was a stranger's too");
        _peer.Agent = right;
        _peer.Check(Home, Begin).IsValid.ShouldBeTrue("who is known is no stranger");
        _peer.Check(Mobile, Begin + MonotonicTime.Second).IsValid.ShouldBeTrue("a second later strangers are heard again");
    }

    [Fact]
    public void MorePairsThanAreKept_GiveUpTheStalest_NotTheSelected()
    {
        _peer.Check(Home, Begin, nominates: true);
        for (var i = 0; i < 2 * IceLiteAgent.MaxPairs; i++)
            _peer.Check($"203.0.113.9:{1000 + i}", Begin + ((1 + i) * 100 * MonotonicTime.Millisecond)).IsValid.ShouldBeTrue();
        var end = Begin + (10 * MonotonicTime.Second);
        _agent.Accepts(NetAddress.Parse(Home), end).ShouldBeTrue();
        _agent.Selected.ToString().ShouldBe(Home);
        Enumerable.Range(0, 2 * IceLiteAgent.MaxPairs).Count(i => _agent.Accepts(NetAddress.Parse($"203.0.113.9:{1000 + i}"), end)).ShouldBe(IceLiteAgent.MaxPairs - 1);
    }

    [Fact]
    public void BeforeThePeersCredentialsAreKnown_AnyOfItsFragmentsIsTaken()
    {
        var agent = new IceLiteAgent(FullPeer.Credentials(1));
        new FullPeer(agent).Check(Home, Begin).IsValid.ShouldBeTrue();
    }

    [Fact]
    public void AnyBytes_NeitherThrowNorSelect()
    {
        var random = new Random(11);
        var valid = new byte[StunMessage.MaxBytes];
        var length = 0;
        // By who knows the fragments, but not the password: whatever a flip leaves as it was, it is not valid.
        IceCredentials.TryCreate(_agent.Local.UserFragment, "notthepasswordbutlongenough", out var guessed).ShouldBeTrue();
        _peer.Agent = guessed;
        _peer.Check(Home, Begin, nominates: true, spoil: bytes =>
        {
            bytes.CopyTo(valid);
            length = bytes.Length;
            bytes[4] = 0;
        });
        for (var i = 0; i < 50_000; i++)
        {
            var datagram = i % 2 == 0 ? new byte[random.Next(0, 200)] : valid.AsSpan(0, random.Next(1, length + 1)).ToArray();
            if (i % 2 == 0)
                random.NextBytes(datagram);
            for (var flips = random.Next(1, 4); flips > 0 && datagram.Length > 0; flips--)
                datagram[random.Next(datagram.Length)] ^= (byte)random.Next(1, 256);
            // A length and a fingerprint that are right take it further in.
            if (random.Next(2) == 0 && datagram.Length >= 28 && datagram.Length % 4 == 0)
            {
                Convert.FromHexString("2112A442").CopyTo(datagram.AsSpan(4));
                (datagram[0], datagram[2], datagram[3]) = (0, (byte)((datagram.Length - 20) >> 8), (byte)(datagram.Length - 20));
            }

            _peer.Send(datagram, "192.0.2.66:9", Begin + (i * 20 * MonotonicTime.Millisecond)).IsValid.ShouldBeFalse();
            IceLiteAgent.TryReadUserFragment(datagram, out _);
        }

        _agent.Selected.ShouldBe(NetAddress.None);
    }

    [Fact]
    public void ACheck_AllocatesNothing()
    {
        for (var i = 0; i < 50; i++)
            _peer.Check(Home, Begin);
        var check = _peer.Begin();
        check.Bytes(StunAttribute.Username, Encoding.ASCII.GetBytes($"{_agent.Local.UserFragment}:{_peer.Local.UserFragment}"));
        check.Sign(_agent.Local.PasswordBytes);
        check.Fingerprint();
        var datagram = _peer.Written(check).ToArray();
        var response = new byte[IceLiteAgent.MaxResponseBytes];
        var from = NetAddress.Parse(Home);
        var valid = 0;
        for (var i = 0; i < 100; i++)
            valid += _agent.OnDatagram(datagram, from, Begin, response).IsValid ? 1 : 0;
        var before = Allocations.Begin();
        for (var i = 0; i < 100; i++)
            valid += _agent.OnDatagram(datagram, from, Begin, response).IsValid ? 1 : 0;
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        valid.ShouldBe(200);
    }

    [Fact]
    public void OnASharedSocket_TheFragmentSaysWhoseItIs()
    {
        var fragment = "";
        _peer.Check(Home, Begin, spoil: bytes => fragment = IceLiteAgent.TryReadUserFragment(bytes, out var found) ? Encoding.ASCII.GetString(found) : "none");
        fragment.ShouldBe(_agent.Local.UserFragment);
    }
}
