using System.Runtime.InteropServices;
using Meetpoint.Media.Codecs.Native;

namespace Meetpoint.Media.Codecs;

/// <summary>Whether this machine has libopus. Without it all but Opus goes on: browsers and telephones still have G.722 and G.711 in common.</summary>
public static class OpusSupport
{
    /// <summary>Ask at start-up. Thread-safe.</summary>
    /// <param name="reason">What is missing and what to install; empty when nothing is.</param>
    public static bool IsAvailable(out string reason)
    {
        reason = NativeLibrary.TryLoad(LibOpus.Library, out _)
            ? ""
            : $"{LibOpus.Library} was not found, so Opus is switched off: install libopus0 (Debian, Ubuntu: apt install libopus0; "
                + "Fedora, RHEL: dnf install opus; Alpine: apk add opus).";
        return reason.Length == 0;
    }

    internal static void ThrowUnlessAvailable()
    {
        if (!IsAvailable(out var reason))
            throw new PlatformNotSupportedException(reason);
    }
}
