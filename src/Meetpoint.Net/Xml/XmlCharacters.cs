using System.Text;
using System.Xml;

namespace Meetpoint.Net.Xml;

/// <summary>Text as XML can carry it.</summary>
public static class XmlCharacters
{
    /// <summary>The text without the characters that XML 1.0 cannot carry (2.2): controls, and halves of a surrogate pair.</summary>
    public static string Clean(string text)
    {
        var bad = FirstBad(text);
        if (bad < 0)
            return text;
        var clean = new StringBuilder(text, 0, bad, text.Length);
        for (var i = bad; i < text.Length; i++)
        {
            if (XmlConvert.IsXmlChar(text[i]))
                clean.Append(text[i]);
            else if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
                clean.Append(text[i]).Append(text[++i]);
        }

        return clean.ToString();
    }

    static int FirstBad(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (XmlConvert.IsXmlChar(text[i]))
                continue;
            if (i + 1 >= text.Length || !XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
                return i;
            i++;
        }

        return -1;
    }
}
