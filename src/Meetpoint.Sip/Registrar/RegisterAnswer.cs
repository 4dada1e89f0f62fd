namespace Meetpoint.Sip.Registrar;

/// <summary>What a REGISTER is answered.</summary>
/// <param name="Status">200, or 400 to 500.</param>
/// <param name="Phrase">Null for the usual one.</param>
/// <param name="Headers">Beside those of every answer.</param>
public sealed record RegisterAnswer(int Status, string? Phrase, params IReadOnlyList<(string Name, string Value)> Headers)
{
    /// <summary>True for 200: what it says of the bindings holds.</summary>
    public bool IsSuccess => Status == 200;

    internal static RegisterAnswer Bad(string phrase) => new(400, phrase);
}
