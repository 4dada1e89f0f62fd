using System.Globalization;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>One hotspot in memory: what searches read of it, and its stored bytes for the few that are shown. Immutable.</summary>
sealed class HotspotEntry
{
    readonly byte[] _stored;

    /// <summary>Of a stored hotspot.</summary>
    /// <param name="stored">As <see cref="StoredHotspot.Bytes"/>.</param>
    /// <param name="version">Of its catalogue, at which it became so.</param>
    /// <param name="updated">When it became so here.</param>
    public HotspotEntry(byte[] stored, long version, Instant updated)
    {
        _stored = stored;
        Version = version;
        Updated = updated;
        var hotspot = Hotspot;
        Id = hotspot.Id;
        Point = SpherePoint.At((double)hotspot.Latitude, (double)hotspot.Longitude);
        SinceTicks = hotspot.Since?.ToUnixTimeTicks() ?? long.MinValue;
        UntilTicks = hotspot.Until?.ToUnixTimeTicks() ?? long.MaxValue;
    }

    /// <summary>Its location id.</summary>
    public string Id { get; }

    /// <summary>Version of the catalogue at which it became so.</summary>
    public long Version { get; }

    /// <summary>When it became so here.</summary>
    public Instant Updated { get; }

    /// <summary>Where it is.</summary>
    public SpherePoint Point { get; }

    /// <summary>Its bytes, to be compared with.</summary>
    public ReadOnlySpan<byte> Stored => _stored;

    /// <summary>All of it; read anew each time, which takes some microseconds.</summary>
    public Hotspot Hotspot => StoredHotspot.Read(_stored);

    /// <summary>Tag of this version of it.</summary>
    public string Tag => Version.ToString(CultureInfo.InvariantCulture);

    long SinceTicks { get; }

    long UntilTicks { get; }

    /// <summary>True while it is in service.</summary>
    public bool IsInService(long nowTicks) => nowTicks >= SinceTicks && nowTicks < UntilTicks;
}
