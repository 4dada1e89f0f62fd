using Meetpoint.Media.Video.Forwarding;

namespace Meetpoint.Media.Video;

// What is looked at on either side of a cascade.
public sealed partial class VideoRoom
{
    /// <summary>The least time between two demands that are told for one cascade.</summary>
    const long DemandNs = 500 * Net.MonotonicTime.Millisecond;

    readonly List<VideoLook> _looks = [];

    /// <summary>Takes what those behind a cascade look at: whom they have pinned is in its lines, the first left to who speaks, and each line has the size in which it is seen there.</summary>
    public void SetDemand(VideoPeer peer, VideoDemand demand, long nowNs)
    {
        if (!peer.Options.IsCascade)
            return;
        peer.Demand = demand;
        PinWanted(peer, demand);
        _policy.Rank();
        Assign(peer, nowNs);
        AskForKeyframes(nowNs);
    }

    /// <summary>Says anew what is wanted of a cascade when it has changed, and not too often.</summary>
    void TellDemand(VideoPeer cascade, long nowNs)
    {
        if (!cascade.Options.IsCascade || nowNs < cascade.NextDemandNs)
            return;
        var most = Gather(cascade);
        if (cascade.ToldDemand is { } told && told.Most == most && told.Looks.SequenceEqual(_looks))
            return;
        cascade.ToldDemand = new VideoDemand(most, [.. _looks]);
        cascade.NextDemandNs = nowNs + DemandNs;
        Raise(new VideoEvent(VideoEventKind.Demand, cascade, AtNs: nowNs) { Demand = cascade.ToldDemand });
    }

    /// <summary>Collects into <see cref="_looks"/> what everybody but the cascade itself looks at of what it brings, or could bring; the size of the largest picture.</summary>
    int Gather(VideoPeer cascade)
    {
        _looks.Clear();
        var most = 0;
        foreach (var peer in _peers)
        {
            if (peer == cascade)
                continue;
            foreach (var line in peer.Lines)
            {
                if (line.Kind != VideoKind.Camera)
                    continue;
                var height = VideoDemand.Step(line.MaxHeight);
                most = Math.Max(most, height);
                if (line.Pinned != 0 && !IsHere(line.Pinned))
                    Look(line.Pinned, height, isPinned: true);
                if (line.Feed is { } feed && feed.Peer == cascade && feed.Participant != line.Pinned)
                    Look(feed.Participant, height, isPinned: false);
            }
        }

        _looks.Sort(static (one, other) => one.Participant.CompareTo(other.Participant));
        return most;
    }

    void Look(uint participant, int height, bool isPinned)
    {
        if (participant == 0)
            return;
        for (var i = 0; i < _looks.Count; i++)
        {
            if (_looks[i].Participant != participant)
                continue;
            _looks[i] = new VideoLook(participant, Math.Max(height, _looks[i].Height), isPinned || _looks[i].IsPinned);
            return;
        }

        if (_looks.Count < VideoDemand.MaxLooks)
            _looks.Add(new VideoLook(participant, height, isPinned));
    }

    bool IsHere(uint participant)
    {
        foreach (var peer in _peers)
        {
            if (!peer.Options.IsCascade && peer.Options.ParticipantId == participant)
                return true;
        }

        return false;
    }

    /// <summary>Who is pinned stays in his line; others get the last ones that are free.</summary>
    static void PinWanted(VideoPeer peer, VideoDemand demand)
    {
        var first = peer.Lines.FindIndex(static line => line.Kind == VideoKind.Camera);
        foreach (var line in peer.Lines)
        {
            if (line.Pinned != 0 && !demand.Looks.Any(look => look.IsPinned && look.Participant == line.Pinned))
                line.Pinned = 0;
        }

        foreach (var look in demand.Looks.Where(static look => look.IsPinned).OrderByDescending(static look => look.Height))
        {
            if (!peer.Lines.Exists(line => line.Pinned == look.Participant) && peer.Lines.FindLastIndex(static line => line is { Kind: VideoKind.Camera, Pinned: 0 }) is var free && free > first)
                peer.Lines[free].Pinned = look.Participant;
        }
    }

    /// <summary>A line of a cascade is as large as whom it shows is looked at behind it.</summary>
    static void Size(VideoPeer peer)
    {
        if (peer.Demand is not { } demand)
            return;
        foreach (var line in peer.Lines)
        {
            if (line.Kind == VideoKind.Camera)
                line.MaxHeight = demand.HeightOf(line.Feed?.Participant ?? 0);
        }
    }
}
