using Meetpoint.Interop.Worlds;

namespace Meetpoint.Interop.Content;

/// <summary>Two exchanges at addresses that no other run of tests has: those of content run beside others.</summary>
public sealed class FloorExchanges() : TwoExchanges(118);
