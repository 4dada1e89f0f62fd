using Meetpoint.Exchange.Calls.Registrations;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Calls;

/// <summary>One way that an admitted request may go.</summary>
/// <param name="Party">To whom.</param>
/// <param name="Trust">Whether that side may know who calls although the caller would be withheld.</param>
/// <param name="Registered">The registration that leads there; null when none does.</param>
sealed record CallWay(CallParty Party, IdentityTrust Trust, RegisteredTarget? Registered = null);
