using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Support.Trace;

/// <summary>
/// What stands before each message in the ring, in the byte order of the machine; three names and the message follow, and zeros up to
/// <see cref="TraceRing.Align"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
struct TraceRecordHeader
{
    /// <summary>Bytes of the whole record; with <see cref="TraceRing.FillerBit"/> it is room at the end of the file that nothing fitted in.</summary>
    public uint Length;

    /// <summary>CRC-32C of all that follows this field, up to the end of the message.</summary>
    public uint Crc;

    /// <summary>Where the record stands, counted from the first byte ever written: what was torn or overwritten does not have it.</summary>
    public ulong Position;

    /// <summary>Unix time in nanoseconds.</summary>
    public long WallNs;

    /// <summary>Monotonic nanoseconds.</summary>
    public long MonotonicNs;

    public AddressBytes Local;
    public AddressBytes Remote;
    public ushort LocalPort;
    public ushort RemotePort;
    public SipTapEvent Event;
    public SipTransport Transport;
    public SipParseError Error;
    public TraceRecordFlags Flags;
    public byte ListenerLength;
    public byte PartyLength;
    public byte ProviderLength;
    public byte Unused;

    /// <summary>Bytes of the message that are kept.</summary>
    public int KeptLength;

    /// <summary>Bytes that it had.</summary>
    public int FullLength;

    /// <summary>Bytes of a header.</summary>
    public static int Size => Unsafe.SizeOf<TraceRecordHeader>();

    /// <summary>Bytes of the record without what fills it up.</summary>
    public readonly int UsedLength => Size + ListenerLength + PartyLength + ProviderLength + KeptLength;

    [InlineArray(16)]
    public struct AddressBytes
    {
        byte _first;
    }
}

/// <summary>One bit each.</summary>
[Flags]
enum TraceRecordFlags : byte
{
    None = 0,

    /// <summary>The connection was opened by us.</summary>
    OpenedHere = 1,

    /// <summary>There is a local address.</summary>
    HasLocal = 2,
}
