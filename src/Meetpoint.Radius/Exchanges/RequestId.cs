namespace Meetpoint.Radius.Exchanges;

/// <summary>Which request: from which of our source ports (or over which connection), under which identifier.</summary>
/// <param name="Port">Counts from 0; a new one is to be opened when it is first named.</param>
/// <param name="Id">0 to 255; in RADIUS/1.1 a token.</param>
public readonly record struct RequestId(int Port, uint Id);
