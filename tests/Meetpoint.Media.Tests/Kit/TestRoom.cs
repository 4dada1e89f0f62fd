using Meetpoint.Media.Rooms;
using Meetpoint.Net;

namespace Meetpoint.Media.Tests.Kit;

/// <summary>A room with phones on it, in virtual time and without a network.</summary>
sealed class TestRoom : ILegOutput, IMediaRoomEvents
{
    readonly Dictionary<MediaLeg, TestPhone> _phones = [];

    public TestRoom(MediaRoomOptions? options = null, int seed = 1) => Room = new MediaRoom(options ?? new MediaRoomOptions(), this, this, seed);

    public MediaRoom Room { get; }

    public List<MediaEvent> Events { get; } = [];

    public List<byte[]> Reports { get; } = [];

    /// <summary>Sees every RTP packet that goes out.</summary>
    public Action<MediaLeg, byte[]>? OnSend { get; set; }

    public long NowNs { get; set; } = 10 * MonotonicTime.Second;

    public MediaLeg Add(TestPhone phone, uint participantId, Func<LegOptions, LegOptions>? change = null)
    {
        var options = phone.Options(participantId);
        var leg = Room.AddLeg(change is null ? options : change(options), NowNs)!;
        _phones.Add(leg, phone);
        return leg;
    }

    public void Remove(MediaLeg leg)
    {
        Room.RemoveLeg(leg, NowNs);
        _phones.Remove(leg);
    }

    /// <summary>Runs ticks; every phone sends a packet before each.</summary>
    public void Run(int milliseconds, Func<MediaLeg, bool>? sends = null)
    {
        for (var i = 0; i < milliseconds / MediaRoomOptions.TickMs; i++)
        {
            NowNs += MediaRoomOptions.TickNs;
            foreach (var (leg, phone) in _phones)
            {
                if (sends is null || sends(leg))
                    Room.OnRtp(leg, phone.NextPacket(), NowNs - (5 * MonotonicTime.Millisecond));
            }

            Room.Tick(NowNs);
        }
    }

    /// <summary>One tick in which everybody's packet comes but that of one leg, which is lost on the way.</summary>
    public void Lose(MediaLeg lost)
    {
        _phones[lost].NextPacket();
        Run(MediaRoomOptions.TickMs, leg => leg != lost);
    }

    public void Send(MediaLeg leg, ReadOnlySpan<byte> packet, bool rtcp)
    {
        if (rtcp)
            Reports.Add(packet.ToArray());
        else
            OnSend?.Invoke(leg, packet.ToArray());
        if (!rtcp && _phones.TryGetValue(leg, out var phone))
            phone.Hear(packet);
    }

    public void OnMediaEvent(in MediaEvent e) => Events.Add(e);
}
