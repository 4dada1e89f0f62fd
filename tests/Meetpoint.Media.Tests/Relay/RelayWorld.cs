using Meetpoint.Media.Dtls;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Relay;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Shouldly;

namespace Meetpoint.Media.Tests.Relay;

/// <summary>A relay between two peers on the virtual network, with what its owner hears of it.</summary>
sealed class RelayWorld : IMediaRelayEvents
{
    readonly VirtualWorld _world = new(7);
    readonly VirtualEventLoop _signalling;
    readonly string _format;
    int _hosts = 20;

    public RelayWorld(bool ipv6 = false, int loops = 1, int pairs = 20, MediaRelayOptions? options = null, bool opensRelay = true)
    {
        _format = ipv6 ? "[2001:db8::{0}]" : "192.0.2.{0}";
        Server = _world.Network.AddHost(Host(10));
        _signalling = _world.CreateLoop("signalling");
        PeerLoop = _world.CreateLoop("peers");
        Engine = new MediaEngine(
            Server,
            Enumerable.Range(0, loops).Select(i => (IEventLoop)_world.CreateLoop($"media-{i}")).ToList(),
            new MediaEngineOptions
            {
                BindAddress = NetAddress.Parse(Host(10) + ":0"), MinPort = 30_000, MaxPort = 30_000 + (2 * pairs) - 1,
                ReservedPairs = 4, Randomness = new SeededRandomness(3),
            });
        _world.RunFor(MonotonicTime.Millisecond);
        A = AddPeer(4000);
        B = AddPeer(5000);
        if (opensRelay)
            Relay = Open(options ?? new MediaRelayOptions());
    }

    public VirtualNetwork Network => _world.Network;

    public VirtualHost Server { get; }

    public VirtualEventLoop PeerLoop { get; }

    public MediaEngine Engine { get; }

    public MediaRelay Relay { get; private set; } = null!;

    public RelayPeer A { get; }

    public RelayPeer B { get; }

    public List<(RelaySide Side, char Digit, int DurationMs)> Digits { get; } = [];

    public List<RelaySide> FailedPorts { get; } = [];

    public List<(RelaySide Side, DtlsFailure Failure)> FailedKeys { get; } = [];

    public long NowNs => _world.NowNs;

    public MediaRelay Open(MediaRelayOptions options)
    {
        var relay = Engine.OpenRelay(options with { Events = this, EventLoop = _signalling }).ShouldNotBeNull();
        A.Remote = relay.LocalAddress(RelaySide.A);
        B.Remote = relay.LocalAddress(RelaySide.B);
        return Relay = relay;
    }

    /// <summary>A peer on a host of its own.</summary>
    public RelayPeer AddPeer(int port)
    {
        var name = Host(_hosts++);
        return new RelayPeer(_world.Network.AddHost(name), PeerLoop, NetAddress.Parse(name + ":0").WithPort(port));
    }

    /// <summary>Plain, each at the address where it is.</summary>
    public void ConfigurePlain(Func<MediaRelaySettings, MediaRelaySettings>? a = null, Func<MediaRelaySettings, MediaRelaySettings>? b = null)
    {
        Configure(RelaySide.A, a);
        Configure(RelaySide.B, b);
    }

    public void Configure(RelaySide side, Func<MediaRelaySettings, MediaRelaySettings>? change = null)
    {
        var settings = new MediaRelaySettings { Remote = (side == RelaySide.A ? A : B).Local, TelephoneEventPayloadType = 101 };
        Relay.Configure(side, change?.Invoke(settings) ?? settings);
        RunMs(5);
    }

    public void RunMs(int milliseconds) => _world.RunFor(milliseconds * MonotonicTime.Millisecond);

    /// <summary>The peer sends audio every 20 ms for so many packets.</summary>
    public void Talk(RelayPeer peer, int packets)
    {
        for (var i = 0; i < packets; i++)
        {
            peer.SendAudio();
            RunMs(20);
        }
    }

    public void OnDigit(MediaRelay relay, RelaySide side, char digit, int durationMs)
    {
        _signalling.IsCurrent.ShouldBeTrue();
        Digits.Add((side, digit, durationMs));
    }

    public void OnPortFailed(MediaRelay relay, RelaySide side) => FailedPorts.Add(side);

    public void OnKeysFailed(MediaRelay relay, RelaySide side, DtlsFailure failure) => FailedKeys.Add((side, failure));

    string Host(int number) => string.Format(System.Globalization.CultureInfo.InvariantCulture, _format, number);
}
