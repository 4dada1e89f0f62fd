using System.Globalization;

namespace Meetpoint.Sip.Sdp;

/// <summary>Attributes of a session or a medium, in order, with typed reading of those that signalling and media need.</summary>
public sealed class SdpAttributeList : List<SdpAttribute>
{
    /// <summary>Value of the first attribute of that name ("" for a flag); null when it is absent.</summary>
    public string? First(string name)
    {
        foreach (var attribute in this)
        {
            if (attribute.Name == name)
                return attribute.Value ?? "";
        }

        return null;
    }

    /// <summary>True when it is there.</summary>
    public bool Has(string name) => First(name) is not null;

    /// <summary>Values of every attribute of that name.</summary>
    public IEnumerable<string> All(string name) => this.Where(a => a.Name == name).Select(a => a.Value ?? "");

    /// <summary>Adds an attribute.</summary>
    public void Add(string name, string? value = null) => Add(new SdpAttribute(name, value));

    /// <summary>Replaces every attribute of that name by one.</summary>
    public void Set(string name, string? value = null)
    {
        RemoveAll(a => a.Name == name);
        Add(name, value);
    }

    /// <summary>The direction; null when none is written.</summary>
    public SdpDirection? Direction
    {
        get
        {
            foreach (var attribute in this)
            {
                if (ParseDirection(attribute.Name) is { } direction)
                    return direction;
            }

            return null;
        }

        set
        {
            RemoveAll(a => ParseDirection(a.Name) is not null);
            if (value is { } direction)
                Add(Name(direction));
        }
    }

    /// <summary>The first fingerprint (RFC 8122); null without.</summary>
    public SdpFingerprint? Fingerprint => First("fingerprint")?.Split(' ', 2) is [var hash, var value] ? new SdpFingerprint(hash, value.Trim()) : null;

    /// <summary>The DTLS role: actpass, active, passive or holdconn (RFC 8842); null without.</summary>
    public string? Setup => First("setup");

    internal static int? Integer(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    static string Name(SdpDirection direction) => direction switch
    {
        SdpDirection.SendOnly => "sendonly",
        SdpDirection.RecvOnly => "recvonly",
        SdpDirection.Inactive => "inactive",
        _ => "sendrecv",
    };

    static SdpDirection? ParseDirection(string name) => name switch
    {
        "sendrecv" => SdpDirection.SendRecv,
        "sendonly" => SdpDirection.SendOnly,
        "recvonly" => SdpDirection.RecvOnly,
        "inactive" => SdpDirection.Inactive,
        _ => null,
    };
}
