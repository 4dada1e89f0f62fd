using Meetpoint.Net;

namespace Meetpoint.Demo.Systems;

/// <summary>A server and its clients in the Microsoft style: categories with aggregate availability, BENOTIFY, and the first state in the answer.</summary>
sealed class MicrosoftStandIn(NetAddress listen, NetAddress exchange) : StandIn("unified communications server", listen, exchange)
{
    readonly Dictionary<string, int> _chosen = new(StringComparer.Ordinal);

    protected override string Accept => "application/msrtc-event-categories+xml, text/xml+msrtc.pidf, application/pidf+xml";

    protected override IReadOnlyList<(string Name, string Value)> Headers =>
        [("Supported", "ms-benotify, ms-piggyback-first-notify"), ("Proxy-Require", "ms-benotify")];

    /// <summary>A user chooses a state in her client: 15500 is away, 3500 takes it back.</summary>
    public void Choose(string user, int availability) => Post(() =>
    {
        _chosen[user] = availability;
        Tell(user);
    });

    protected override (string Type, string Body) Write(string user)
    {
        var availability = _chosen.GetValueOrDefault(user, 3_500);
        return ("application/msrtc-event-categories+xml", $"""
            <categories xmlns="http://schemas.microsoft.com/2006/09/sip/categories" uri="sip:{user}"><category name="state" instance="1" publishTime="{DateTimeOffset.UnixEpoch:O}" container="100" version="1">
            <state xmlns="http://schemas.microsoft.com/2006/09/sip/state" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="aggregateState"><availability>{availability}</availability></state>
            </category></categories>
            """);
    }
}
