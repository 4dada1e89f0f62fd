using Meetpoint.Media.Audio;
using Meetpoint.Media.Jitter;
using Meetpoint.Media.Mixing;
using Meetpoint.Media.Prompts;

namespace Meetpoint.Media.Rooms;

/// <summary>One participant's (or one cascade's) connection to a room. On the room's loop only.</summary>
public sealed class MediaLeg
{
    LegStatistics _counts;

    internal MediaLeg(int id, LegOptions options, LegSender sender, LegControl control, PacketRate rate)
    {
        Id = id;
        Options = options;
        Sender = sender;
        Control = control;
        Rate = rate;
        Receiver = new LegReceiver(options);
        Direction = options.Direction;
        Protection = options.Protection;
        Frame = new short[EncodePath.MaxFrame];
    }

    /// <summary>Number of the leg in its room, from 1.</summary>
    public int Id { get; }

    /// <summary>What was settled for it.</summary>
    public LegOptions Options { get; private set; }

    /// <summary>Whatever the owner wants to find again; the engine keeps its port here.</summary>
    public object? Owner { get; set; }

    /// <summary>Our source.</summary>
    public uint Ssrc => Sender.Ssrc;

    /// <summary>The peer's source; 0 before its first packet.</summary>
    public uint RemoteSsrc => Receiver.Ssrc;

    /// <summary>Which way audio goes.</summary>
    public MediaDirection Direction { get; set; }

    /// <summary>True: nobody hears it.</summary>
    public bool IsMuted { get; set; }

    /// <summary>True: it hears nothing but its own prompts.</summary>
    public bool IsDeafened { get; set; }

    /// <summary>Encryption of its packets.</summary>
    public IMediaProtection? Protection { get; set; }

    /// <summary>Counts up to now.</summary>
    public LegStatistics Statistics => _counts with
    {
        PacketsLost = Receiver.Lost,
        PacketsLate = Receiver.Jitter.Late,
        PacketsDuplicate = Receiver.Jitter.Duplicates,
        JitterMs = Receiver.JitterMs,
        DelayMs = Receiver.Jitter.DelayMs,
        ConcealedMs = Receiver.ConcealedMs,
        RemoteLoss = Control.RemoteLoss,
        LossGaps = Receiver.LossGaps,
        RemoteReports = Control.RemoteReports,
        RemoteExpected = Control.RemoteExpected,
        RemoteLost = Control.RemoteLost,
        RemoteJitterMs = Control.RemoteJitterMs(Options.Send.Codec.ClockRate),
        Incoming = _counts.PacketsReceived > 0 ? Receiver.Codec : null,
        Outgoing = Options.Send.Codec,
        RoundTripMs = Control.RoundTripMs,
    };

    internal LegReceiver Receiver { get; private set; }

    internal LegSender Sender { get; private set; }

    internal LegControl Control { get; }

    internal PacketRate Rate;

    internal ref LegStatistics Counts => ref _counts;

    internal PromptPlayer Prompt;

    internal Loudness Loudness;

    internal GainControl Gain;

    internal SpeechMeter Speech;

    /// <summary>Its audio of this tick, at the rate of the room; of another tick when <see cref="HasAudio"/> is false.</summary>
    internal short[] Frame { get; }

    /// <summary>Level of this tick.</summary>
    internal byte Level { get; private set; } = AudioLevel.Silence;

    /// <summary>It has something to be heard this tick.</summary>
    internal bool HasAudio { get; private set; }

    /// <summary>Nothing came that is to be played: of many who only listen, what they would be heard by is not looked at every tick.</summary>
    internal bool IsIdle { get; set; }

    /// <summary>It is in the mix.</summary>
    internal bool IsTalker { get; set; }

    /// <summary>This tick it hears something that the common listeners do not.</summary>
    internal bool HeardOwn { get; set; }

    internal bool ReportedSilent { get; set; }

    internal bool ReportedLoop { get; set; }

    internal bool MaySend => (Direction & MediaDirection.Send) != 0 && (Protection is not null || !Options.RequiresProtection);

    internal void Reconfigure(LegOptions options)
    {
        if (options.Send != Options.Send || options.TelephoneEventPayloadType != Options.TelephoneEventPayloadType
            || options.TelephoneEventClockRate != Options.TelephoneEventClockRate)
        {
            Sender.Dispose();
            Sender = new LegSender(options, Sender);
        }
        else
        {
            Sender.Options = options;
        }

        Receiver.Options = options;
        Direction = options.Direction;
        Protection = options.Protection ?? Protection;
        Options = options;
    }

    /// <summary>It left: its codecs are given back.</summary>
    internal void Release()
    {
        Sender.Dispose();
        Receiver.Dispose();
    }

    /// <summary>Takes this tick's frame out of the jitter buffer.</summary>
    internal void Pull(int rate, int samples, bool controlsGain, long nowNs)
    {
        var (kind, level) = (PlayoutKind.Silence, AudioLevel.Silence);
        ReadOnlySpan<short> frame = default;
        if (!IsIdle)
        {
            frame = Receiver.Pull(rate, nowNs, out kind, out level);
            IsIdle = Receiver.Jitter.IsIdle && kind == PlayoutKind.Silence;
        }

        // The buffer is drained all the same, so that the delay is right when the mute ends.
        if (IsMuted || (Direction & MediaDirection.Receive) == 0 || ReportedLoop)
            kind = PlayoutKind.Silence;
        HasAudio = kind != PlayoutKind.Silence;
        Level = !HasAudio ? AudioLevel.Silence : controlsGain && Options is { HasGainControl: true, IsCascade: false } ? Gain.Update(level) : level;
        Loudness.Update(Level);
        Speech.Update(Level);
        if (HasAudio)
            frame[..samples].CopyTo(Frame);
    }
}
