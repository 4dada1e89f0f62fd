using System.Collections.Immutable;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>One thing wrong with a document.</summary>
/// <param name="Path">Where: a JSON pointer (RFC 6901), as "/agreements/0/parties/1".</param>
/// <param name="Code">What kind: stable, as "unknown-reference".</param>
/// <param name="Message">What is wrong, with the value.</param>
/// <param name="Mend">What to do about it.</param>
public sealed record Fault(string Path, string Code, string Message, string Mend);

/// <summary>The outcome of reading a document: the document, or everything wrong with it at once.</summary>
/// <param name="Document">Null when there is a fault.</param>
/// <param name="Faults">In the order of the document.</param>
public sealed record WorldCheck(WorldDocument? Document, ImmutableArray<Fault> Faults);
