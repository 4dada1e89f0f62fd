using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Forwarding;

/// <summary>What of a packet goes on. A struct, so that the copy is compiled for it.</summary>
public interface IAttributeFilter
{
    /// <summary>False leaves the attribute out.</summary>
    bool Keeps(in RadiusAttribute attribute);
}
