using System.Net.Sockets;
using System.Text;

namespace Meetpoint.Hosting;

/// <summary>The administration socket: who may open the file is operator, so it is its owner's alone.</summary>
static class AdminSocket
{
    /// <summary>Bytes of the path (sun_path of Linux, less its final nought).</summary>
    public const int MaxPathBytes = 107;

    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes the place ready: its folder, and no file that a dead process left.</summary>
    /// <exception cref="IOException">A living process listens there, or the path is too long.</exception>
    public static void Prepare(string path)
    {
        if (Encoding.UTF8.GetByteCount(path) > MaxPathBytes)
            throw new IOException($"the path of the administration socket has more than {MaxPathBytes} bytes: {path}");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        if (!File.Exists(path))
            return;
        if (IsListening(path))
            throw new IOException($"another process listens on {path}");
        File.Delete(path);
    }

    /// <summary>Closes it to everyone else, once it is there.</summary>
    public static void Protect(string path)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, OwnerOnly);
    }

    /// <summary>True when a process accepts connections there.</summary>
    public static bool IsListening(string path)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
