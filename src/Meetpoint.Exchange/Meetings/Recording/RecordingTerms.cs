using Meetpoint.Exchange.Interconnect;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Recording;

/// <summary>Who does not let a meeting be recorded.</summary>
/// <param name="Name">Id of the agreement, or of the provider, or the two that have no agreement.</param>
/// <param name="Detail">For people.</param>
sealed record RecordingObstacle(string Name, string Detail);

/// <summary>Whether a meeting may be recorded: all agreements between its halves say so, as far as this exchange knows them; within one provider the provider does.</summary>
/// <remarks>The focus knows all of them, a spoke its own with the focus; each exchange that announces looks at those that it knows, so that in the end all were asked.</remarks>
static class RecordingTerms
{
    /// <summary>What stands in the way; null for nothing.</summary>
    public static RecordingObstacle? Find(World world, Meeting meeting, string self, Instant now)
    {
        var others = meeting.Halves.Where(half => half.Provider != meeting.OrganiserProvider && (meeting.Focus == self || half.Exchange == self)).ToList();
        if (others.Count == 0)
        {
            return meeting.Halves.Count > 1 || world.FindProvider(meeting.OrganiserProvider)?.Recording == RecordingPermission.Announced ? null
                : new RecordingObstacle(meeting.OrganiserProvider, $"Provider {meeting.OrganiserProvider} does not let its meetings be recorded ('recording: announced').");
        }

        foreach (var half in others)
        {
            var (a, b) = (meeting.OrganiserProvider, half.Provider);
            if (world.FindAgreement(a, b, now) is not { } link)
                return new RecordingObstacle($"{a}-{b}", $"{a} and {b} have no agreement now.");
            if (link.Agreement.Recording != RecordingPermission.Announced)
                return new RecordingObstacle(link.Agreement.Id, $"Agreement {link.Agreement.Id} does not let meetings be recorded ('recording: announced').");
        }

        return null;
    }
}
