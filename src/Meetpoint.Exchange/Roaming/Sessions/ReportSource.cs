namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>What the hub knows of where a report comes from, besides the packet.</summary>
/// <param name="Visited">Id of the provider whose network is used.</param>
/// <param name="Home">Id of the provider whose customer uses it.</param>
/// <param name="Realm">The customer's, as the home provider wrote it.</param>
/// <param name="Neighbour">Id of the neighbour that sent it.</param>
sealed record ReportSource(string Visited, string Home, string Realm, string Neighbour);
