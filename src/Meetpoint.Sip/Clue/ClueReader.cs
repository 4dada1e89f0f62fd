using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Meetpoint.Net.Xml;

namespace Meetpoint.Sip.Clue;

/// <summary>Reads messages. Elements are found by their names wherever they stand, and what is not known is passed over (RFC 8847 section 8).</summary>
public static class ClueReader
{
    /// <summary>Characters of an identifier.</summary>
    public const int MaxIdLength = 128;

    /// <summary>Characters of a reason or description; what is beyond is cut off.</summary>
    public const int MaxTextLength = 256;

    /// <summary>The message; false, with the answer that it gets, when it is none. Never throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ClueMessage? message, out ClueFault fault)
    {
        (message, fault) = (null, default);
        if (!BoundedXml.TryRead(bytes, out var root, out var wrong))
        {
            fault = new ClueFault(ClueCode.BadSyntax, wrong, "", 0);
            return false;
        }

        var sequence = Number(root.Child("sequenceNr"));
        try
        {
            if (root.Namespace != ClueNames.Messages)
                throw new Wrong(ClueCode.BadSyntax, "no message of CLUE");
            if (root.Attribute("protocol") != ClueNames.Protocol || root.Attribute("v") is not { } version || !IsVersion(version))
                throw new Wrong(ClueCode.BadSyntax, "no protocol or no version");
            message = Read(root) with { Sequence = sequence ?? throw new Wrong(ClueCode.InvalidValue, "no sequence number"), Version = version, ClueId = Text(root.Child("clueId")) };
            return true;
        }
        catch (Wrong e)
        {
            fault = new ClueFault(e.Code, e.Message, root.Name, sequence ?? 0);
            return false;
        }
    }

    /// <summary>True for a major and a minor number, the first from 1.</summary>
    public static bool IsVersion(string text) =>
        text.Length <= 16 && text.Split('.') is [[>= '1' and <= '9', ..] major, { Length: > 0 } minor] && major.All(char.IsAsciiDigit) && minor.All(char.IsAsciiDigit);

    static ClueMessage Read(Markup root) => root.Name switch
    {
        "options" => new ClueOptions(Flag(root, "mediaProvider"), Flag(root, "mediaConsumer"), [.. (root.Child("supportedVersions")?.All("version") ?? []).Select(Needed)]),
        "optionsResponse" => new ClueOptionsResponse(
            Code(root), Text(root.Child("reasonString")), root.Child("mediaProvider")?.Text is "true" or "1", root.Child("mediaConsumer")?.Text is "true" or "1", Text(root.Child("version"))),
        "advertisement" => ClueModelReader.Advertisement(root),
        "ack" => new ClueAck(Code(root), Text(root.Child("reasonString")), NumberOf(root, "advSequenceNr")),
        "configure" => new ClueConfigure(NumberOf(root, "advSequenceNr"), IsAck(root.Child("ack")), ClueModelReader.CaptureEncodings(root.Child("captureEncodings"))),
        "configureResponse" => new ClueConfigureResponse(Code(root), Text(root.Child("reasonString")), NumberOf(root, "confSequenceNr")),
        _ => throw new Wrong(ClueCode.BadSyntax, "a message of no kind that is known"),
    };

    internal static string Needed(Markup? element) =>
        element?.Text is { Length: > 0 and <= MaxIdLength } text ? text : throw new Wrong(ClueCode.BadSyntax, "an element is missing, or its text is too long");

    internal static string NeededAttribute(Markup element, string name) =>
        element.Attribute(name) is { Length: > 0 and <= MaxIdLength } text ? text : throw new Wrong(ClueCode.BadSyntax, $"{element.Name} has no {name}");

    internal static string? Text(Markup? element) => element?.Text is { Length: > 0 } text ? text[..Math.Min(text.Length, MaxTextLength)] : null;

    internal static uint? Number(Markup? element) => uint.TryParse(element?.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;

    static uint NumberOf(Markup root, string name) => Number(root.Child(name)) ?? throw new Wrong(ClueCode.InvalidValue, $"no {name}");

    static ClueCode Code(Markup root) => Number(root.Child("responseCode")) is { } code && ClueCodes.IsOfVersionOne(code) ? (ClueCode)code : throw new Wrong(ClueCode.InvalidValue, "no responseCode");

    static bool IsAck(Markup? ack) =>
        ack is not null && (Number(ack) is { } code && ((ClueCode)code).IsSuccess() ? true : throw new Wrong(ClueCode.InvalidValue, "an ack that is none"));

    static bool Flag(Markup root, string name) => root.Child(name)?.Text switch
    {
        "true" or "1" => true,
        "false" or "0" => false,
        _ => throw new Wrong(ClueCode.InvalidValue, $"no {name}"),
    };

    /// <summary>Stays within the reader.</summary>
    internal sealed class Wrong(ClueCode code, string reason) : Exception(reason)
    {
        public ClueCode Code => code;
    }
}
