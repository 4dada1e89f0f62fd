using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Forwarding;

/// <summary>
/// Carries the attributes of a packet over this hop (RFC 2865 section 2.3): each as it came and in its order, but for what belongs to a hop. Message-Authenticator
/// is left behind, hidden values are hidden anew, a CHAP challenge that was the request authenticator is written out. RADIUS/1.1 is one of the two forms on either side.
/// </summary>
public static class ForwardedPacket
{
    const byte OriginalPacketCode = 4; // of 241 (RFC 7930 section 4)

    /// <summary>Copies what the filter keeps.</summary>
    /// <param name="packet">As it came; verified.</param>
    /// <param name="from">The side that it came from.</param>
    /// <param name="to">The side that it goes to; the writer was begun by its security.</param>
    /// <param name="writer">Where it goes.</param>
    /// <param name="hidden">Which attributes are hidden.</param>
    /// <param name="filter">What goes on.</param>
    /// <returns>False when something did not fit, or a hidden value is none, and the packet cannot go on.</returns>
    public static bool TryCopy<TFilter>(in RadiusPacket packet, in HopSide from, in HopSide to, ref PacketWriter writer, HiddenAttributes hidden, ref TFilter filter)
        where TFilter : struct, IAttributeFilter, allows ref struct
    {
        var run = RadiusPacket.HeaderLength; // where the attributes begin that go on as they are
        var (hasChap, hasChallenge, ok) = (false, false, true);
        foreach (var attribute in packet.Attributes)
        {
            var asItIs = true;
            switch (attribute.Type)
            {
                case AttributeType.MessageAuthenticator:
                    asItIs = false;
                    break;
                case AttributeType.UserPassword or AttributeType.TunnelPassword:
                    asItIs = false;
                    Pass(packet, attribute, ref run, ref writer);
                    ok &= !filter.Keeps(attribute) || TryRewrite(attribute, from, to, ref writer);
                    break;
                case AttributeType.VendorSpecific when filter.LooksWithin(attribute) || VendorRewrite.IsNeeded(attribute.Value, hidden):
                    asItIs = false;
                    Pass(packet, attribute, ref run, ref writer);
                    ok &= !filter.Keeps(attribute) || VendorRewrite.TryWrite(attribute.Value, from, to, hidden, ref writer, ref filter);
                    break;
                case AttributeType.Extended1 when to.Security.IsVersion11 && attribute.Value is [OriginalPacketCode, ..]:
                    asItIs = false; // RFC 9765 section 5.5
                    break;
                default:
                    hasChap |= attribute.Type == AttributeType.ChapPassword;
                    hasChallenge |= attribute.Type == AttributeType.ChapChallenge;
                    asItIs = filter.Keeps(attribute);
                    break;
            }

            if (asItIs)
                continue;
            Pass(packet, attribute, ref run, ref writer);
            run = attribute.Offset + attribute.Bytes.Length;
        }

        writer.TryCopy(packet.Bytes[run..]);
        if (hasChap && !hasChallenge && !from.Security.IsVersion11)
            writer.TryWrite(AttributeType.ChapChallenge, packet.Authenticator);
        return ok && !writer.HasOverflowed;
    }

    /// <summary>Writes what stands before an attribute that does not go on as it is.</summary>
    static void Pass(in RadiusPacket packet, in RadiusAttribute attribute, ref int run, ref PacketWriter writer)
    {
        if (attribute.Offset > run)
            writer.TryCopy(packet.Bytes[run..attribute.Offset]);
        run = attribute.Offset;
    }

    static bool TryRewrite(in RadiusAttribute attribute, in HopSide from, in HopSide to, ref PacketWriter writer)
    {
        if (!writer.TryBegin(attribute.Type, out var place))
            return false;
        var tag = attribute.Type == AttributeType.TunnelPassword ? 1 : 0;
        if (attribute.Value.Length < tag || place.Length < tag)
            return writer.Overflow();
        attribute.Value[..tag].CopyTo(place);
        var length = HiddenValue.Rehide(attribute.Value[tag..], HiddenAttributes.Of(attribute.Type), from, to, writer.Length, place[tag..]);
        if (length < 0)
            return writer.Overflow();
        writer.End(tag + length);
        return true;
    }
}
