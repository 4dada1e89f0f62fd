namespace Meetpoint.Net;

/// <summary>What became of a socket's datagrams, counted since it was opened.</summary>
/// <param name="Received">Handed to the receiver.</param>
/// <param name="Sent">Taken by the kernel.</param>
/// <param name="DroppedFull">Not sent, as the kernel's send buffer was full.</param>
/// <param name="DroppedUnsendable">Not sent, as the kernel refused the address or the size.</param>
public readonly record struct DatagramCounters(long Received, long Sent, long DroppedFull, long DroppedUnsendable);
