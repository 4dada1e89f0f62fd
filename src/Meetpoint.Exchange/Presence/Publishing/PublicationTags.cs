using Meetpoint.Exchange.Storage;

namespace Meetpoint.Exchange.Presence.Publishing;

/// <summary>Entity tags of what we put into other systems: after a restart it is changed by them, and does not stand beside what is said anew.</summary>
static class PublicationTags
{
    public static Migration Migration { get; } = new("presence-003", "tags of what is published into other systems",
        """
        CREATE TABLE presence_published (
            presentity {text} NOT NULL,
            neighbour {text} NOT NULL,
            tag {text} NOT NULL,
            PRIMARY KEY (presentity, neighbour)
        ){strict}
        """);

    /// <summary>All of them.</summary>
    public static IReadOnlyDictionary<(string Address, string Neighbour), string> Load(StoreReader reader) =>
        reader.Query<Row>("SELECT presentity, neighbour, tag FROM presence_published").ToDictionary(row => (row.Presentity, row.Neighbour), row => row.Tag);

    /// <summary>Writes one; null takes it away.</summary>
    public static void Write(PresenceContext context, string presentity, string neighbour, string? tag) => context.Store.Write(
        transaction => tag is null
            ? transaction.Execute("DELETE FROM presence_published WHERE presentity = @presentity AND neighbour = @neighbour", new { presentity, neighbour })
            : transaction.Execute(
                "INSERT INTO presence_published (presentity, neighbour, tag) VALUES (@presentity, @neighbour, @tag) ON CONFLICT (presentity, neighbour) DO UPDATE SET tag = excluded.tag",
                new { presentity, neighbour, tag }),
        static _ => { }, fault => context.Log.Fault("presence", fault));

    sealed record Row(string Presentity, string Neighbour, string Tag);
}
