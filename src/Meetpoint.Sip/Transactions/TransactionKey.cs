using System.Text;

namespace Meetpoint.Sip;

/// <summary>
/// Composes the bytes by which messages find their transaction (RFC 3261 sections 17.1.3 and 17.2.3). ACK and CANCEL find their INVITE's by
/// giving its method.
/// </summary>
static class TransactionKey
{
    /// <summary>A key is cut here: what is longer is told apart by its beginning, which holds the branch.</summary>
    public const int MaxBytes = 1_024;

    public static int Server(SipMessage request, SipMethod method, Span<byte> key)
    {
        if (!request.TryTopVia(out var via))
            return 0;
        var at = 0;
        if (via.HasMagicCookie)
        {
            Append(key, ref at, via.Branch);
            Append(key, ref at, via.SentBy);
            AppendMethod(key, ref at, request, method);
            return at;
        }

        // An RFC 2543 client: no branch that could be trusted to be unique.
        Append(key, ref at, "2543"u8);
        Append(key, ref at, request.RequestUriBytes);
        Append(key, ref at, request.FromTag);
        Append(key, ref at, request.Value(SipHeader.Call_ID));
        AppendNumber(key, ref at, request.CSeq);
        Append(key, ref at, via.SentBy);
        Append(key, ref at, via.Branch);
        AppendMethod(key, ref at, request, method);
        return at;
    }

    public static int Client(SipMessage response, Span<byte> key)
    {
        if (!response.TryTopVia(out var via) || !via.HasMagicCookie)
            return 0;
        var at = 0;
        Append(key, ref at, via.Branch);
        AppendMethod(key, ref at, response, response.Method);
        return at;
    }

    public static byte[] Client(ReadOnlySpan<byte> branch, ReadOnlySpan<byte> method) => [.. branch, 0, .. method, 0];

    /// <summary>What two copies of one request that came by two ways have in common (section 8.2.2.2).</summary>
    public static int Merge(SipMessage request, Span<byte> key)
    {
        var at = 0;
        Append(key, ref at, request.FromTag);
        Append(key, ref at, request.Value(SipHeader.Call_ID));
        AppendNumber(key, ref at, request.CSeq);
        AppendMethod(key, ref at, request, request.Method);
        return at;
    }

    static void AppendMethod(Span<byte> key, ref int at, SipMessage message, SipMethod method)
    {
        if (method == SipMethod.Other || method == message.Method)
            Append(key, ref at, message.MethodToken);
        else
        {
            Span<byte> name = stackalloc byte[SipLimits.MethodBytes];
            Append(key, ref at, name[..Encoding.ASCII.GetBytes(method.Name(), name)]);
        }
    }

    static void AppendNumber(Span<byte> key, ref int at, uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BitConverter.TryWriteBytes(bytes, number);
        Append(key, ref at, bytes);
    }

    static void Append(Span<byte> key, ref int at, ReadOnlySpan<byte> part)
    {
        var length = Math.Min(part.Length, key.Length - at - 1);
        if (length < 0)
            return;
        part[..length].CopyTo(key[at..]);
        key[at + length] = 0;
        at += length + 1;
    }
}
