namespace Meetpoint.Sip.Clue;

/// <summary>Why a message was not read, and how it is answered.</summary>
/// <param name="Code">The answer.</param>
/// <param name="Reason">In words.</param>
/// <param name="Element">Name of the message, as far as it could be read; empty without.</param>
/// <param name="Sequence">Its sequence number, as far as it could be read; 0 without.</param>
public readonly record struct ClueFault(ClueCode Code, string Reason, string Element, uint Sequence);
