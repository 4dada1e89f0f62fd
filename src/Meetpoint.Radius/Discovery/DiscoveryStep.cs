namespace Meetpoint.Radius.Discovery;

/// <summary>What is asked next of the names.</summary>
public enum DiscoveryQuestion
{
    /// <summary>The servers: SRV.</summary>
    Servers,

    /// <summary>Addresses: A and AAAA; the port is <see cref="NaptrSelection.DefaultPort"/>.</summary>
    Addresses,

    /// <summary>NAPTR again, of another name.</summary>
    Naptr,
}

/// <summary>A step towards servers.</summary>
/// <param name="Question">What is asked.</param>
/// <param name="Name">Whose.</param>
public readonly record struct DiscoveryStep(DiscoveryQuestion Question, string Name);
