namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>An element of an activity: its prefix, its namespace and its name.</summary>
readonly record struct PidfWord(string Prefix, string Namespace, string Name);

/// <summary>The words that a style of PIDF writes, and where it writes them.</summary>
sealed class PidfVocabulary
{
    readonly Func<Activity, string> _words;
    readonly Dictionary<string, string> _namespaces;

    PidfVocabulary(string rpidPrefix, string rpid, string capsPrefix, string caps, Func<Activity, string> words)
    {
        _words = words;
        (RpidPrefix, Rpid, CapsPrefix, Caps) = (rpidPrefix, rpid, capsPrefix, caps);
        _namespaces = new(StringComparer.Ordinal) { [rpidPrefix] = rpid, ["ce"] = PidfNames.CiscoRpid, ["mp"] = PidfNames.Meetpoint };
    }

    /// <summary>RFC 4480, and words of ours beside those that it lacks.</summary>
    public static PidfVocabulary Standard { get; } = new("rpid", PidfNames.Rpid, "caps", PidfNames.Caps, activity => activity switch
    {
        Activity.Available => "mp:available",
        Activity.Idle => "mp:idle",
        Activity.Ringing => "mp:ringing",
        Activity.Busy => "rpid:busy",
        Activity.OnThePhone => "rpid:on-the-phone",
        Activity.InMeeting => "rpid:meeting",
        Activity.Presenting => "rpid:busy rpid:presentation",
        Activity.DoNotDisturb => "rpid:busy mp:do-not-disturb",
        Activity.BeRightBack => "rpid:away mp:be-right-back",
        Activity.Away => "rpid:away",
        Activity.Lunch => "rpid:away rpid:lunch",
        Activity.OutOfOffice => "rpid:away rpid:vacation",
        Activity.Offline => "mp:offline",
        _ => "rpid:unknown",
    });

    /// <summary>The Cisco style: RPID of the drafts, with activities of its own, within the status of a tuple.</summary>
    public static PidfVocabulary Cisco { get; } = new("e", PidfNames.DraftRpid, "sc", PidfNames.DraftCaps, activity => activity switch
    {
        Activity.Available or Activity.Idle => "ce:available",
        Activity.Ringing => "ce:alerting",
        Activity.Busy => "e:busy",
        Activity.OnThePhone => "e:on-the-phone",
        Activity.InMeeting => "e:meeting",
        Activity.Presenting => "e:busy e:presentation",
        Activity.DoNotDisturb => "ce:dnd",
        Activity.BeRightBack => "e:away mp:be-right-back",
        Activity.Away => "e:away",
        Activity.Lunch => "e:away e:meal",
        Activity.OutOfOffice => "e:away e:vacation",
        Activity.Offline => "ce:unavailable",
        _ => "e:unknown",
    })
    { IsCisco = true };

    /// <summary>True for the Cisco style: activities within the status, the person first, lines as cmp tuples.</summary>
    public bool IsCisco { get; private init; }

    /// <summary>The prefix of RPID.</summary>
    public string RpidPrefix { get; }

    /// <summary>The namespace of RPID.</summary>
    public string Rpid { get; }

    /// <summary>The prefix of service capabilities.</summary>
    public string CapsPrefix { get; }

    /// <summary>The namespace of service capabilities.</summary>
    public string Caps { get; }

    /// <summary>The elements of an activity, with their prefixes, separated by spaces: as the table in the documentation shows them.</summary>
    public string Text(Activity activity) => _words(activity);

    /// <summary>The elements of an activity: those that everybody knows first.</summary>
    public IEnumerable<PidfWord> Words(Activity activity)
    {
        foreach (var word in _words(activity).Split(' '))
        {
            var colon = word.IndexOf(':', StringComparison.Ordinal);
            yield return new(word[..colon], _namespaces[word[..colon]], word[(colon + 1)..]);
        }
    }
}
