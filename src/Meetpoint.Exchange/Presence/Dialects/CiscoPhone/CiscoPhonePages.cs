using System.Globalization;
using System.Text;
using Meetpoint.Net.Xml;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>A colleague on the page of a phone.</summary>
/// <param name="Name">What people call her.</param>
/// <param name="State">What is shown of her.</param>
/// <param name="Number">What to dial to reach her; null where that is not shown.</param>
/// <param name="PageUrl">The page with more of her; null without.</param>
readonly record struct PhonePageEntry(string Name, PresenceState State, string? Number = null, string? PageUrl = null);

/// <summary>Pages that Cisco-style phones fetch over HTTP: so that "away" can be read on a phone, and not only a lamp be seen.</summary>
static class CiscoPhonePages
{
    /// <summary>The media type of all pages.</summary>
    public const string MediaType = "text/xml; charset=utf-8";

    /// <summary>Items of a menu, at most: what phones take.</summary>
    public const int MaxMenuItems = 100;

    /// <summary>Entries of a directory, at most: what phones take.</summary>
    public const int MaxDirectoryEntries = 32;

    /// <summary>UTF-16 units of the text of a page, at most.</summary>
    public const int MaxTextLength = 4000;

    static readonly ZonedDateTimePattern Today = ZonedDateTimePattern.CreateWithInvariantCulture("HH':'mm", null);
    static readonly ZonedDateTimePattern Earlier = ZonedDateTimePattern.CreateWithInvariantCulture("d MMM HH':'mm", null);

    const int MaxTitleLength = 32;
    const int MaxNameLength = 64;

    /// <summary>Colleagues, each with her state, who can be dialled. Those without a number are left out.</summary>
    public static byte[] Directory(string title, string prompt, IEnumerable<PhonePageEntry> entries)
    {
        var xml = Open("CiscoIPPhoneDirectory", title, prompt);
        foreach (var entry in entries.Where(entry => entry.Number is not null).Take(MaxDirectoryEntries))
            xml.Start("DirectoryEntry", "").Element("Name", "", Line(entry)).Element("Telephone", "", entry.Number).End();
        return xml.Finish();
    }

    /// <summary>Colleagues, each with her state, who lead to a page of their own. Those without one are left out.</summary>
    /// <param name="title">Of the page.</param>
    /// <param name="prompt">The line below.</param>
    /// <param name="entries">The colleagues.</param>
    /// <param name="nextUrl">The page with those behind, as the last item; null for the last page.</param>
    public static byte[] Menu(string title, string prompt, IEnumerable<PhonePageEntry> entries, string? nextUrl = null)
    {
        var xml = Open("CiscoIPPhoneMenu", title, prompt);
        foreach (var entry in entries.Where(entry => entry.PageUrl is not null).Take(nextUrl is null ? MaxMenuItems : MaxMenuItems - 1))
            xml.Start("MenuItem", "").Element("Name", "", Line(entry)).Element("URL", "", entry.PageUrl).End();
        if (nextUrl is not null)
            xml.Start("MenuItem", "").Element("Name", "", "More").Element("URL", "", nextUrl).End();
        return xml.Finish();
    }

    /// <summary>One colleague, or several, in words.</summary>
    /// <param name="title">Of the page.</param>
    /// <param name="prompt">The line below.</param>
    /// <param name="entries">The colleagues.</param>
    /// <param name="now">Wall time, in the zone of the reader.</param>
    /// <param name="dialUrl">The page to dial from, as a soft key; null without.</param>
    public static byte[] Text(string title, string prompt, IEnumerable<PhonePageEntry> entries, ZonedDateTime now, string? dialUrl = null)
    {
        var xml = Open("CiscoIPPhoneText", title, prompt);
        var text = new StringBuilder();
        foreach (var entry in entries)
        {
            if (text.Length >= MaxTextLength)
                break;
            text.Append(entry.Name).Append(": ").Append(Words(entry.State));
            if (entry.State.Since is { } since)
                text.Append(" since ").Append(Since(since.InZone(now.Zone), now));
            if (entry.State.Note is { } note)
                text.Append(" - ").Append(note);
            text.Append('\n');
        }

        xml.Element("Text", "", Cut(text.ToString(), MaxTextLength));
        if (dialUrl is not null)
        {
            Key(xml, "Dial", dialUrl, 1);
            Key(xml, "Exit", "SoftKey:Exit", 4); // keys of a page replace the phone's own
        }

        return xml.Finish();
    }

    static void Key(XmlDocumentWriter xml, string name, string url, int position) => xml.Start("SoftKeyItem", "").Element("Name", "", name).Element("URL", "", url)
        .Element("Position", "", position.ToString(CultureInfo.InvariantCulture)).End();

    static string Since(ZonedDateTime since, ZonedDateTime now) => (since.Date == now.Date ? Today : Earlier).Format(since);

    /// <summary>A state in words.</summary>
    public static string Words(in PresenceState state) => state.Activity switch
    {
        Activity.Available => "available",
        Activity.Idle => "idle",
        Activity.Ringing => "ringing",
        Activity.Busy => "busy",
        Activity.OnThePhone => "on the phone",
        Activity.InMeeting => "in a meeting",
        Activity.Presenting => "presenting",
        Activity.DoNotDisturb => "do not disturb",
        Activity.BeRightBack => "be right back",
        Activity.Away => "away",
        Activity.Lunch => "at lunch",
        Activity.OutOfOffice => "out of office",
        Activity.Offline => "offline",
        _ => "not known",
    };

    static XmlDocumentWriter Open(string root, string title, string prompt) =>
        new XmlDocumentWriter("", root, "").Element("Title", "", Cut(title, MaxTitleLength)).Element("Prompt", "", Cut(prompt, MaxTitleLength));

    // The state comes last and is never cut: it is what the page is for.
    static string Line(in PhonePageEntry entry)
    {
        var words = " (" + Words(entry.State) + ")";
        return Cut(entry.Name, MaxNameLength - words.Length) + words;
    }

    static string Cut(string text, int length) => text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
