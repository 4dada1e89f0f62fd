using System.Net;
using System.Text;

namespace Meetpoint.Exchange.Messaging.Bodies;

/// <summary>The words of a text/html message: tags away, lines where HTML breaks them, entities as the characters that they stand for.</summary>
static class HtmlText
{
    /// <summary>Elements whose content is not for people.</summary>
    static readonly string[] Hidden = ["head", "script", "style", "title"];

    /// <summary>Elements that begin or end a line.</summary>
    static readonly string[] Breaking = ["br", "p", "/p", "div", "/div", "li", "tr", "h1", "h2", "h3", "blockquote"];

    /// <summary>Reduces it; linear in its length.</summary>
    public static string Reduce(string html)
    {
        var text = new StringBuilder(html.Length);
        var at = 0;
        while (at < html.Length)
        {
            var open = html.IndexOf('<', at);
            Append(text, html.AsSpan(at, (open < 0 ? html.Length : open) - at));
            if (open < 0)
                break;
            var close = html.IndexOf('>', open);
            if (close < 0)
                break;
            var name = NameOf(html.AsSpan(open + 1, close - open - 1));
            at = close + 1;
            if (Is(name, Hidden))
                at = AfterEnd(html, name, at);
            else if (Is(name, Breaking))
                Break(text);
        }

        return text.ToString().Trim();
    }

    static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> tag)
    {
        var end = tag.IndexOfAny(" \t\r\n");
        if (end >= 0)
            tag = tag[..end];
        return tag.Length > 1 && tag[^1] == '/' ? tag[..^1] : tag;
    }

    static int AfterEnd(string html, ReadOnlySpan<char> name, int from)
    {
        var end = html.IndexOf($"</{name}", from, StringComparison.OrdinalIgnoreCase);
        var close = end < 0 ? -1 : html.IndexOf('>', end);
        return close < 0 ? html.Length : close + 1;
    }

    /// <summary>Runs of white space are one space, and none at the beginning of a line.</summary>
    static void Append(StringBuilder text, ReadOnlySpan<char> words)
    {
        foreach (var letter in WebUtility.HtmlDecode(words.ToString()))
        {
            var isSpace = letter is ' ' or '\t' or '\r' or '\n';
            if (!isSpace)
                text.Append(letter);
            else if (text.Length > 0 && text[^1] is not (' ' or '\n'))
                text.Append(' ');
        }
    }

    static void Break(StringBuilder text)
    {
        while (text.Length > 0 && text[^1] == ' ')
            text.Length--;
        if (text.Length > 0 && text[^1] != '\n')
            text.Append('\n');
    }

    static bool Is(ReadOnlySpan<char> name, string[] names)
    {
        foreach (var one in names)
        {
            if (name.Equals(one, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
