namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>What a document did to a table of dialogs.</summary>
enum DialogTaken
{
    /// <summary>The table is as the document says.</summary>
    Taken,

    /// <summary>It was overtaken by a newer one, and says nothing.</summary>
    Old,

    /// <summary>One before it was missed, or there was none: the table stays, and full state is to be asked for.</summary>
    Missed,
}

/// <summary>
/// The dialogs of one phone as one subscription has told them: a full document replaces what was, a partial one changes the dialogs that it names, in the order of versions
/// (RFC 4235 section 4.3). One thread at a time.
/// </summary>
sealed class DialogTable
{
    readonly Dictionary<string, DialogState> _dialogs = new(StringComparer.Ordinal);
    uint? _version;

    /// <summary>Those that stand, <see cref="DialogInfo.MaxDialogs"/> at most.</summary>
    public IReadOnlyCollection<DialogState> Dialogs => _dialogs.Values;

    /// <summary>Takes a document. A full one is always taken: the dialog that carries it keeps the order, and a phone that begins anew counts anew.</summary>
    public DialogTaken Take(DialogInfo info)
    {
        if (info.IsFull)
        {
            _dialogs.Clear();
            for (var i = 0; i < info.Dialogs.Count; i++)
                _dialogs[info.Dialogs[i].Id is { Length: > 0 } id ? id : $"#{i}"] = info.Dialogs[i]; // those without a name are told apart by their place
            _version = info.Version;
            return DialogTaken.Taken;
        }

        if (_version is not { } version || info.Version > version + 1L)
            return DialogTaken.Missed;
        if (info.Version <= version)
            return DialogTaken.Old;
        _version = info.Version;
        foreach (var dialog in info.Dialogs)
        {
            if (dialog.Activity == Activity.Available)
                _dialogs.Remove(dialog.Id);
            else if (_dialogs.Count < DialogInfo.MaxDialogs || _dialogs.ContainsKey(dialog.Id))
                _dialogs[dialog.Id] = dialog;
        }

        return DialogTaken.Taken;
    }
}
