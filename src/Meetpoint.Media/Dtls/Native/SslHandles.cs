using Microsoft.Win32.SafeHandles;

namespace Meetpoint.Media.Dtls.Native;

/// <summary>An SSL_CTX. Each SSL made from it holds a reference of its own, so the order of disposal does not matter.</summary>
sealed class SslContextHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        LibSsl.SSL_CTX_free(handle);
        return true;
    }
}

/// <summary>An SSL with its BIO.</summary>
sealed class SslHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        LibSsl.SSL_free(handle);
        return true;
    }
}
