namespace Meetpoint.Net.Native;

/// <summary>What is done to a file descriptor in the same way for datagrams, listeners and streams.</summary>
static unsafe class NativeSocket
{
    /// <summary>The family that reaches the address.</summary>
    internal static int FamilyOf(in NetAddress address) => address.IsIPv4 ? Libc.AfInet : Libc.AfInet6;

    /// <summary>A new non-blocking socket.</summary>
    /// <exception cref="IOException">No descriptor is left, or the family is not there.</exception>
    internal static int Open(int family, int type)
    {
        var fd = Libc.Socket(family, type | Libc.SockNonBlocking | Libc.SockCloseOnExec, 0);
        return fd >= 0 ? fd : throw new IOException($"cannot open a socket: {Libc.Describe(Libc.LastError)}");
    }

    /// <summary>Binds; closes the descriptor when that fails.</summary>
    /// <exception cref="IOException">The address is in use or not ours.</exception>
    internal static void Bind(int fd, in NetAddress local, int family)
    {
        var name = stackalloc byte[SocketAddressCodec.MaxBytes];
        var length = SocketAddressCodec.Write(name, local, family);
        if (Libc.Bind(fd, name, length) == 0)
            return;
        var error = Libc.LastError;
        _ = Libc.Close(fd);
        throw new IOException($"cannot bind {local}: {Libc.Describe(error)}");
    }

    /// <summary>Where the socket is bound.</summary>
    internal static NetAddress LocalOf(int fd)
    {
        var name = stackalloc byte[SocketAddressCodec.MaxBytes];
        uint length = SocketAddressCodec.MaxBytes;
        return Libc.GetSocketName(fd, name, &length) == 0 ? SocketAddressCodec.Read(name) : NetAddress.None;
    }

    /// <summary>Sets an integer option; a kernel that refuses keeps its own value.</summary>
    internal static void Set(int fd, int level, int name, int value) => _ = Libc.SetSocketOption(fd, level, name, &value, sizeof(int));

    /// <summary>Reads and clears the pending error of a socket.</summary>
    internal static int TakeError(int fd)
    {
        var error = 0;
        uint length = sizeof(int);
        return Libc.GetSocketOption(fd, Libc.SolSocket, Libc.SoError, &error, &length) == 0 ? error : Libc.LastError;
    }
}
