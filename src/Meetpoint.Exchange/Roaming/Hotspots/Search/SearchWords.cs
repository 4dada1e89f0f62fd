using System.Globalization;
using System.Text;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>Text as words that are compared: without case and accents, split at whatever is neither letter nor digit.</summary>
static class SearchWords
{
    /// <summary>Characters of a word; of longer ones the rest is not compared.</summary>
    const int MaxChars = 40;

    /// <summary>The words that a hotspot is found by: its name, address and city.</summary>
    public static HashSet<string> Of(Hotspot hotspot)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        Add(hotspot.Name, words);
        Add(hotspot.City, words);
        foreach (var line in hotspot.Address)
            Add(line, words);
        return words;
    }

    /// <summary>The words of a text, each once.</summary>
    public static void Add(string? text, ICollection<string> words)
    {
        if (text is null)
            return;
        var word = new StringBuilder();
        foreach (var c in Plain(text))
        {
            if (char.IsLetterOrDigit(c) || char.IsSurrogate(c))
            {
                Fold(c, word);
                continue;
            }

            End(word, words);
        }

        End(word, words);
    }

    static void End(StringBuilder word, ICollection<string> words)
    {
        if (word.Length > 0)
            words.Add(word.ToString(0, Math.Min(word.Length, MaxChars)));
        word.Clear();
    }

    // Decomposed and stripped of marks: é is e with an accent, and then e. An apostrophe is no end of a word: O'Hare is one.
    static IEnumerable<char> Plain(string text)
    {
        string decomposed;
        try
        {
            decomposed = text.Normalize(NormalizationForm.FormKD);
        }
        catch (ArgumentException)
        {
            decomposed = text; // half a character, as somebody may type it
        }

        return decomposed.Where(c => c is not ('\'' or '\u2019') && CharUnicodeInfo.GetUnicodeCategory(c) is not UnicodeCategory.NonSpacingMark);
    }

    // Letters that no decomposition takes apart, as they are written without their sign.
    static void Fold(char c, StringBuilder word)
    {
        c = char.ToLowerInvariant(c);
        _ = c switch
        {
            'ß' => word.Append("ss"),
            'æ' => word.Append("ae"),
            'œ' => word.Append("oe"),
            'ø' => word.Append('o'),
            'đ' or 'ð' => word.Append('d'),
            'ł' => word.Append('l'),
            'þ' => word.Append("th"),
            'ı' => word.Append('i'),
            _ => word.Append(c),
        };
    }
}
