using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace Meetpoint.Net.Native;

/// <summary>The system calls that .NET has no batch form of. Names, arguments and errors are those of the Linux manual, section 2.</summary>
static unsafe partial class Libc
{
    internal const int AfInet = 2;
    internal const int AfInet6 = 10;
    internal const int SockStream = 1;
    internal const int SockDatagram = 2;
    internal const int SockNonBlocking = 0x800;
    internal const int SockCloseOnExec = 0x80000;

    internal const int SolSocket = 1;
    internal const int SoReuseAddr = 2;
    internal const int SoError = 4;
    internal const int SoSendBuffer = 7;
    internal const int SoReceiveBuffer = 8;
    internal const int SoKeepAlive = 9;
    internal const int SoReusePort = 15;
    internal const int SoTimestampNs = 35; // also the type of its control message
    internal const int IpProtoTcp = 6;
    internal const int TcpNoDelay = 1;
    internal const int TcpKeepIdle = 4;
    internal const int TcpKeepInterval = 5;
    internal const int TcpKeepCount = 6;
    internal const int TcpUserTimeout = 18;
    internal const int TcpMaxRetransmitMs = 44; // TCP_RTO_MAX_MS, of Linux 6.15 and later
    internal const int IpProtoIPv6 = 41;
    internal const int IPv6Only = 26;

    internal const int MsgTruncated = 0x20;
    internal const int MsgDontWait = 0x40;
    internal const int MsgNoSignal = 0x4000;
    internal const int ShutWrite = 1;

    internal const int EpollAdd = 1;
    internal const int EpollDelete = 2;
    internal const int EpollModify = 3;
    internal const int EpollCloseOnExec = 0x80000;
    internal const uint EpollIn = 0x1;
    internal const uint EpollOut = 0x4;
    internal const uint EpollError = 0x8;
    internal const uint EpollHangUp = 0x10;

    internal const int EIntr = 4;
    internal const int EAgain = 11;
    internal const int ENfile = 23;
    internal const int EMfile = 24;
    internal const int ENoSys = 38;
    internal const int ENoBufs = 105;
    internal const int EInProgress = 115;

    internal const int AdviseDontNeed = 4;

    const string Library = "libc";

    /// <summary>The error of the last call on this thread.</summary>
    internal static int LastError => Marshal.GetLastPInvokeError();

    /// <summary>
    /// The error of the system call that has just failed on this thread, for those that are declared without SetLastError: noting an error
    /// that there seldom is costs as much as what is done with a datagram.
    /// </summary>
    internal static int LastSystemError => Marshal.GetLastSystemError();

    /// <summary>The error's text, such as "Address already in use".</summary>
    internal static string Describe(int error) => Marshal.GetPInvokeErrorMessage(error);

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    internal static partial int Socket(int domain, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    internal static partial int Bind(int fd, byte* address, uint length);

    [LibraryImport(Library, EntryPoint = "nanosleep")]
    internal static partial int NanoSleep(TimeSpec* span, TimeSpec* rest);

    [LibraryImport(Library, EntryPoint = "listen", SetLastError = true)]
    internal static partial int Listen(int fd, int backlog);

    [LibraryImport(Library, EntryPoint = "accept4", SetLastError = true)]
    internal static partial int Accept4(int fd, byte* address, uint* length, int flags);

    [LibraryImport(Library, EntryPoint = "connect", SetLastError = true)]
    internal static partial int Connect(int fd, byte* address, uint length);

    [LibraryImport(Library, EntryPoint = "getsockname", SetLastError = true)]
    internal static partial int GetSocketName(int fd, byte* address, uint* length);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetSocketOption(int fd, int level, int name, void* value, uint length);

    [LibraryImport(Library, EntryPoint = "getsockopt", SetLastError = true)]
    internal static partial int GetSocketOption(int fd, int level, int name, void* value, uint* length);

    [LibraryImport(Library, EntryPoint = "recv", SetLastError = true)]
    internal static partial nint Receive(int fd, byte* buffer, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "send", SetLastError = true)]
    internal static partial nint Send(int fd, byte* buffer, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "sendto")]
    internal static partial nint SendTo(int fd, byte* buffer, nint length, int flags, byte* address, uint addressLength);

    [LibraryImport(Library, EntryPoint = "recvfrom")]
    internal static partial nint ReceiveFrom(int fd, byte* buffer, nint length, int flags, byte* address, uint* addressLength);

    [LibraryImport(Library, EntryPoint = "recvmmsg")]
    internal static partial int ReceiveMany(int fd, MessageHeader* messages, uint count, int flags, void* timeout);

    [LibraryImport(Library, EntryPoint = "sendmmsg")]
    internal static partial int SendMany(int fd, MessageHeader* messages, uint count, int flags);

    [LibraryImport(Library, EntryPoint = "shutdown", SetLastError = true)]
    internal static partial int Shutdown(int fd, int how);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int fd);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    internal static partial int EventFd(uint initial, int flags);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(int fd, void* buffer, nint length);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int fd, void* buffer, nint length);

    [LibraryImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    internal static partial int EpollCreate(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    internal static partial int EpollControl(int epoll, int operation, int fd, byte* anEvent);

    [LibraryImport(Library, EntryPoint = "epoll_wait", SetLastError = true)]
    internal static partial int EpollWait(int epoll, byte* events, int count, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "epoll_pwait2", SetLastError = true)]
    internal static partial int EpollWait2(int epoll, byte* events, int count, TimeSpec* timeout, void* signals);

    /// <summary>Linux manual, madvise(2).</summary>
    [LibraryImport(Library, EntryPoint = "madvise", SetLastError = true)]
    internal static partial int Advise(byte* start, nint length, int advice);

    /// <summary>struct timespec.</summary>
    internal struct TimeSpec
    {
        internal long Seconds;
        internal long Nanoseconds;
    }

    /// <summary>struct cmsghdr with a struct timespec behind it.</summary>
    internal struct TimestampMessage
    {
        internal nint Length;
        internal int Level;
        internal int Type;
        internal TimeSpec Time;
    }

    /// <summary>struct iovec.</summary>
    internal struct IoVector
    {
        internal byte* Base;
        internal nint Length;
    }

    /// <summary>struct mmsghdr: a msghdr, and the bytes that were moved.</summary>
    internal struct MessageHeader
    {
        internal byte* Name;
        internal uint NameLength;
        internal IoVector* Vectors;
        internal nint VectorCount;
        internal byte* Control;
        internal nint ControlLength;
        internal int Flags;
        internal int FlagsPadding;
        internal uint Moved;
    }
}
