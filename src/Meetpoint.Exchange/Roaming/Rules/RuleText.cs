using System.Globalization;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Dictionary;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Exchange.Roaming.Rules;

/// <summary>What is wrong with an entry of a rule.</summary>
/// <param name="Code">Stable.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Mend">What to do.</param>
readonly record struct RuleFault(string Code, string Message, string Mend);

/// <summary>The entries of rules: names, and names with a value. Read when a world is checked, and once more when it is compiled.</summary>
static class RuleText
{
    static RadiusDictionary Dictionary => RadiusDictionary.Standard;

    /// <summary>An attribute or a vendor by its name; null where it is one.</summary>
    public static RuleFault? Name(string text, out AttributeKey key)
    {
        if (AttributeKey.TryFind(Dictionary, text, out key))
            return null;
        if (Dictionary.Find(text) is not null)
            return new RuleFault("not-ruled", $"'{text}' stands within another attribute", "name the attribute that it stands in");
        return new RuleFault("unknown-attribute", $"no attribute is known by the name '{text}'",
            NearestWord.Find(text, Dictionary.Names) is { } near ? $"did you mean '{near}'?" : "use a name of the dictionary such as Filter-Id, or its numbers, such as Attr-26.9.1");
    }

    /// <summary>The same of one that a rule may change.</summary>
    public static RuleFault? Changeable(string text, out AttributeKey key) => Name(text, out key)
        ?? (ProtectedAttributes.All.Contains(key) ? new RuleFault("protected-attribute", $"no rule changes '{text}'", "take it out: the conversation, its proof or what is settled stands on it") : null);

    /// <summary>"Idle-Timeout = 600", "Tunnel-Type:1 = VLAN", "Attr-26.9.1 = 0x00": the attribute, and its octets as they stand in a packet.</summary>
    public static RuleFault? Value(string text, out AttributeKey key, out byte[] attribute)
    {
        attribute = [];
        var (name, value) = Split(text);
        if (Changeable(name.Split(':')[0], out key) is { } fault)
            return fault;
        var definition = Dictionary.Find(name.Split(':')[0]);
        if (value is null || (key.Inner == 0 && key.Type == AttributeType.VendorSpecific))
            return new RuleFault("no-value", $"'{text}' has no value", "write one such as \"Idle-Timeout = 600\"");
        if (definition is { Hiding: not HidingMethod.None })
            return new RuleFault("hidden-attribute", $"'{name}' is hidden by the secret of each hop", "leave it to the home server");
        var buffer = new byte[RadiusPacket.MaxLength];
        var writer = PacketSecurity.Version11.BeginRequest(buffer, new RequestMark(RadiusCode.AccessRequest, 0, default));
        if (!RadiusText.TryRead(text, Dictionary, out var read) || !RadiusText.TryWrite(ref writer, read, Dictionary))
            return new RuleFault("bad-value", $"'{value}' is no value of {name}", $"write {Wanted(definition)}");
        attribute = buffer[RadiusPacket.HeaderLength..writer.Length];
        return null;
    }

    /// <summary>"Session-Timeout = 3600": a number of 32 bits, and the most that it may be.</summary>
    public static RuleFault? Bound(string text, out AttributeKey key, out uint bound)
    {
        bound = 0;
        var (name, value) = Split(text);
        if (Changeable(name, out key) is { } fault)
            return fault;
        if (Dictionary.Find(name) is not { Type: AttributeDataType.Integer, HasTag: false, Hiding: HidingMethod.None } || (key.Inner != 0 && key.Type != AttributeType.VendorSpecific))
            return new RuleFault("no-number", $"'{name}' is no number of 32 bits", "bound one such as Session-Timeout");
        return uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out bound) && bound > 0 ? null
            : new RuleFault("out-of-range", $"'{value}' is no bound of {name}", $"write one such as \"{name} = 3600\", 1 to {uint.MaxValue}");
    }

    static (string Name, string? Value) Split(string text) => text.IndexOf('=', StringComparison.Ordinal) is >= 0 and var equals
        ? (text[..equals].Trim(), text[(equals + 1)..].Trim()) : (text.Trim(), null);

    static string Wanted(AttributeDefinition? definition) => definition?.Type switch
    {
        AttributeDataType.Integer or AttributeDataType.Integer64 or AttributeDataType.Byte or AttributeDataType.Short => "a whole number within its range, or a name of the dictionary",
        AttributeDataType.Time => "a time such as 2026-06-01T12:00:00Z",
        AttributeDataType.Ipv4Address => "an address such as 192.0.2.1",
        AttributeDataType.Ipv6Address => "an address such as 2001:db8::1",
        AttributeDataType.Ipv4Prefix or AttributeDataType.Ipv6Prefix => "a prefix such as 2001:db8::/32",
        AttributeDataType.Text => "a text of at most 253 octets",
        _ => "octets such as 0x0102, at most 253",
    };
}
