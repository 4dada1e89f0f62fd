using Meetpoint.Media.Codecs;
using Meetpoint.Media.Mixing;
using Meetpoint.Media.Prompts;

namespace Meetpoint.Media.Rooms;

/// <summary>What a room does every tick: takes a frame of each leg, mixes the loudest, and sends to each leg all but its own.</summary>
sealed class RoomMix(MediaRoomOptions options, PacketOut output)
{
    readonly AudioMixer _mixer = new(EncodePath.MaxFrame);
    readonly TalkerSelection _talkers = new(options.MaxTalkers);
    readonly List<SharedEncode> _shared = [];
    readonly short[] _total = new short[EncodePath.MaxFrame];
    readonly short[] _own = new short[EncodePath.MaxFrame];
    readonly short[] _roomPromptFrame = new short[EncodePath.MaxFrame];
    ContributorList _contributors;
    PromptPlayer _roomPrompt;
    bool _hasRoomPrompt;
    long _tick;

    /// <summary>Gives the encoders of the common listeners back: everybody has left. More are made when somebody comes.</summary>
    public void Release()
    {
        foreach (var shared in _shared)
            shared.Dispose();
        _shared.Clear();
    }

    public void PlayToAll(Prompt prompt) => _roomPrompt.Start(prompt);

    /// <summary>Runs a tick. Legs whose own prompt ended in it are put into <paramref name="promptEnded"/>.</summary>
    public void Tick(List<MediaLeg> legs, int rate, long nowNs, List<MediaLeg> promptEnded)
    {
        _tick++;
        var samples = rate * MediaRoomOptions.TickMs / 1000;
        foreach (var leg in legs)
            leg.Pull(rate, samples, options.HasGainControl, nowNs);
        Mix(legs, rate, samples, nowNs);

        // First those who hear something of their own: an encoder that parts from the shared one begins with its state before this tick.
        foreach (var leg in legs)
        {
            if (leg.MaySend && HearsOwn(leg) && !output.TrySendKey(leg) && SendOwn(leg, rate, samples, nowNs))
                promptEnded.Add(leg);
        }

        foreach (var leg in legs)
        {
            if (leg.MaySend && !leg.HeardOwn && !output.TrySendKey(leg))
                output.SendAudio(leg, CommonPayload(leg, rate, samples), _contributors);
            if (!leg.MaySend)
                leg.Sender.MarkNext();
            leg.Sender.Advance(leg.HeardOwn);
            leg.HeardOwn = false;
        }
    }

    void Mix(List<MediaLeg> legs, int rate, int samples, long nowNs)
    {
        _talkers.Choose(legs);
        _mixer.Begin(samples);
        _contributors.Clear();
        foreach (var talker in _talkers.Chosen)
        {
            talker!.Gain.Apply(talker.Frame.AsSpan(0, samples));
            _mixer.Add(talker.Frame);
            AddContributors(ref _contributors, talker, nowNs);
        }

        var total = _total.AsSpan(0, samples);
        _mixer.Total(total);
        _hasRoomPrompt = _roomPrompt.IsActive;
        if (!_hasRoomPrompt)
            return;
        var prompt = _roomPromptFrame.AsSpan(0, samples);
        prompt.Clear();
        _roomPrompt.Mix(prompt, rate);
        Add(prompt, total);
    }

    bool HearsOwn(MediaLeg leg) =>
        leg.HeardOwn = leg.IsTalker || leg.Prompt.IsActive || leg.IsDeafened || leg.Sender.IsConverging || (_hasRoomPrompt && leg.Options.IsCascade);

    ReadOnlySpan<byte> CommonPayload(MediaLeg leg, int rate, int samples)
    {
        var shared = Shared(leg.Sender.Target);
        // When nobody listened in common till now, the encoder that this leg just left knows what it heard, and the common one does not.
        if (leg.Sender.HasLeftOwn && shared.IsStale(_tick))
            shared.Join(leg.Sender.Path);
        return shared.PayloadOf(_tick, _total.AsSpan(0, samples), rate);
    }

    /// <summary>Sends what only this leg hears; true when its prompt came to its end.</summary>
    bool SendOwn(MediaLeg leg, int rate, int samples, long nowNs)
    {
        var frame = _own.AsSpan(0, samples);
        var contributors = _contributors;
        if (leg.IsDeafened)
        {
            frame.Clear();
            contributors.Clear();
        }
        else
        {
            // Who is not in the mix has nothing to be taken out, and his frame is not in the sum.
            if (leg.IsTalker)
                _mixer.Minus(leg.Frame, frame);
            else
                _mixer.Total(frame);
            if (_hasRoomPrompt && !leg.Options.IsCascade)
                Add(_roomPromptFrame.AsSpan(0, samples), frame);
            if (leg.IsTalker && (leg.Options.IsCascade || leg.Options.SendContributors))
                contributors = ContributorsWithout(leg, nowNs);
        }

        var promptPlays = leg.Prompt.IsActive;
        var promptEnds = leg.Prompt.Mix(frame, rate);
        var differs = leg.IsTalker || leg.IsDeafened || promptPlays || (_hasRoomPrompt && leg.Options.IsCascade);
        output.SendAudio(leg, leg.Sender.EncodeOwn(frame, rate, Shared(leg.Sender.Target).Path, differs), contributors);
        return promptEnds;
    }

    ContributorList ContributorsWithout(MediaLeg leg, long nowNs)
    {
        var others = default(ContributorList);
        foreach (var talker in _talkers.Chosen)
        {
            if (talker != leg)
                AddContributors(ref others, talker!, nowNs);
        }

        return others;
    }

    static void AddContributors(ref ContributorList list, MediaLeg leg, long nowNs)
    {
        if (!leg.Options.IsCascade)
        {
            list.Add(leg.Options.ParticipantId, leg.Level);
            return;
        }

        if (nowNs - leg.Receiver.ContributorsNs > MediaRoomOptions.ContributorsFreshNs)
            return;
        ref readonly var behind = ref leg.Receiver.Contributors;
        for (var i = 0; i < behind.Count; i++)
            list.Add(behind.Participants[i], behind.LevelOf[i]);
    }

    /// <summary>The encode of all who are to be sent alike. A new one goes on where another is that differs by the loss alone: its listeners may become its own, others' never.</summary>
    SharedEncode Shared(in EncodeTarget target)
    {
        SharedEncode? kin = null;
        foreach (var shared in _shared)
        {
            if (shared.Target == target)
                return shared;
            if (shared.Target with { LossPercent = target.LossPercent } == target)
                kin = shared;
        }

        var made = new SharedEncode(target);
        if (kin is not null)
            made.Join(kin.Path);
        _shared.Add(made);
        return made;
    }

    static void Add(ReadOnlySpan<short> from, Span<short> onto)
    {
        for (var i = 0; i < onto.Length; i++)
            onto[i] = (short)Math.Clamp(onto[i] + from[i], short.MinValue, short.MaxValue);
    }
}
