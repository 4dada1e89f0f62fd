namespace Meetpoint.Radius.Dictionary;

/// <summary>A line of a dictionary that could not be taken.</summary>
/// <param name="File">Its name.</param>
/// <param name="Line">Counts from 1.</param>
/// <param name="Reason">What is wrong.</param>
public sealed record DictionaryError(string File, int Line, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}: {Reason}";
}
