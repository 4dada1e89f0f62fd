namespace Meetpoint.Media.Relay;

/// <summary>The counts of one side: written by the media loop, each of at most eight bytes, so that any thread may read it as it is.</summary>
sealed class RelayCounters
{
    public long PacketsReceived;
    public long BytesReceived;
    public long PacketsSent;
    public long BytesSent;
    public long ControlPacketsReceived;
    public long ControlPacketsSent;
    public long PacketsLost;
    public long LossGaps;
    public double JitterMs;
    public long RemoteReports;
    public int RemotePacketsLost;
    public double RemoteLoss;
    public double RemoteJitterMs;
    public double RoundTripMs;
    public long FirstPacketNs;
    public long LastPacketNs;
    public long Strangers;
    public long Malformed;
    public long NotAuthentic;
    public long OverRate;
    public long HeldBack;

    public MediaRelayStatistics Read() => new()
    {
        PacketsReceived = Volatile.Read(ref PacketsReceived),
        BytesReceived = Volatile.Read(ref BytesReceived),
        PacketsSent = Volatile.Read(ref PacketsSent),
        BytesSent = Volatile.Read(ref BytesSent),
        ControlPacketsReceived = Volatile.Read(ref ControlPacketsReceived),
        ControlPacketsSent = Volatile.Read(ref ControlPacketsSent),
        PacketsLost = Volatile.Read(ref PacketsLost),
        LossGaps = Volatile.Read(ref LossGaps),
        JitterMs = Volatile.Read(ref JitterMs),
        RemoteReports = Volatile.Read(ref RemoteReports),
        RemotePacketsLost = Volatile.Read(ref RemotePacketsLost),
        RemoteLoss = Volatile.Read(ref RemoteLoss),
        RemoteJitterMs = Volatile.Read(ref RemoteJitterMs),
        RoundTripMs = Volatile.Read(ref RoundTripMs),
        FirstPacketNs = Volatile.Read(ref FirstPacketNs),
        LastPacketNs = Volatile.Read(ref LastPacketNs),
        Strangers = Volatile.Read(ref Strangers),
        Malformed = Volatile.Read(ref Malformed),
        NotAuthentic = Volatile.Read(ref NotAuthentic),
        OverRate = Volatile.Read(ref OverRate),
        HeldBack = Volatile.Read(ref HeldBack),
    };
}
