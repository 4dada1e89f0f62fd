using System.Buffers.Text;
using System.Text;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Bench.Radius;

/// <summary>
/// What an access server asks: an Access-Request with PAP and a Message-Authenticator, 147 octets, or the start of a session as an Accounting-Request, 117 octets. The number of the request
/// stands in its Acct-Session-Id.
/// </summary>
static class LoadRequest
{
    const uint Start = 1; // Acct-Status-Type, RFC 2866 section 5.1
    const int NumberDigits = 16;

    static readonly SharedSecret _secret = new(Encoding.ASCII.GetBytes(RadiusPlan.ClientSecret));
    static readonly byte[] _password = Encoding.ASCII.GetBytes(RadiusPlan.Password);

    /// <summary>How access servers and proxy protect what they send: the answer to an Access-Request has a Message-Authenticator, or it is a bad one.</summary>
    public static PacketSecurity Security { get; } = PacketSecurity.By(_secret, MessageAuthenticatorRule.Always);

    /// <summary>Writes one, signed; its octets.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="mark">Code, identifier and, of an Access-Request, authenticator; of accounting it is set here.</param>
    /// <param name="number">Of the request, not negative.</param>
    public static int Write(Span<byte> buffer, ref RequestMark mark, long number)
    {
        var isAccess = mark.Code == RadiusCode.AccessRequest;
        var writer = Security.BeginRequest(buffer, mark);
        writer.TryWrite(AttributeType.UserName, RadiusPlan.UserName);
        if (isAccess)
        {
            writer.TryReserve(AttributeType.UserPassword, RequestAuthenticator.Length, out var hidden);
            UserPassword.Hide(_password, _secret, mark.Authenticator, hidden);
        }
        else
        {
            writer.TryWriteInteger(AttributeType.AcctStatusType, Start);
        }

        writer.TryWrite(AttributeType.NasIpAddress, [10, 1, 2, 3]);
        writer.TryWrite(AttributeType.CallingStationId, "02-00-00-AA-BB-01"u8);
        writer.TryWrite(AttributeType.CalledStationId, "02-11-22-33-44-55:OPENROAM"u8);
        writer.TryReserve(AttributeType.AcctSessionId, NumberDigits, out var session);
        number.TryFormat(session, out _, "x16", System.Globalization.CultureInfo.InvariantCulture);
        var length = Security.SignRequest(ref writer);
        if (!isAccess)
            mark = mark with { Authenticator = RequestAuthenticator.Read(buffer[4..]) };
        return length;
    }

    /// <summary>The number of a request; false when it is not one of these.</summary>
    public static bool TryReadNumber(in RadiusPacket request, out long number)
    {
        number = 0;
        return request.TryFind(AttributeType.AcctSessionId, out var session) && Utf8Parser.TryParse(session.Value, out number, out var read, 'x') && read == NumberDigits;
    }
}
