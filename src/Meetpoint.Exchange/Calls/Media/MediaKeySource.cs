using Meetpoint.Media.Dtls;
using Meetpoint.Media.Srtp;
using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Calls.Media;

/// <summary>
/// What encrypted lines need of ours: keys for SDP, and one certificate for DTLS, which is the process's own. After a restart there is another one,
/// which is what tells peers to begin their associations anew (RFC 8842 section 5). On the signalling loop only.
/// </summary>
sealed class MediaKeySource(Randomness randomness, IClock clock)
{
    const int IdBytes = 16;

    /// <summary>Longer than a process runs.</summary>
    static readonly TimeSpan Validity = TimeSpan.FromDays(3_650);

    DtlsContext? _dtls;

    /// <summary>The certificate's context; null where this machine has no DTLS.</summary>
    public DtlsContext? Dtls
    {
        get
        {
            if (_dtls is not null || !DtlsSupport.IsAvailable(out _))
                return _dtls;
            using var certificate = DtlsCertificate.Create(clock.GetCurrentInstant().ToDateTimeOffset().AddDays(-1), Validity, randomness);
            return _dtls = new DtlsContext(certificate);
        }
    }

    /// <summary>A new key for SDP.</summary>
    public SdesKey NewKey(SrtpProfile profile, int tag) => SdesKey.Generate(profile, tag, randomness);

    /// <summary>A new a=tls-id (RFC 8842 section 4).</summary>
    public string NewId() => Convert.ToHexStringLower(randomness.Bytes(IdBytes));
}
