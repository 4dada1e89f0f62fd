using System.Security.Cryptography;
using Meetpoint.Demo.Phones;

namespace Meetpoint.Demo.World;

/// <summary>A person with a phone, or a room, of one provider.</summary>
/// <param name="Party">Whose customer.</param>
/// <param name="Number">Counts the phones of a party, from 1.</param>
/// <param name="User">User part of the address, and id.</param>
/// <param name="Name">What people say.</param>
/// <param name="ToneHz">The tone that its phone sends.</param>
/// <param name="IsRoom">A room, which answers by itself.</param>
sealed record Resident(PartyPlan Party, int Number, string User, string Name, int ToneHz, bool IsRoom = false)
{
    /// <summary>Its address.</summary>
    public string Address => $"{User}@{Party.Domain}";

    /// <summary>Id of the equipment profile that its phone speaks by.</summary>
    public string Profile { get; init; } = BaresipPhone.Executable is null ? "generic" : "baresip";

    /// <summary>Its phone's account; the secret is new in each world.</summary>
    public PhoneAccount Account { get; } = new()
    {
        Name = IsRoom ? Name : $"{Name}'s phone",
        Address = $"{User}@{Party.Domain}",
        Listen = Party.Phone(Number),
        FirstMediaPort = Party.PhoneMediaPort(Number),
        NameServer = Party.World.NameServer,
        DigestUser = User,
        DigestSecret = RandomNumberGenerator.GetHexString(24, lowercase: true),
        ToneHz = ToneHz,
        AnswersByItself = IsRoom,
    };
}
