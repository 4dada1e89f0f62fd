using System.Buffers.Binary;
using Meetpoint.Media.Dtls;
using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Booking;

/// <summary>The certificate of one half's end of the cascade, made at booking and kept with it until the meeting is over.</summary>
static class CascadeCertificate
{
    static readonly TimeSpan Validity = TimeSpan.FromDays(800);

    /// <summary>A new one, as it is kept.</summary>
    public static MeetingSecrets Create(IClock clock, Randomness randomness)
    {
        using var certificate = DtlsCertificate.Create(clock.GetCurrentInstant().ToDateTimeOffset().AddDays(-1), Validity, randomness);
        var der = certificate.CertificateDer.Span;
        var key = certificate.ExportPkcs8();
        var kept = new byte[4 + der.Length + key.Length];
        BinaryPrimitives.WriteInt32BigEndian(kept, der.Length);
        der.CopyTo(kept.AsSpan(4));
        key.CopyTo(kept.AsSpan(4 + der.Length));
        return new MeetingSecrets($"{certificate.Fingerprint}|{Convert.ToBase64String(kept)}");
    }

    /// <summary>What was kept, for use.</summary>
    public static DtlsCertificate Import(ReadOnlySpan<byte> kept)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(kept);
        return DtlsCertificate.Import(kept.Slice(4, length), kept[(4 + length)..]);
    }
}
