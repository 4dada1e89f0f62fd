using Meetpoint.Media.Prompts;
using Meetpoint.Media.Rooms;
using Meetpoint.Net;

namespace Meetpoint.Media.Engine;

/// <summary>A leg as its owner holds it: every method may be called from any thread and takes effect on the room's media loop, in order.</summary>
public sealed class MediaLegHandle
{
    readonly MediaRoomHandle _room;
    readonly Lock _lock = new();
    LegStatistics _published;
    MediaLeg? _leg; // on the loop

    internal MediaLegHandle(MediaRoomHandle room, int legId, NetAddress local)
    {
        _room = room;
        LegId = legId;
        LocalAddress = local;
    }

    /// <summary>Number of the leg in its room, as events name it.</summary>
    public int LegId { get; }

    /// <summary>The address and RTP port to be told to the peer; RTCP is one above unless multiplexed.</summary>
    public NetAddress LocalAddress { get; }

    /// <summary>Hears STUN and DTLS on the leg's port, on the media loop. Set it before <see cref="SetRemote"/>.</summary>
    public ILegDatagramHandler? DatagramHandler { get; set; }

    /// <summary>The media loop.</summary>
    public IEventLoop Loop => _room.Loop;

    /// <summary>Counts as of at most a tenth of a second ago; final once LegRemoved was raised.</summary>
    public LegStatistics Statistics
    {
        get
        {
            lock (_lock)
                return _published;
        }
    }

    /// <summary>Begins media, or changes it after another offer and answer; counts go on.</summary>
    public void Configure(LegOptions options) => _room.Loop.Post(() => Apply(options));

    /// <summary>
    /// Tells where the peer is by SDP. Packets go there until valid ones come from elsewhere (symmetric RTP). A control address that is not
    /// set is the port above.
    /// </summary>
    public void SetRemote(NetAddress media, NetAddress control = default, bool controlMuxed = false) =>
        _room.Loop.Post(() => Port?.SetRemote(media, control, controlMuxed));

    /// <summary>Lets nobody, or everybody, hear it.</summary>
    public void Mute(bool muted) => OnLeg(leg => leg.IsMuted = muted);

    /// <summary>Lets it hear its own prompts only, or everybody.</summary>
    public void Deafen(bool deafened) => OnLeg(leg => leg.IsDeafened = deafened);

    /// <summary>Changes which way audio goes: hold and resume.</summary>
    public void SetDirection(MediaDirection direction) => OnLeg(leg => leg.Direction = direction);

    /// <summary>Sets the keys that were agreed, or new ones.</summary>
    public void SetProtection(IMediaProtection protection) => OnLeg(leg =>
    {
        leg.Protection = protection;
        Port?.ChooseDelivery();
    });

    /// <summary>Plays a prompt to it; PromptEnded tells the end of one that does not repeat.</summary>
    public void Play(Prompt prompt) => OnLeg(leg => MediaRoom.Play(leg, prompt));

    /// <summary>Stops its prompt.</summary>
    public void StopPrompt() => OnLeg(MediaRoom.StopPrompt);

    /// <summary>Sends key presses to the peer, one after the other; what is no key, or more than it can queue, is left out.</summary>
    public void SendDigits(string digits) => OnLeg(leg =>
    {
        foreach (var digit in digits)
            MediaRoom.SendDigit(leg, digit);
    });

    /// <summary>Sends a datagram from the leg's RTP port. On the media loop only.</summary>
    public void SendRaw(ReadOnlySpan<byte> datagram, in NetAddress to) => Port?.SendRaw(datagram, to);

    /// <summary>Ends the leg: RTCP goodbye, port closed, LegRemoved raised after the last counts were published.</summary>
    public void Remove() => _room.Loop.Post(() => _room.Detach(this));

    internal LegPort? Port { get; private set; }

    internal void Open(LegPort port)
    {
        Port = port;
        port.Handle = this;
    }

    /// <summary>On the loop: ends the leg and gives its open port away; null when it has none.</summary>
    internal LegPort? Surrender()
    {
        var port = Port;
        port?.Before = _leg?.Receiver;
        _room.Detach(this, closePort: false);
        Port = null;
        return port;
    }

    internal void Publish()
    {
        if (_leg is not { } leg)
            return;
        lock (_lock)
            _published = leg.Statistics;
    }

    internal void End(long nowNs)
    {
        Publish();
        Port?.Video?.End();
        if (_leg is { } leg)
            _room.Room.RemoveLeg(leg, nowNs);
        else
            _room.Raise(MediaEventKind.LegRemoved, this);
        _leg = null;
        if (Port is not { } port)
            return;
        port.Leg = null;
        port.ChooseDelivery();
    }

    void Apply(LegOptions options)
    {
        if (Port is not { } port)
            return;
        if (_leg is { } existing)
        {
            _room.Room.Reconfigure(existing, options);
            port.ChooseDelivery();
            return;
        }

        _leg = _room.Room.AddLeg(options, _room.Loop.NowNs, LegId);
        if (_leg is null)
        {
            _room.Raise(MediaEventKind.LegFailed, this);
            return;
        }

        if (port.Before is { } before)
            _leg.Receiver.Follow(before);
        port.Before = null;
        _leg.Owner = port;
        port.Leg = _leg;
        port.Room = _room.Room;
        port.ChooseDelivery();
    }

    void OnLeg(Action<MediaLeg> action) => _room.Loop.Post(() =>
    {
        if (_leg is { } leg)
            action(leg);
    });
}
