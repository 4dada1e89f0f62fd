using Meetpoint.Media.Dtls;
using Meetpoint.Media.Relay;
using Meetpoint.Media.Tests.Dtls;
using Shouldly;

namespace Meetpoint.Media.Tests.Relay;

/// <summary>A side whose keys come by DTLS on the relay's own ports (RFC 5764); the other is plain.</summary>
public sealed class RelayDtlsTests : IDisposable
{
    readonly DtlsContext _ours = DtlsWorld.NewContext();
    readonly DtlsContext _theirs = DtlsWorld.NewContext();
    readonly List<Association> _associations = [];

    public void Dispose()
    {
        foreach (var association in _associations)
            association.Dispose();
        _ours.Dispose();
        _theirs.Dispose();
    }

    [Theory]
    [InlineData(DtlsRole.Server, true)]
    [InlineData(DtlsRole.Client, true)]
    [InlineData(DtlsRole.Server, false)]
    [InlineData(DtlsRole.Client, false)]
    public void Configure_Handshake_RtpAndRtcpPassBothWays(DtlsRole role, bool isMuxed)
    {
        var world = new RelayWorld();
        world.Configure(RelaySide.B);
        var rtp = Peer(world, world.A, role, onControlPort: false);
        var rtcp = isMuxed ? null : Peer(world, world.A, role, onControlPort: true);
        if (isMuxed)
            world.A.ControlKeys = null;
        if (role == DtlsRole.Server)
            Configure(world, role, isMuxed);
        rtp.Start();
        rtcp?.Start();
        if (role == DtlsRole.Client)
            Configure(world, role, isMuxed); // whose peer must listen by then
        world.RunMs(100);

        rtp.Endpoint.State.ShouldBe(DtlsState.Connected);
        var fromA = world.A.SendAudio();
        var fromB = world.B.SendAudio();
        world.A.SendReport(1UL << 40);
        world.B.SendReport(1UL << 41);
        world.RunMs(20);
        world.B.Heard.ShouldHaveSingleItem().ShouldBe(fromA);
        world.A.Heard.ShouldHaveSingleItem().ShouldBe(fromB);
        world.B.ReportsOnRtcp.Count.ShouldBe(1);
        (isMuxed ? world.A.ReportsOnRtp : world.A.ReportsOnRtcp).Count.ShouldBe(1);
        world.A.NotOpened.ShouldBe(0);
    }

    [Fact]
    public void Configure_SameTermsAgain_KeepsTheKeysAndAnotherIdRenewsThem()
    {
        var world = new RelayWorld();
        world.Configure(RelaySide.B);
        var first = Peer(world, world.A, DtlsRole.Server, onControlPort: false);
        Configure(world, DtlsRole.Server, isMuxed: true);
        first.Start();
        world.RunMs(100);
        Configure(world, DtlsRole.Server, isMuxed: true);
        world.Talk(world.A, 2);
        world.B.Heard.Count.ShouldBe(2, "terms that are the same change nothing");

        Configure(world, DtlsRole.Server, isMuxed: true, id: "another");
        world.Talk(world.A, 1);
        world.B.Heard.Count.ShouldBe(3, "the keys before are used until there are new ones");
        var before = world.A.Keys;
        Peer(world, world.A, DtlsRole.Server, onControlPort: false).Start();
        world.RunMs(100);
        world.A.Keys.ShouldNotBe(before);
        world.Talk(world.A, 1);
        world.B.Heard.Count.ShouldBe(4);
    }

    [Fact]
    public void OnDatagram_FlightAheadOfItsAnswer_IsNotLost()
    {
        var world = new RelayWorld();
        world.Configure(RelaySide.B);
        var peer = Peer(world, world.A, DtlsRole.Server, onControlPort: false);
        peer.Start();
        world.RunMs(20);
        Configure(world, DtlsRole.Server, isMuxed: true);
        world.RunMs(50);
        peer.Endpoint.State.ShouldBe(DtlsState.Connected, "nothing was sent again in this time");
    }

    [Fact]
    public void Configure_CertificateOfAnother_PassesNothingAndIsTold()
    {
        var world = new RelayWorld();
        world.Configure(RelaySide.B);
        var peer = Peer(world, world.A, DtlsRole.Server, onControlPort: false);
        using var expected = DtlsWorld.NewContext();
        world.Configure(RelaySide.A, a => a with { IsMuxed = true, Handshake = new RelayHandshake(_ours, DtlsRole.Server, expected.Fingerprint) });
        peer.Start();
        world.RunMs(100);
        world.A.Keys = null;
        world.A.SendAudio();
        world.B.SendAudio();
        world.RunMs(20);
        world.FailedKeys.ShouldContain((RelaySide.A, DtlsFailure.FingerprintMismatch));
        world.B.Heard.ShouldBeEmpty();
        world.A.Heard.ShouldBeEmpty();
    }

    [Fact]
    public void OnDatagram_StrangerFirst_ShutsNobodyOut()
    {
        var world = new RelayWorld();
        world.Configure(RelaySide.B);
        var stranger = world.AddPeer(6000);
        stranger.Remote = world.A.Remote;
        using var other = DtlsWorld.NewContext();
        var forged = new Association(world, stranger, DtlsRole.Client, other, _ours.Fingerprint, onControlPort: false);
        _associations.Add(forged);
        Configure(world, DtlsRole.Server, isMuxed: true);
        forged.Start();
        world.RunMs(1);
        var peer = Peer(world, world.A, DtlsRole.Server, onControlPort: false);
        peer.Start();
        world.RunMs(500);
        peer.Endpoint.State.ShouldBe(DtlsState.Connected);
        world.Talk(world.A, 1);
        world.B.Heard.Count.ShouldBe(1);
    }

    void Configure(RelayWorld world, DtlsRole role, bool isMuxed, string id = "one") => world.Configure(
        RelaySide.A, a => a with { IsMuxed = isMuxed, Handshake = new RelayHandshake(_ours, role, _theirs.Fingerprint, id) });

    Association Peer(RelayWorld world, RelayPeer peer, DtlsRole relay, bool onControlPort)
    {
        var role = relay == DtlsRole.Server ? DtlsRole.Client : DtlsRole.Server;
        var association = new Association(world, peer, role, _theirs, _ours.Fingerprint, onControlPort);
        _associations.Add(association);
        return association;
    }

    /// <summary>The peer's end of an association, on one of its ports.</summary>
    sealed class Association : IDtlsOutput, IDisposable
    {
        readonly RelayWorld _world;
        readonly RelayPeer _peer;
        readonly bool _onControlPort;

        public Association(RelayWorld world, RelayPeer peer, DtlsRole role, DtlsContext context, DtlsFingerprint expected, bool onControlPort)
        {
            (_world, _peer, _onControlPort) = (world, peer, onControlPort);
            Endpoint = new DtlsEndpoint(role, context, expected, this);
            var others = onControlPort ? peer.Records : null;
            peer.Records = (bytes, control) =>
            {
                if (control == onControlPort)
                    OnRecord(bytes);
                else
                    others?.Invoke(bytes, control);
            };
        }

        public DtlsEndpoint Endpoint { get; }

        public void Start() => _world.PeerLoop.Post(() => Endpoint.Start(_world.NowNs));

        public void SendDatagram(ReadOnlySpan<byte> datagram) => _peer.SendRaw(datagram.ToArray(), _onControlPort);

        public void Dispose() => Endpoint.Dispose();

        void OnRecord(byte[] bytes)
        {
            Endpoint.OnDatagram(bytes, _world.NowNs);
            if (!Endpoint.TryTakeSrtp(out var keys))
                return;
            if (_onControlPort)
                _peer.ControlKeys = keys;
            else
                _peer.Keys = keys;
        }
    }
}
