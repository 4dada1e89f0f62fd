using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Forwarding;

/// <summary>Proxy-State (RFC 2865 section 5.33): each proxy adds one behind those that stand there, a server gives all back in their order, and each proxy takes its own off again.</summary>
public static class ProxyStates
{
    /// <summary>Copies all of a request into an answer of our own, in their order. False when they do not fit.</summary>
    /// <param name="request">What is answered.</param>
    /// <param name="response">The answer.</param>
    /// <param name="own">One that we have added ourselves, which is left out; empty for none.</param>
    public static bool TryCopyAll(in RadiusPacket request, ref PacketWriter response, ReadOnlySpan<byte> own = default)
    {
        var ok = true;
        foreach (var attribute in request.Attributes)
        {
            if (attribute.Type == AttributeType.ProxyState && (own.IsEmpty || !attribute.Value.SequenceEqual(own)))
                ok &= response.TryCopy(attribute.Bytes);
        }

        return ok;
    }

    /// <summary>Where ours stands in an answer: the last one, when it has our value. 0 when it does not.</summary>
    /// <param name="response">As it came.</param>
    /// <param name="own">What we added to the request.</param>
    public static int FindOwn(in RadiusPacket response, ReadOnlySpan<byte> own)
    {
        var found = 0;
        foreach (var attribute in response.Attributes)
        {
            if (attribute.Type == AttributeType.ProxyState)
                found = attribute.Value.SequenceEqual(own) ? attribute.Offset : 0;
        }

        return found;
    }
}

/// <summary>Leaves out one attribute by its place, and the members of a set.</summary>
/// <param name="place">Where the attribute begins; 0 for none.</param>
/// <param name="dropped">What is left out besides.</param>
public readonly struct AttributesBut(int place, AttributeSet dropped) : IAttributeFilter
{
    readonly AttributeSet _dropped = dropped;

    /// <inheritdoc/>
    public bool Keeps(in RadiusAttribute attribute) => attribute.Offset != place && _dropped.Keeps(attribute);

    /// <inheritdoc/>
    public bool LooksWithin(in RadiusAttribute vendorSpecific) => false;

    /// <inheritdoc/>
    public bool KeepsWithin(uint vendor, byte type, ReadOnlySpan<byte> value) => true;
}
