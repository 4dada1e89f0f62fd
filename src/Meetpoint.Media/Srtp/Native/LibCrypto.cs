using System.Runtime.InteropServices;

namespace Meetpoint.Media.Srtp.Native;

/// <summary>
/// The SHA-1 of OpenSSL's libcrypto with its state in our hands, so that the two key blocks of HMAC are hashed once per key and not
/// once per packet. The calls are deprecated in OpenSSL 3 and exported by it; where they are missing the platform's HMAC is used.
/// </summary>
static unsafe partial class LibCrypto
{
    /// <summary>Size of <c>SHA_CTX</c>: five words of state, two of length, a block, and its fill. Part of the public header.</summary>
    public const int ShaContextBytes = 96;

    /// <summary>
    /// Longest message hashed without a GC transition. Such a call holds up a collection on other threads, so it stays around 2 us.
    /// </summary>
    public const int ShortMessageBytes = 2048;

    const string Library = "libcrypto.so.3";

    /// <summary>True when libcrypto is present and exports the SHA-1 calls.</summary>
    public static readonly bool IsAvailable = Probe();

    [LibraryImport(Library, EntryPoint = "SHA1_Init")]
    public static partial int Sha1Init(byte* context);

    [LibraryImport(Library, EntryPoint = "SHA1_Update")]
    public static partial int Sha1Update(byte* context, byte* data, nuint length);

    [LibraryImport(Library, EntryPoint = "SHA1_Update"), SuppressGCTransition]
    public static partial int Sha1UpdateShort(byte* context, byte* data, nuint length);

    [LibraryImport(Library, EntryPoint = "SHA1_Final"), SuppressGCTransition]
    public static partial int Sha1Final(byte* digest, byte* context);

    static bool Probe() =>
        NativeLibrary.TryLoad(Library, out var handle)
        && NativeLibrary.TryGetExport(handle, "SHA1_Init", out _)
        && NativeLibrary.TryGetExport(handle, "SHA1_Update", out _)
        && NativeLibrary.TryGetExport(handle, "SHA1_Final", out _);
}
