using System.Text;
using Meetpoint.Radius.Attributes;
using Meetpoint.Radius.Dictionary;
using Meetpoint.Radius.Packets;
using Meetpoint.Radius.Realms;

namespace Meetpoint.Exchange.Roaming.Watch;

/// <summary>
/// Attributes of packets that are watched, a line each. Passwords, keys, challenges and what answers them are never shown, nor what the dictionary does not know, since it could be one of them; of EAP its kind alone. Of
/// users only the one is named who was asked for.
/// </summary>
/// <param name="name">Whose requests are watched.</param>
/// <param name="people">Users of the conversation, without their realms: where all of a realm are watched, no text shows one.</param>
sealed class WatchedAttributes(WatchedName name, IReadOnlyCollection<string> people)
{
    const string Masked = "<masked>";
    const int EapHeader = 4;

    /// <summary>The longest line: an attribute's value comes from whoever sends it.</summary>
    const int MaxLine = 600;

    /// <summary>What vendors write a key or password after, within texts such as Cisco-AVPair's.</summary>
    static readonly string[] _keyWords = ["psk", "pass", "secret", "key", "pwd"];

    /// <summary>Who somebody is, in other words.</summary>
    static readonly HashSet<string> _persons = ["User-Name", "Calling-Station-Id", "Chargeable-User-Identity", "EAP-Peer-Id", "Callback-Number"];

    /// <summary>All of a packet.</summary>
    public IReadOnlyList<string> Of(byte[] packet) => [.. Lines(packet).Select(line => $"{line.Name} = {line.Value}")];

    /// <summary>What became of attributes on the way: "+" added, "-" left out, "~" changed.</summary>
    public IReadOnlyList<string> Changes(byte[] before, byte[] after)
    {
        var gone = Lines(before).ToList();
        var come = Lines(after).Where(line => !gone.Remove(line)).ToList();
        var changes = new List<string>();
        foreach (var line in gone)
        {
            var at = come.FindIndex(other => other.Name == line.Name);
            changes.Add(at < 0 ? $"- {line.Name} = {line.Value}" : $"~ {line.Name} = {line.Value} -> {come[at].Value}");
            if (at >= 0)
                come.RemoveAt(at);
        }

        return [.. changes, .. come.Select(line => $"+ {line.Name} = {line.Value}")];
    }

    /// <summary>A text of a packet for one line.</summary>
    public static string Text(ReadOnlySpan<byte> value) => Short(RadiusText.Write(new ReadAttribute(RadiusDictionary.Standard.Find("User-Name"), "1", 0, value.ToArray())))["User-Name = ".Length..];

    IEnumerable<(string Name, string Value)> Lines(byte[] bytes)
    {
        if (!RadiusPacket.TryParse(bytes, out var packet, out _))
            return [];
        return [.. ReadAttribute.All(packet, RadiusDictionary.Standard).Select(attribute => (NameOf(attribute), Short(Value(attribute))))];
    }

    static string NameOf(ReadAttribute attribute) => (attribute.Definition?.Name ?? $"Attr-{attribute.Path}") + (attribute.Tag > 0 ? $":{attribute.Tag}" : "");

    string Value(ReadAttribute attribute)
    {
        var octets = $"{attribute.Value.Length} octets";
        switch (attribute.Path)
        {
            case "1":
                return UserName(attribute);
            case "79":
                return Eap(attribute.Value);
            case "80":
                return "present";
            case "24" or "25" or "33": // State, Class, Proxy-State: what they mean only who gave them knows
                return octets;
        }

        if (attribute.Definition is not { } definition)
            return octets;
        for (var node = definition; node is not null; node = node.Parent!)
        {
            if (node.IsSecret)
                return Masked;
        }

        if (name.IsRealm && _persons.Contains(definition.Name))
            return Masked;
        var text = RadiusText.Write(attribute)[(NameOf(attribute).Length + " = ".Length)..];
        var isText = definition.Type == AttributeDataType.Text;
        return isText && (IsKey(text) || Names(text)) ? Masked : text;
    }

    string UserName(ReadAttribute attribute)
    {
        if (!name.IsRealm && name.Matches(attribute.Value))
            return Text(attribute.Value);
        return NetworkAccessId.TryParse(attribute.Value, out var id, out _) && id.HasRealm ? $"\"{(id.User.IsEmpty ? "" : Masked)}@{Encoding.UTF8.GetString(id.Realm)}\"" : Masked;
    }

    /// <summary>A text such as "psk=…" of a vendor's own.</summary>
    static bool IsKey(string text) => text.AsSpan().ContainsAny('=', ':') && Array.Exists(_keyWords, word => text.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Such as a Reply-Message that greets somebody, where all of a realm are watched.</summary>
    bool Names(string text) => name.IsRealm && people.Any(person => text.Contains(person, StringComparison.OrdinalIgnoreCase));

    /// <summary>Code, kind and length of an EAP packet (RFC 3748 section 4): what is within proves somebody, or says who he is.</summary>
    static string Eap(byte[] value)
    {
        if (value.Length < EapHeader)
            return $"{value.Length} octets, which is no EAP";
        var code = value[0] switch { 1 => "Request", 2 => "Response", 3 => "Success", 4 => "Failure", var other => $"code {other}" };
        var kind = value.Length > EapHeader && value[0] is 1 or 2 ? $" {KindOf(value[EapHeader])}" : "";
        return $"{code}{kind} id {value[1]}, {value.Length} octets";
    }

    static string KindOf(byte type) => type switch
    {
        1 => "Identity",
        2 => "Notification",
        3 => "Nak",
        4 => "MD5-Challenge",
        6 => "GTC",
        13 => "TLS",
        18 => "SIM",
        21 => "TTLS",
        23 => "AKA",
        25 => "PEAP",
        26 => "MSCHAPv2",
        43 => "FAST",
        50 => "AKA'",
        52 => "PWD",
        55 => "TEAP",
        _ => $"type {type}",
    };

    static string Short(string text) => text.Length <= MaxLine ? text : text[..MaxLine] + "…";
}
