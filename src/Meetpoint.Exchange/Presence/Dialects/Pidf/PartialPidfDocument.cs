using System.Diagnostics.CodeAnalysis;
using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>
/// What a subscription with partial presence (RFC 5262) has come to: the whole, and what was changed of it since. Of XML patches (RFC 5261) it knows those of
/// whole tuples, persons and devices, named by their id, and of basic status; for any other it asks for the whole. One thread at a time.
/// </summary>
sealed class PartialPidfDocument
{
    /// <summary>Tuples, persons and devices of a document, at most.</summary>
    public const int MaxParts = 2 * PresenceReport.MaxDevices;

    /// <summary>Bytes of changes since the whole, at most; then the whole is asked for again.</summary>
    public const int MaxBytes = 4 * BoundedXml.MaxBytes;

    static readonly PidfReader Reader = new(isCisco: false, readsSource: false);

    Markup? _root;
    int _bytes;

    /// <summary>The number of the last notification that was taken.</summary>
    public uint Version { get; private set; }

    /// <summary>Takes a notification. False, with a fault in words, when it cannot be applied: then nothing is known until the whole is asked for.</summary>
    public bool TryApply(ReadOnlySpan<byte> body, [NotNullWhen(true)] out PresenceReport? report, [NotNullWhen(false)] out string? fault)
    {
        report = null;
        if (!BoundedXml.TryRead(body, out var root, out fault))
            return false;
        fault = root.Name switch
        {
            // Plain presence is the whole too, for who could not say less (RFC 5263, 4.4).
            "presence" or "pidf-full" => Whole(root),
            "pidf-diff" => _bytes + body.Length > MaxBytes ? "too many changes since the whole" : Patch(root),
            _ => "neither the whole nor a part of presence",
        };
        if (fault is not null)
        {
            _root = null;
            return false;
        }

        _bytes = root.Name == "pidf-diff" ? _bytes + body.Length : 0;
        report = Reader.Report(_root!);
        return true;
    }

    string? Whole(Markup root)
    {
        _root = root;
        Version = WireText.Number(root.Attribute("version")) ?? 0;
        return null;
    }

    string? Patch(Markup patch)
    {
        if (_root is null)
            return "a part without the whole";
        if (WireText.Number(patch.Attribute("version")) is not { } version || version != Version + 1)
            return "a part is missing";
        foreach (var operation in patch.Children)
        {
            if (!Apply(operation))
                return "a change that is not understood";
        }

        Version = version;
        return null;
    }

    bool Apply(Markup operation)
    {
        var select = operation.Attribute("sel")?.Trim() ?? "";
        if (operation.Name == "add")
            return select is "*" or "presence" && Add(operation);
        if (Find(select, out var rest) is not { } part)
            return false;
        switch (operation.Name)
        {
            case "remove" when rest.Length == 0:
                _root!.Remove(part);
                return true;
            case "replace" when rest.Length == 0 && operation.Children is [var by]:
                _root!.Replace(part, by);
                return true;
            case "replace" when rest == "/status/basic/text()" && part.Child("status") is { } status && status.Child("basic") is { } old:
                var basic = new Markup(old.Namespace, old.Name);
                basic.Add(operation.Text);
                status.Replace(old, basic);
                return true;
            default:
                return false;
        }
    }

    bool Add(Markup operation)
    {
        foreach (var child in operation.Children)
        {
            if (_root!.Children.Count >= MaxParts)
                return false;
            _root.Add(child);
        }

        return true;
    }

    /// <summary>The part that a selector as */tuple[@id='a'] names, and what follows that in it; null for any other, or where nothing has that id.</summary>
    Markup? Find(string select, out string rest)
    {
        rest = "";
        var slash = select.IndexOf('/', StringComparison.Ordinal);
        var bracket = select.IndexOf("[@id=", StringComparison.Ordinal);
        if (slash < 0 || bracket < slash || bracket + 6 >= select.Length)
            return null;
        var name = select[(slash + 1)..bracket];
        name = name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];
        var quote = select[bracket + 5];
        var end = select.IndexOf(quote, bracket + 6);
        if (quote is not ('\'' or '"') || end < 0 || end + 1 >= select.Length || select[end + 1] != ']')
            return null;
        var id = select[(bracket + 6)..end];
        rest = select[(end + 2)..];
        return name is "tuple" or "person" or "device" ? _root!.All(name).FirstOrDefault(part => part.Attribute("id") == id) : null;
    }
}
