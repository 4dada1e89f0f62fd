namespace Meetpoint.Net.Dns;

/// <summary>Bits of the header (RFC 1035, section 4.1.1) and the class of all records.</summary>
static class DnsFlags
{
    internal const int Response = 0x8000;
    internal const int OpcodeShift = 11;
    internal const int Authoritative = 0x0400;
    internal const int Truncated = 0x0200;
    internal const int RecursionDesired = 0x0100;
    internal const int RecursionAvailable = 0x0080;
    internal const ushort Internet = 1;
}
