using System.Text;

namespace Meetpoint.Xmpp.Streams;

/// <summary>Text within SASL elements.</summary>
static class Base64Text
{
    /// <summary>Null when it is no base64.</summary>
    internal static string? Decode(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count) : null;
    }

    internal static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
