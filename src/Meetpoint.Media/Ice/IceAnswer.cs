namespace Meetpoint.Media.Ice;

/// <summary>What came of a datagram that an <see cref="IceLiteAgent"/> was given.</summary>
/// <param name="ResponseLength">Bytes to send back to where it came from; 0: nothing.</param>
/// <param name="SelectedChanged"><see cref="IceLiteAgent.Selected"/> is another than before.</param>
/// <param name="IsValid">It was a check by who knows our password: the pair may carry media.</param>
public readonly record struct IceAnswer(int ResponseLength, bool SelectedChanged = false, bool IsValid = false);
