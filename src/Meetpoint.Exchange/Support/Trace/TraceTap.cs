using System.Runtime.CompilerServices;
using System.Text;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Net;
using Meetpoint.Sip;
using NodaTime;

namespace Meetpoint.Exchange.Support.Trace;

/// <summary>Writes what the transports carry into the ring, with whose it is.</summary>
/// <remarks>On the loop only. Allocates nothing once a flow is known.</remarks>
sealed class TraceTap(TraceRing ring, Func<SipFlow, SipSender> senderOf, IClock clock, TimeProvider time) : ISipTap
{
    long _droppedSinceNs;
    int _dropped;

    /// <summary>Messages of unknown senders that were left out.</summary>
    public long LeftOut { get; private set; }

    /// <inheritdoc/>
    [SkipLocalsInit]
    public void OnMessage(SipFlow flow, SipTapEvent what, in NetAddress remote, ReadOnlySpan<byte> bytes, SipParseError error, long nowNs)
    {
        if (what == SipTapEvent.Dropped && !IsDroppedKept(nowNs))
            return;
        // What never left is no reason to ask whose a connection is that may not have shown its certificate yet.
        var sender = what == SipTapEvent.Unsent ? flow.Tag as SipSender : senderOf(flow);
        Span<byte> names = stackalloc byte[3 * byte.MaxValue];
        var kept = Kept(bytes);
        var header = new TraceRecordHeader
        {
            WallNs = clock.GetCurrentInstant().ToUnixTimeTicks() * NodaConstants.NanosecondsPerTick,
            MonotonicNs = time.NowNs(), // the loop's time is that of its turn, and what a turn takes is worth seeing
            LocalPort = (ushort)flow.Local.Port,
            RemotePort = (ushort)remote.Port,
            Event = what,
            Transport = flow.Transport,
            Error = error,
            Flags = (flow.IsOpenedHere ? TraceRecordFlags.OpenedHere : 0) | (flow.Local.IsSet ? TraceRecordFlags.HasLocal : 0),
            KeptLength = kept.Length,
            FullLength = bytes.Length,
        };
        flow.Local.WriteBytes(header.Local);
        remote.WriteBytes(header.Remote);
        var length = header.ListenerLength = Write(flow.ListenerName, names);
        header.PartyLength = Write(sender?.Neighbour?.Neighbour.Id ?? sender?.Proved?.Id, names[length..]);
        header.ProviderLength = Write(sender?.Neighbour?.Neighbour.Provider ?? sender?.ProvedProvider, names[(length + header.PartyLength)..]);
        ring.Append(ref header, names[..(length + header.PartyLength + header.ProviderLength)], kept);
    }

    /// <summary>The header section whole, and of the body as much as is kept.</summary>
    static ReadOnlySpan<byte> Kept(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= TraceLimits.BodyBytes)
            return bytes;
        var headersEnd = bytes.IndexOf("\r\n\r\n"u8);
        return headersEnd < 0 ? bytes : bytes[..Math.Min(bytes.Length, headersEnd + 4 + TraceLimits.BodyBytes)];
    }

    // Names of one to 255 bytes; of a longer one nothing, as half a name would be another's.
    static byte Write(string? name, Span<byte> room) =>
        name is not null && Encoding.UTF8.TryGetBytes(name, room[..byte.MaxValue], out var length) ? (byte)length : (byte)0;

    bool IsDroppedKept(long nowNs)
    {
        if (nowNs - _droppedSinceNs >= MonotonicTime.Second)
            (_droppedSinceNs, _dropped) = (nowNs, 0);
        if (_dropped++ < TraceLimits.DroppedPerSecond)
            return true;
        LeftOut++;
        return false;
    }
}
