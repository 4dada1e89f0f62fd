using System.Diagnostics.CodeAnalysis;

namespace Meetpoint.Net.Dns;

/// <summary>A DNS query or response (RFC 1035, section 4) with at most one question, as all servers have it.</summary>
public sealed class DnsMessage
{
    /// <summary>Most records, of all sections together, that are read.</summary>
    public const int MaxRecords = 256;

    /// <summary>What a server may send over UDP without being told of more (RFC 1035, section 4.2.1).</summary>
    public const int PlainUdpBytes = 512;

    /// <summary>What we take over UDP, said in the OPT record: below every usual path's limit.</summary>
    public const int UdpBytes = 1232;

    /// <summary>Matches a response with its query.</summary>
    public ushort Id { get; init; }

    /// <summary>A response, else a query.</summary>
    public bool IsResponse { get; init; }

    /// <summary>Kind of query; 0 is the standard one.</summary>
    public byte Opcode { get; init; }

    /// <summary>The server owns the name.</summary>
    public bool IsAuthoritative { get; init; }

    /// <summary>More did not fit.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>The client asks the server to ask others.</summary>
    public bool RecursionDesired { get; init; }

    /// <summary>The server asks others.</summary>
    public bool RecursionAvailable { get; init; }

    /// <summary>How the server answered.</summary>
    public DnsResponseCode ResponseCode { get; init; }

    /// <summary>The name asked for; null when there is no question.</summary>
    public string? QuestionName { get; init; }

    /// <summary>The type asked for.</summary>
    public DnsType QuestionType { get; init; }

    /// <summary>What answers the question.</summary>
    public IReadOnlyList<DnsRecord> Answers { get; init; } = [];

    /// <summary>Who owns the name; the SOA of a negative answer.</summary>
    public IReadOnlyList<DnsRecord> Authorities { get; init; } = [];

    /// <summary>What may be useful next. The OPT record is not among them.</summary>
    public IReadOnlyList<DnsRecord> Additionals { get; init; } = [];

    /// <summary>The largest UDP message that the sender takes, from its OPT record; 0 without one (RFC 6891).</summary>
    public int UdpPayloadBytes { get; init; }

    /// <summary>Reads a message from untrusted bytes; never throws.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out DnsMessage? message, out DnsParseError error)
    {
        var reader = new DnsReader(bytes);
        message = DnsMessageReader.Read(ref reader);
        error = reader.Error;
        if (error != DnsParseError.None)
            message = null;
        return message is not null;
    }

    /// <summary>
    /// Writes the message with compressed names. Records that do not fit are left out from the end, and the truncation bit is set when
    /// one of them is an answer or an authority.
    /// </summary>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">Not even header and question fit, or a name is no name: a fault of the caller.</exception>
    public int Write(Span<byte> destination) => DnsMessageWriter.Write(this, destination);
}
