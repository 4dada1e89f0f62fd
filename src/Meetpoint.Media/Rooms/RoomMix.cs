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

    /// <summary>Makes ready to encode once for all who listen by this codec.</summary>
    public void AddCodec(AudioCodec codec)
    {
        if (_shared.TrueForAll(shared => shared.Path.Codec != codec))
            _shared.Add(new SharedEncode(codec));
    }

    public void PlayToAll(Prompt prompt) => _roomPrompt.Start(prompt);

    /// <summary>Runs a tick. Legs whose own prompt ended in it are put into <paramref name="promptEnded"/>.</summary>
    public void Tick(List<MediaLeg> legs, int rate, long nowNs, List<MediaLeg> promptEnded)
    {
        _tick++;
        var samples = rate * MediaRoomOptions.TickMs / 1000;
        foreach (var leg in legs)
            leg.Pull(rate, samples, nowNs);
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
                output.SendAudio(leg, Shared(leg.Sender.Codec).PayloadOf(_tick, _total.AsSpan(0, samples), rate), _contributors);
            if (!leg.MaySend)
                leg.Sender.MarkNext();
            leg.HeardOwn = false;
            leg.Sender.Advance();
        }
    }

    void Mix(List<MediaLeg> legs, int rate, int samples, long nowNs)
    {
        _talkers.Choose(legs);
        _mixer.Begin(samples);
        _contributors.Clear();
        foreach (var talker in _talkers.Chosen)
        {
            _mixer.Add(talker!.Frame);
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
        output.SendAudio(leg, leg.Sender.EncodeOwn(frame, rate, Shared(leg.Sender.Codec).Path, differs), contributors);
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

    SharedEncode Shared(AudioCodec codec)
    {
        foreach (var shared in _shared)
        {
            if (shared.Path.Codec == codec)
                return shared;
        }

        throw new InvalidOperationException($"{codec} was not added");
    }

    static void Add(ReadOnlySpan<short> from, Span<short> onto)
    {
        for (var i = 0; i < onto.Length; i++)
            onto[i] = (short)Math.Clamp(onto[i] + from[i], short.MinValue, short.MaxValue);
    }
}
