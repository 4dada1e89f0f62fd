using NodaTime;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>Every bound of the hotspot directory, with its reason.</summary>
public static class HotspotLimits
{
    /// <summary>Hotspots of one provider: more than the largest of them have.</summary>
    public const int PerProvider = 1_000_000;

    /// <summary>Bytes of a location id: what one RADIUS attribute carries (RFC 2865 section 5).</summary>
    public const int IdBytes = 253;

    /// <summary>Characters of a name, a city, a line of the address, opening hours, the name of a venue.</summary>
    public const int LineChars = 200;

    /// <summary>Lines of an address.</summary>
    public const int AddressLines = 6;

    /// <summary>Characters of a note.</summary>
    public const int NoteChars = 500;

    /// <summary>Networks of a hotspot.</summary>
    public const int Ssids = 16;

    /// <summary>Bytes of an SSID (802.11 section 9.4.2.2).</summary>
    public const int SsidBytes = 32;

    /// <summary>Domain names of a hotspot, and its own consortia; ANQP answers are small.</summary>
    public const int PasspointNames = 16;

    /// <summary>Elements of a civic address: RFC 5580 carries 250 bytes an attribute.</summary>
    public const int CivicElements = 32;

    /// <summary>Bytes of a civic element, whose length is one byte.</summary>
    public const int CivicBytes = 255;

    /// <summary>Digits behind the point of a coordinate: a tenth of a micrometre.</summary>
    public const int Decimals = 12;

    /// <summary>Metres of uncertainty.</summary>
    public const int UncertaintyMetres = 1_000_000;

    /// <summary>Bytes of one import as CSV: a million rows of the usual length. It waits in a file, and one is read at a time.</summary>
    public const long CsvBytes = 256L << 20;

    /// <summary>Bytes of one import as GeoJSON, which is read as a whole.</summary>
    public const long GeoJsonBytes = 64L << 20;

    /// <summary>Bytes of one hotspot as JSON.</summary>
    public const long HotspotBytes = 64 << 10;

    /// <summary>Faults of an import that are told; all are counted.</summary>
    public const int ToldFaults = 100;

    /// <summary>Rows written in one transaction: some 3 ms, so that calls do not wait behind an import.</summary>
    public const int RowsAtOnce = 500;

    /// <summary>The longest radius of a search: half way round.</summary>
    public const double RadiusMetres = 20_037_600;

    /// <summary>Hotspots found, at most.</summary>
    public const int Found = 500;

    /// <summary>Hotspots that a search for words puts in the order of names, some 5 us each; who finds that many should say more.</summary>
    public const int WithWords = 2_000;

    /// <summary>Words of a search.</summary>
    public const int QueryWords = 8;

    /// <summary>Hotspots of one page between exchanges.</summary>
    public const int PageRows = 500;

    /// <summary>Characters of one page between exchanges; in UTF-8 it stays below the NNI's limit of a body.</summary>
    public const int PageChars = 128 << 10;

    /// <summary>How long it is remembered that a hotspot was taken out; who was away longer reads everything again.</summary>
    public static Duration RemovalsKept { get; } = Duration.FromDays(30);
}
