using Meetpoint.Media.Mixing;
using Meetpoint.Media.Rtp;

namespace Meetpoint.Media.Rooms;

/// <summary>The last step of everything that a room sends: written into one buffer, protected, counted, handed out.</summary>
sealed class PacketOut(ILegOutput output)
{
    readonly byte[] _packet = new byte[
        Math.Max(RtpHeader.MaxLength + EncodePath.MaxPayload, LegControl.MaxLength) + IMediaProtection.MaxOverhead];

    public void SendAudio(MediaLeg leg, ReadOnlySpan<byte> payload, in ContributorList contributors)
    {
        if (leg.Sender.IsPause(payload))
            leg.Sender.MarkNext();
        else
            SendRtp(leg, leg.Sender.WriteAudio(_packet, payload, contributors));
    }

    /// <summary>Sends the key press packet of this tick in place of audio; false when no key is pressed.</summary>
    public bool TrySendKey(MediaLeg leg)
    {
        var length = leg.Sender.WriteKey(_packet);
        if (length > 0)
            SendRtp(leg, length);
        return length > 0;
    }

    public void SendReport(MediaLeg leg, bool bye, long nowNs)
    {
        if (leg.Protection is null && leg.Options.RequiresProtection)
            return;
        var length = leg.Control.Write(_packet, leg.Sender, leg.Receiver, leg.Counts, bye, nowNs);
        if (leg.Protection is { } protection && !protection.TryProtect(_packet, length, rtcp: true, out length))
            return;
        output.Send(leg, _packet.AsSpan(0, length), rtcp: true);
    }

    void SendRtp(MediaLeg leg, int length)
    {
        leg.Counts.PacketsSent++;
        leg.Counts.BytesSent += length;
        if (leg.Protection is { } protection && !protection.TryProtect(_packet, length, rtcp: false, out length))
            return;
        output.Send(leg, _packet.AsSpan(0, length), rtcp: false);
    }
}
