using System.Diagnostics.CodeAnalysis;
using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>One dialog of a phone.</summary>
/// <param name="Id">Its name within the document.</param>
/// <param name="Activity">What the phone does with it: on the phone, ringing, or available once it is over.</param>
readonly record struct DialogState(string Id, Activity Activity);

/// <summary>A document of the dialog package (RFC 4235), read: all dialogs of a phone, or those that changed.</summary>
/// <param name="Entity">Of whom; null where it does not say.</param>
/// <param name="Version">Grows by one with each notification; after a gap, full state is to be asked for (RFC 4235, 4.3).</param>
/// <param name="IsFull">True when dialogs that it does not name are over.</param>
/// <param name="Dialogs">The dialogs.</param>
sealed record DialogInfo(string? Entity, uint Version, bool IsFull, IReadOnlyList<DialogState> Dialogs)
{
    /// <summary>Its media type.</summary>
    public const string MediaType = "application/dialog-info+xml";

    /// <summary>Dialogs of a document, at most; those behind are left out.</summary>
    public const int MaxDialogs = 64;

    /// <summary>Its namespace.</summary>
    public const string Namespace = "urn:ietf:params:xml:ns:dialog-info";

    /// <summary>Reads a document; false, with a fault in words, when it is malformed.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out DialogInfo? info, [NotNullWhen(false)] out string? fault)
    {
        info = null;
        if (!BoundedXml.TryRead(body, out var root, out fault))
            return false;
        if (!root.Is(Namespace, "dialog-info"))
        {
            fault = "not dialog information";
            return false;
        }

        var dialogs = new List<DialogState>();
        foreach (var dialog in root.All("dialog").Take(MaxDialogs))
            dialogs.Add(new(WireText.Device(dialog.Attribute("id")) ?? "", Read(dialog)));
        info = new(root.Attribute("entity")?.Trim(), WireText.Number(root.Attribute("version")) ?? 0, root.Attribute("state") != "partial", dialogs);
        return true;
    }

    /// <summary>What a phone with these dialogs does: it is on the phone with one that stands, whatever else rings.</summary>
    public static Activity Fold(IEnumerable<DialogState> dialogs)
    {
        var activity = Activity.Available;
        foreach (var dialog in dialogs)
        {
            if (dialog.Activity == Activity.OnThePhone)
                return Activity.OnThePhone;
            if (dialog.Activity == Activity.Ringing)
                activity = Activity.Ringing;
        }

        return activity;
    }

    // Who calls has the handset in the hand from the first digit on; who is called rings until the call is answered.
    static Activity Read(Markup dialog) => dialog.Child("state")?.Text switch
    {
        "confirmed" => Activity.OnThePhone,
        "trying" or "proceeding" or "early" => dialog.Attribute("direction") == "initiator" ? Activity.OnThePhone : Activity.Ringing,
        _ => Activity.Available,
    };
}
