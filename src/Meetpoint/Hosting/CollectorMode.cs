using System.Runtime;
using Meetpoint.Exchange;

namespace Meetpoint.Hosting;

/// <summary>
/// How the runtime collects garbage, by what the exchange does. While it carries media, collections of the old run beside the work, so that no voice waits for
/// them. While it does not, they stop the work for a moment: signalling that keeps each transaction for its 32 seconds ages nearly all that it makes, and
/// collecting that all the time beside it takes half of what a full processor could carry.
/// </summary>
static class CollectorMode
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Follows the exchange until cancelled.</summary>
    /// <exception cref="OperationCanceledException">As asked.</exception>
    public static async Task FollowAsync(ExchangeNode node, CancellationToken cancellationToken)
    {
        while (true)
        {
            var wanted = node.CarriesMedia ? GCLatencyMode.Interactive : GCLatencyMode.Batch;
            if (GCSettings.LatencyMode != wanted)
                GCSettings.LatencyMode = wanted;
            await Task.Delay(Interval, cancellationToken);
        }
    }
}
