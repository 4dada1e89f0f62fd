using System.Text;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>The service URN of emergency calls (RFC 5031): "urn:service:sos" and its sub-services, in any case.</summary>
static class EmergencyServices
{
    static ReadOnlySpan<byte> Sos => "urn:service:sos"u8;

    /// <summary>True for "urn:service:sos", "urn:service:sos.fire" and their like.</summary>
    public static bool IsSos(ReadOnlySpan<byte> uri) =>
        uri.Length >= Sos.Length && Ascii.EqualsIgnoreCase(uri[..Sos.Length], Sos) && (uri.Length == Sos.Length || uri[Sos.Length] == (byte)'.');
}
