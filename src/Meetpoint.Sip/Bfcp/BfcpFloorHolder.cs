namespace Meetpoint.Sip.Bfcp;

/// <summary>Who has a floor.</summary>
/// <param name="User">Number in the conference.</param>
/// <param name="Name">What the person or room is called; "" without.</param>
/// <param name="Uri">Where they are reached; "" without.</param>
public sealed record BfcpFloorHolder(ushort User, string Name, string Uri)
{
    /// <summary>Octets of a name that go on the wire, and of an address: both fit in a group beside what else stands there.</summary>
    public const int MaxNameBytes = 60, MaxUriBytes = 100;

    /// <summary>As it stands in a message.</summary>
    internal BfcpAttribute Information
    {
        get
        {
            var children = new List<BfcpAttribute>();
            if (Name.Length > 0)
                children.Add(BfcpAttribute.OfText(BfcpAttributeType.UserDisplayName, Name, MaxNameBytes));
            if (Uri.Length > 0)
                children.Add(BfcpAttribute.OfText(BfcpAttributeType.UserUri, Uri, MaxUriBytes));
            return BfcpAttribute.OfGroup(BfcpAttributeType.BeneficiaryInformation, User, children);
        }
    }
}

/// <summary>Who decides about the floor: hears what one user of it wants, and says by <see cref="BfcpFloorServer.SetHolder"/> who has it.</summary>
public interface IBfcpFloorPolicy
{
    /// <summary>The user wants the floor; false where it may not have it at all.</summary>
    bool Request();

    /// <summary>It wants it no more.</summary>
    void Release();
}
