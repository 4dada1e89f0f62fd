namespace Meetpoint.Media.Srtp;

/// <summary>An SRTP protection profile; the values are the DTLS-SRTP code points (RFC 5764 4.1.2, RFC 7714 14.2).</summary>
public enum SrtpProfile
{
    /// <summary>None chosen.</summary>
    None = 0,

    /// <summary>AES-CM with a 128-bit key, HMAC-SHA1 cut to 80 bits.</summary>
    Aes128CmHmacSha1Tag80 = 1,

    /// <summary>AES-CM with a 128-bit key, HMAC-SHA1 cut to 32 bits for RTP and to 80 bits for RTCP.</summary>
    Aes128CmHmacSha1Tag32 = 2,

    /// <summary>AES-GCM with a 128-bit key and a 128-bit tag. The fastest here, and the one to prefer.</summary>
    AeadAes128Gcm = 7,
}

/// <summary>What each <see cref="SrtpProfile"/> implies: sizes in bytes, and names.</summary>
public static class SrtpProfileFacts
{
    extension(SrtpProfile profile)
    {
        /// <summary>Length of the master key and of the session encryption key.</summary>
        public int KeyBytes => 16;

        /// <summary>Length of the master salt.</summary>
        public int SaltBytes => profile == SrtpProfile.AeadAes128Gcm ? 12 : 14;

        /// <summary>How much longer protection makes an RTP packet.</summary>
        public int RtpOverheadBytes => profile switch
        {
            SrtpProfile.Aes128CmHmacSha1Tag80 => 10,
            SrtpProfile.Aes128CmHmacSha1Tag32 => 4,
            _ => 16,
        };

        /// <summary>How much longer protection makes an RTCP packet: the tag, and the word with the index and the E flag.</summary>
        public int RtcpOverheadBytes => profile == SrtpProfile.AeadAes128Gcm ? 16 + 4 : 10 + 4;

        /// <summary>The crypto-suite of SDES (RFC 4568 6.2, RFC 7714 14.1); empty for <see cref="SrtpProfile.None"/>.</summary>
        public string CryptoSuite => profile switch
        {
            SrtpProfile.Aes128CmHmacSha1Tag80 => "AES_CM_128_HMAC_SHA1_80",
            SrtpProfile.Aes128CmHmacSha1Tag32 => "AES_CM_128_HMAC_SHA1_32",
            SrtpProfile.AeadAes128Gcm => "AEAD_AES_128_GCM",
            _ => "",
        };

        /// <summary>True for the profiles that this library implements.</summary>
        public bool IsSupported => profile is SrtpProfile.Aes128CmHmacSha1Tag80 or SrtpProfile.Aes128CmHmacSha1Tag32 or SrtpProfile.AeadAes128Gcm;

        /// <summary>The profile with this SDES name, compared without case (RFC 4568 9.1); <see cref="SrtpProfile.None"/> when unknown.</summary>
        public static SrtpProfile FromCryptoSuite(ReadOnlySpan<char> name)
        {
            ReadOnlySpan<SrtpProfile> known =
                [SrtpProfile.AeadAes128Gcm, SrtpProfile.Aes128CmHmacSha1Tag80, SrtpProfile.Aes128CmHmacSha1Tag32];
            foreach (var candidate in known)
            {
                if (name.Equals(candidate.CryptoSuite, StringComparison.OrdinalIgnoreCase))
                {
                    return candidate;
                }
            }
            return SrtpProfile.None;
        }
    }
}
