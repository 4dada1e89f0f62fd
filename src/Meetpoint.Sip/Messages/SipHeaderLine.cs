namespace Meetpoint.Sip;

/// <summary>Where a header line stands in its message's bytes: what an editor of received bytes cuts and replaces.</summary>
public readonly struct SipHeaderLine
{
    /// <summary>The header, or <see cref="SipHeader.Other"/>.</summary>
    public SipHeader Header { get; internal init; }

    /// <summary>Offset of the first byte of the name.</summary>
    public int Start { get; internal init; }

    /// <summary>Length of the name.</summary>
    public int NameLength { get; internal init; }

    /// <summary>Offset of the value, white space before it left out.</summary>
    public int ValueStart { get; internal init; }

    /// <summary>Length of the value, white space after it left out, folds kept.</summary>
    public int ValueLength { get; internal init; }

    /// <summary>Offset after the CRLF that ends the line and its folds.</summary>
    public int End { get; internal init; }

    /// <summary>Index of the next line with the same <see cref="Header"/>; 0 when there is none.</summary>
    internal int Next { get; init; }
}
