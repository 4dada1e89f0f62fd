using System.Runtime.InteropServices;
using Meetpoint.Media.Dtls.Native;

namespace Meetpoint.Media.Dtls;

/// <summary>Whether this machine can do DTLS: it takes OpenSSL 3, which .NET itself uses on Linux.</summary>
public static class DtlsSupport
{
    /// <summary>Ask at start-up. Thread-safe.</summary>
    /// <param name="reason">What is missing and what to install; empty when nothing is.</param>
    public static bool IsAvailable(out string reason)
    {
        reason = "";
        foreach (var library in (ReadOnlySpan<string>)[LibSsl.SslLibrary, LibSsl.CryptoLibrary])
        {
            if (!NativeLibrary.TryLoad(library, out _))
            {
                reason = $"{library} was not found. DTLS-SRTP needs OpenSSL 3: install libssl3 (Debian, Ubuntu: apt install libssl3; "
                    + "Fedora, RHEL: dnf install openssl-libs; Alpine: apk add libssl3).";
                return false;
            }
        }
        return true;
    }

    internal static void ThrowUnlessAvailable()
    {
        if (!IsAvailable(out var reason))
        {
            throw new PlatformNotSupportedException(reason);
        }
    }
}
