using System.Globalization;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Mixing;
using Meetpoint.Media.Prompts;
using Meetpoint.Media.Rtp;

namespace Meetpoint.Media.Rooms;

/// <summary>
/// A room: packets of its legs come in, every 20 ms one packet goes out to each, in which it hears all the others.
/// </summary>
/// <remarks>Sans-I/O, on one thread, and nothing is allocated per packet or tick once warm.</remarks>
public sealed class MediaRoom
{
    /// <summary>Ticks after which a leg is looked at for what is counted in seconds: reports that are due, and silence.</summary>
    const int TicksBetweenLooks = 5;

    readonly MediaRoomOptions _options;
    readonly IMediaRoomEvents _events;
    readonly Random _random;
    readonly List<MediaLeg> _legs = [];
    readonly List<MediaLeg> _promptEnded = [];
    readonly PacketOut _output;
    readonly RoomMix _mix;
    ActiveSpeakerDetector _speaker;
    long _nextSpeakerNs;
    int _nextLegId = 1;
    int _looksFrom;

    /// <summary>An empty room.</summary>
    /// <param name="options">Limits.</param>
    /// <param name="output">Where packets go.</param>
    /// <param name="events">Who hears what happens.</param>
    /// <param name="seed">Seed of SSRCs, first sequence numbers and report times; from a secret source outside of tests (RFC 3550 5.1).</param>
    public MediaRoom(MediaRoomOptions options, ILegOutput output, IMediaRoomEvents events, int seed)
    {
        _options = options;
        _events = events;
        _random = new Random(seed);
        _output = new PacketOut(output);
        _mix = new RoomMix(options, _output);
    }

    /// <summary>The legs.</summary>
    public IReadOnlyList<MediaLeg> Legs => _legs;

    /// <summary>Samples a second of the mix: the highest rate among the codecs of its legs.</summary>
    public int MixRate { get; private set; } = 8000;

    /// <summary>Participant id of who has the floor; 0 for nobody.</summary>
    public uint ActiveSpeaker => _speaker.Current;

    /// <summary>Adds a leg; null when the room is full.</summary>
    /// <param name="options">What was settled.</param>
    /// <param name="nowNs">Monotonic time.</param>
    /// <param name="legId">Number of the leg, unique in the room; 0 takes the next.</param>
    /// <exception cref="ArgumentException">Participant id 0, or too many formats.</exception>
    public MediaLeg? AddLeg(LegOptions options, long nowNs, int legId = 0)
    {
        if (options.ParticipantId == 0)
            throw new ArgumentException("Participant id 0 stands for nobody", nameof(options));
        if (options.Receive.Count > LegOptions.MaxFormats)
            throw new ArgumentException($"More than {LegOptions.MaxFormats} formats", nameof(options));
        if (_legs.Count == _options.MaxLegs)
            return null;

        var ssrc = options.Ssrc != 0 ? options.Ssrc : NextRandom();
        // RFC 3550 5.1: random starts, so that encryption does not begin with known text.
        var sender = new LegSender(options, ssrc, (ushort)NextRandom(), NextRandom());
        var name = options.CanonicalName ?? NextRandom().ToString("x8", CultureInfo.InvariantCulture) + "@meetpoint";
        var control = new LegControl(name, NextRandom(), _options.UnixTimeOffsetNs, nowNs);
        _nextLegId = Math.Max(_nextLegId, legId + 1);
        var leg = new MediaLeg(
            legId != 0 ? legId : _nextLegId++, options, sender, control, new PacketRate(_options.MaxBurstPackets, nowNs));
        _legs.Add(leg);
        ChooseMixRate();
        return leg;
    }

    /// <summary>Changes what was settled for a leg, after another offer and answer. Sequence and counts go on, and so does the source unless its clock changes.</summary>
    public void Reconfigure(MediaLeg leg, LegOptions options)
    {
        var clockRate = leg.Sender.Codec.ClockRate;
        leg.Reconfigure(options);
        // A source has one clock, or nobody could tell from its reports when what was said (RFC 7160 section 4.1).
        if (leg.Sender.Codec.ClockRate != clockRate && options.Ssrc == 0)
            leg.Sender.Ssrc = NextRandom();
        ChooseMixRate();
    }

    /// <summary>Takes a leg out, with a goodbye to its peer; returns its final counts.</summary>
    public LegStatistics RemoveLeg(MediaLeg leg, long nowNs)
    {
        if (!_legs.Remove(leg))
            return leg.Statistics;
        _output.SendReport(leg, bye: true, nowNs);
        leg.Release();
        if (_legs.Count == 0)
            _mix.Release();
        ChooseMixRate();
        if (_speaker.Remove(leg.Options.ParticipantId))
            Raise(MediaEventKind.ActiveSpeaker, 0, 0, nowNs);
        Raise(MediaEventKind.LegRemoved, leg.Id, leg.Options.ParticipantId, nowNs);
        return leg.Statistics;
    }

    /// <summary>Plays a prompt to one leg; what was playing to it is cut off.</summary>
    public static void Play(MediaLeg leg, Prompt prompt) => leg.Prompt.Start(prompt);

    /// <summary>Stops the prompt of one leg.</summary>
    public static void StopPrompt(MediaLeg leg) => leg.Prompt.Stop();

    /// <summary>Plays a prompt to all legs that are not cascades: the far half plays its own.</summary>
    public void PlayToAll(Prompt prompt) => _mix.PlayToAll(prompt);

    /// <summary>Sends a key press to the peer; false when it cannot take one or too many wait.</summary>
    public static bool SendDigit(MediaLeg leg, char digit) => leg.Sender.TryQueueKey(digit);

    /// <summary>Takes an RTP packet of a leg; decrypted in place. False when it was thrown away.</summary>
    public bool OnRtp(MediaLeg leg, Span<byte> datagram, long nowNs)
    {
        ref var counts = ref leg.Counts;
        if (!leg.Rate.TryTake(_options.MaxPacketsPerSecond, _options.MaxBurstPackets, nowNs)
            || !TryOpen(leg, ref datagram, rtcp: false)
            || !RtpPacket.TryParse(datagram, out var packet, out _))
        {
            counts.PacketsRejected++;
            return false;
        }

        if (packet.Ssrc == leg.Ssrc)
        {
            // The peer drew our number, or sends us back what we sent: take another (RFC 3550 8.2).
            counts.PacketsRejected++;
            _output.SendReport(leg, bye: true, nowNs);
            leg.Sender.Ssrc = NextRandom();
            return false;
        }

        if (!leg.Receiver.OnPacket(packet, nowNs, out var digit))
        {
            counts.PacketsRejected++;
            return false;
        }

        leg.IsIdle = false;
        counts.PacketsReceived++;
        counts.BytesReceived += datagram.Length;
        OnAlive(leg, nowNs, first: counts.FirstPacketNs == 0);
        if (digit != '\0')
            _events.OnMediaEvent(new MediaEvent(MediaEventKind.Dtmf, leg.Id, leg.Options.ParticipantId, nowNs, digit));
        if (leg.Options.IsCascade && !leg.ReportedLoop && FormsLoop(leg))
        {
            leg.ReportedLoop = true;
            Raise(MediaEventKind.CascadeLoop, leg.Id, leg.Options.ParticipantId, nowNs);
        }

        return true;
    }

    /// <summary>Takes an RTCP packet of a leg; decrypted in place. False when it was thrown away.</summary>
    public bool OnRtcp(MediaLeg leg, Span<byte> datagram, long nowNs) => OnRtcp(leg, ref datagram, nowNs);

    /// <inheritdoc cref="OnRtcp(MediaLeg, Span{byte}, long)"/>
    /// <param name="leg">Whose.</param>
    /// <param name="datagram">The packet; opened, and cut to what was in it, when it was taken.</param>
    /// <param name="nowNs">Monotonic time.</param>
    public bool OnRtcp(MediaLeg leg, ref Span<byte> datagram, long nowNs)
    {
        if (!leg.Rate.TryTake(_options.MaxPacketsPerSecond, _options.MaxBurstPackets, nowNs)
            || !TryOpen(leg, ref datagram, rtcp: true)
            || !leg.Control.OnPacket(datagram, leg.Ssrc, leg.RemoteSsrc, nowNs, out var goodbye))
        {
            leg.Counts.PacketsRejected++;
            return false;
        }

        leg.Sender.OnRemoteLoss(leg.Control.RemoteLoss);
        leg.Counts.ControlPacketsReceived++;
        leg.Counts.LastPacketNs = nowNs;
        if (goodbye)
            Raise(MediaEventKind.Bye, leg.Id, leg.Options.ParticipantId, nowNs);
        return true;
    }

    /// <summary>One tick: mixes 20 ms and sends to every leg.</summary>
    public void Tick(long nowNs)
    {
        _mix.Tick(_legs, MixRate, nowNs, _promptEnded);
        _looksFrom = (_looksFrom + 1) % TicksBetweenLooks;
        for (var i = _looksFrom; i < _legs.Count; i += TicksBetweenLooks)
        {
            var leg = _legs[i];
            if (leg.Control.Take(nowNs))
                _output.SendReport(leg, bye: false, nowNs);
            CheckSilence(leg, nowNs);
        }

        foreach (var leg in _promptEnded)
            Raise(MediaEventKind.PromptEnded, leg.Id, leg.Options.ParticipantId, nowNs);
        _promptEnded.Clear();
        if (nowNs < _nextSpeakerNs)
            return;
        _nextSpeakerNs = nowNs + ActiveSpeakerDetector.IntervalNs;
        DecideSpeaker(nowNs);
    }

    static bool TryOpen(MediaLeg leg, ref Span<byte> datagram, bool rtcp)
    {
        if (leg.Protection is not { } protection)
            return !leg.Options.RequiresProtection;
        if (!protection.TryUnprotect(datagram, rtcp, out var length))
            return false;
        datagram = datagram[..length];
        return true;
    }

    void OnAlive(MediaLeg leg, long nowNs, bool first)
    {
        ref var counts = ref leg.Counts;
        counts.LastPacketNs = nowNs;
        if (first)
        {
            counts.FirstPacketNs = nowNs;
            Raise(MediaEventKind.FirstPacket, leg.Id, leg.Options.ParticipantId, nowNs);
        }
        else if (leg.ReportedSilent)
        {
            Raise(MediaEventKind.LegResumed, leg.Id, leg.Options.ParticipantId, nowNs);
        }

        leg.ReportedSilent = false;
    }

    void CheckSilence(MediaLeg leg, long nowNs)
    {
        if (leg.ReportedSilent || leg.Counts.FirstPacketNs == 0 || nowNs - leg.Counts.LastPacketNs < _options.SilentAfterNs)
            return;
        leg.ReportedSilent = true;
        Raise(MediaEventKind.LegSilent, leg.Id, leg.Options.ParticipantId, nowNs);
    }

    /// <summary>A participant of this room comes back to it through the cascade.</summary>
    bool FormsLoop(MediaLeg cascade)
    {
        foreach (var participant in cascade.Receiver.Contributors.Participants)
        {
            foreach (var leg in _legs)
            {
                if (leg != cascade && leg.Options.ParticipantId == participant)
                    return true;
            }
        }

        return false;
    }

    void DecideSpeaker(long nowNs)
    {
        foreach (var leg in _legs)
        {
            var loudness = leg.Speech.Take();
            if (loudness < ActiveSpeakerDetector.SpeechLoudness)
                continue;
            if (!leg.Options.IsCascade)
            {
                OfferSpeaker(leg, leg.Options.ParticipantId, loudness, nowNs);
                continue;
            }

            if (nowNs - leg.Receiver.ContributorsNs > MediaRoomOptions.ContributorsFreshNs)
                continue;
            ref readonly var behind = ref leg.Receiver.Contributors;
            for (var i = 0; i < behind.Count; i++)
                OfferSpeaker(leg, behind.Participants[i], Audio.AudioLevel.Silence - behind.LevelOf[i], nowNs);
        }

        if (_speaker.Decide(nowNs))
            Raise(MediaEventKind.ActiveSpeaker, 0, _speaker.Current, nowNs);
    }

    void OfferSpeaker(MediaLeg leg, uint participantId, float loudness, long nowNs)
    {
        _speaker.Offer(participantId, loudness);
        var level = (byte)(Audio.AudioLevel.Silence - Math.Clamp(loudness, 0, Audio.AudioLevel.Silence));
        _events.OnMediaEvent(new MediaEvent(MediaEventKind.Level, leg.Id, participantId, nowNs, Level: level));
    }

    void ChooseMixRate()
    {
        var rate = 8000;
        foreach (var leg in _legs)
        {
            rate = Math.Max(rate, leg.Options.Send.Codec.SampleRate);
            foreach (var format in leg.Options.Receive)
                rate = Math.Max(rate, format.Codec.SampleRate);
        }

        MixRate = rate;
    }

    void Raise(MediaEventKind kind, int legId, uint participantId, long nowNs) =>
        _events.OnMediaEvent(new MediaEvent(kind, legId, participantId, nowNs));

    uint NextRandom()
    {
        uint value;
        do
            value = (uint)_random.NextInt64(1, uint.MaxValue);
        while (_legs.Exists(leg => leg.Ssrc == value));
        return value;
    }
}
