using System.Security.Cryptography;
using Meetpoint.Media.Dtls.Native;
using Meetpoint.Media.Srtp;

namespace Meetpoint.Media.Dtls;

/// <summary>The SRTP keys of a finished handshake (RFC 5764 4.2): client key, server key, client salt, server salt.</summary>
static class SrtpKeyExport
{
    const int MostKeyingBytes = 2 * (16 + 14);

    static ReadOnlySpan<byte> Label => "EXTRACTOR-dtls_srtp"u8;

    /// <summary>The profile agreed on; None when the peer took none.</summary>
    public static unsafe SrtpProfile SelectedProfile(SslHandle ssl)
    {
        var selected = LibSsl.SSL_get_selected_srtp_profile(ssl);
        var profile = selected == null ? SrtpProfile.None : (SrtpProfile)selected->Id.Value;
        return profile.IsSupported ? profile : SrtpProfile.None;
    }

    /// <summary>A session with the keys for this role; null when OpenSSL does not give them.</summary>
    public static unsafe SrtpSession? CreateSession(SslHandle ssl, SrtpProfile profile, DtlsRole role, SrtpOptions options)
    {
        Span<byte> material = stackalloc byte[MostKeyingBytes];
        material = material[..(2 * (profile.KeyBytes + profile.SaltBytes))];
        try
        {
            fixed (byte* output = material, label = Label)
            {
                if (LibSsl.SSL_export_keying_material(ssl, output, (nuint)material.Length, label, (nuint)Label.Length, null, 0, 0) != 1)
                {
                    return null;
                }
            }
            var clientKey = material[..profile.KeyBytes];
            var serverKey = material.Slice(profile.KeyBytes, profile.KeyBytes);
            var clientSalt = material.Slice(2 * profile.KeyBytes, profile.SaltBytes);
            var serverSalt = material[(2 * profile.KeyBytes + profile.SaltBytes)..];
            return role == DtlsRole.Client
                ? SrtpSession.Create(profile, clientKey, clientSalt, serverKey, serverSalt, options)
                : SrtpSession.Create(profile, serverKey, serverSalt, clientKey, clientSalt, options);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(material);
        }
    }
}
