using System.Globalization;
using Meetpoint.Simulation.Kit;
using Meetpoint.Sip;

namespace Meetpoint.Simulation.Presence;

/// <summary>A call control that knows lamps alone: dialog information (RFC 4235), whole after a SUBSCRIBE and in part at each change, as the makes do.</summary>
sealed class LampSystem(SimulatedWorld world, SimulatedExchange exchange) : VendorSystem(world, exchange, exchange.Party.Cisco)
{
    readonly Dictionary<string, string> _dialogs = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> _versions = new(StringComparer.Ordinal);
    string? _changed;

    public override string Accept => "application/dialog-info+xml";

    public override IReadOnlyList<(string Name, string Value)> Headers => [];

    /// <summary>Times that anybody was told the whole.</summary>
    public int Whole { get; private set; }

    /// <summary>One dialog of a user's phone changes; those who watch are told of it alone.</summary>
    /// <param name="user">Whose phone.</param>
    /// <param name="dialog">Its id.</param>
    /// <param name="state">As in RFC 4235: "early", "confirmed" or "terminated".</param>
    /// <param name="isLost">True when the document is made, and never sent.</param>
    public void Set(string user, string dialog, string state, bool isLost = false)
    {
        Change(isLost ? "nobody" : user, () =>
        {
            _dialogs[dialog] = state;
            _changed = isLost ? null : dialog;
            _versions[user] = _versions.GetValueOrDefault(user) + (isLost ? 1 : 0);
        });
        _changed = null;
    }

    protected override (string Type, string Body) Write(string user)
    {
        var version = _versions[user] = _versions.GetValueOrDefault(user) + 1;
        Whole += _changed is null ? 1 : 0;
        var dialogs = _dialogs.Where(pair => _changed is null || pair.Key == _changed)
            .Select(pair => $"<dialog id=\"{pair.Key}\" direction=\"recipient\"><state>{pair.Value}</state></dialog>");
        return (Accept, $"""
            <?xml version="1.0"?>
            <dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="{version.ToString(CultureInfo.InvariantCulture)}" state="{(_changed is null ? "full" : "partial")}"
              entity="sip:{user}@{Exchange.Name}">{string.Concat(dialogs)}</dialog-info>
            """);
    }

    protected override void Take(IncomingRequest request, string user) => request.Respond(405);
}
