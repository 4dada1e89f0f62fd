using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Presence;

/// <summary>
/// Remembers over a restart which devices were heard of, and nothing of what they said: until each has spoken again, or had the time to, nobody is shown a state that
/// it might have held down. On the loop only.
/// </summary>
sealed class PresenceMemory
{
    readonly PresenceContext _context;
    readonly Queue<(Instant Due, PresenceSource Source)> _waiting = new();

    public PresenceMemory(PresenceContext context)
    {
        _context = context;
        context.Hub.DeviceKnown = OnKnown;
    }

    public static Migration Migration { get; } = new("presence-002", "devices whose presence was heard of",
        """
        CREATE TABLE presence_devices (
            presentity {text} NOT NULL,
            origin {text} NOT NULL,
            device {text} NOT NULL,
            neighbour {text},
            PRIMARY KEY (presentity, origin, device)
        ){strict}
        """);

    /// <summary>All rows, to be given to <see cref="Recall"/>.</summary>
    public static IReadOnlyList<Row> Load(StoreReader reader) => reader.Query<Row>("SELECT presentity, origin, device, neighbour FROM presence_devices");

    /// <summary>Takes over what was heard before; once, before any source speaks.</summary>
    public void Recall(IReadOnlyList<Row> rows)
    {
        var due = _context.Now + Duration.FromSeconds(Sip.Publications.MaxSeconds);
        foreach (var row in rows)
        {
            if (_context.Hub.Remember(row.Presentity, row.Neighbour, row.Origin, row.Device) is { } source)
                _waiting.Enqueue((due, source));
        }
    }

    /// <summary>Lets go what has not spoken again in the time of the longest publication. Regularly.</summary>
    public void Sweep(Instant now)
    {
        while (_waiting.TryPeek(out var first) && (first.Source.IsClosed || first.Due <= now))
        {
            _waiting.Dequeue();
            _context.Hub.Close(first.Source);
        }
    }

    /// <summary>An origin says that it knows nothing of somebody: what was heard of it before is over.</summary>
    public void Forget(string presentity, string origin)
    {
        if (_context.Hub.Find(presentity) is not { } known)
            return;
        foreach (var source in known.Sources.Where(source => source.States is [{ IsUnheard: true } unheard] && unheard.Origin == origin).ToList())
            _context.Hub.Close(source);
    }

    void OnKnown(DeviceState state, Presentity presentity, bool isKnown)
    {
        var parameters = new { presentity = presentity.Address, origin = state.Origin, device = state.Device };
        var neighbour = presentity.Sources.Find(source => source.States.Contains(state))?.Neighbour;
        _context.Store.Write(
            transaction => isKnown
                ? transaction.Execute(
                    "INSERT INTO presence_devices (presentity, origin, device, neighbour) VALUES (@presentity, @origin, @device, @neighbour) ON CONFLICT DO NOTHING",
                    new { parameters.presentity, parameters.origin, parameters.device, neighbour })
                : transaction.Execute("DELETE FROM presence_devices WHERE presentity = @presentity AND origin = @origin AND device = @device", parameters),
            static _ => { }, fault => _context.Log.Fault("presence", fault));
    }

    /// <summary>A row.</summary>
    public sealed record Row(string Presentity, string Origin, string Device, string? Neighbour);
}
