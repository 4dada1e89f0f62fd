using Meetpoint.Demo;
using Meetpoint.Interop.Border;

namespace Meetpoint.Interop.Presence;

/// <summary>Somebody as a subscription by hand is shown her.</summary>
/// <param name="Agent">Who watches.</param>
/// <param name="Subscribe">What began it.</param>
/// <param name="Answer">Its answer.</param>
sealed record Watching(PresenceAgent Agent, SipText Subscribe, string Answer)
{
    /// <summary>Notifications that came, in order, each with when.</summary>
    public IReadOnlyList<(string Message, long At)> Notifications =>
    [
        .. Agent.Heard.Where(heard => (heard.Message.StartsWith("NOTIFY ", StringComparison.Ordinal) || heard.Message.StartsWith("BENOTIFY ", StringComparison.Ordinal))
            && SipText.Header(heard.Message, "Call-ID") == Subscribe.EffectiveCallId),
    ];

    /// <summary>How many there are; for <see cref="SeesAsync"/>.</summary>
    public int Mark() => Notifications.Count;

    /// <summary>The first notification since a mark that fits, waited for.</summary>
    public async Task<(string Message, long At)> SeesAsync(Func<string, bool> fits, string expected, int mark = 0, Func<string>? log = null) =>
        ((string, long))await Expect.EventuallyAsync(
            () => Task.FromResult(Notifications.Skip(mark).Where(heard => fits(heard.Message)).Cast<object>().FirstOrDefault()),
            BorderWorld.Soon, expected, () => $"{Agent.Log()}\n{log?.Invoke()}");

    /// <summary>A later SUBSCRIBE of the subscription, by the route that its answer laid.</summary>
    public SipText Within(int sequence, string more) => Subscribe.Within(Answer, "SUBSCRIBE", sequence) with
    {
        Uri = SipText.Header(Answer, "Contact")!.Split('<', '>')[1],
        More = string.Concat(Answer.Split("\r\n\r\n")[0].Split("\r\n").Where(line => line.StartsWith("Record-Route:", StringComparison.Ordinal)).Reverse()
            .Select(line => $"Route:{line["Record-Route:".Length..]}\r\n")) + "Event: presence\r\n" + more,
    };
}
