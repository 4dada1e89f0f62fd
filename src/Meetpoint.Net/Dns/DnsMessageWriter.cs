using System.Buffers.Binary;

namespace Meetpoint.Net.Dns;

/// <summary>Writes a message, names compressed against those before them.</summary>
ref struct DnsMessageWriter
{
    const int HeaderBytes = 12;

    /// <summary>A pointer has 14 bits.</summary>
    const int MaxPointerTarget = 0x3FFF;

    const int OptBytes = 11;

    readonly Span<byte> _destination;
    readonly Dictionary<string, int> _names;
    int _position;

    DnsMessageWriter(Span<byte> destination)
    {
        _destination = destination;
        _names = [];
        _position = HeaderBytes;
    }

    internal static int Write(DnsMessage message, Span<byte> destination)
    {
        var writer = new DnsMessageWriter(destination);
        return writer.WriteAll(message);
    }

    int WriteAll(DnsMessage message)
    {
        if (message.QuestionName is { } question)
        {
            if (_destination.Length < HeaderBytes || !TryWriteName(question) || !TryWriteUInt16((ushort)message.QuestionType)
                || !TryWriteUInt16(DnsFlags.Internet))
                throw new ArgumentException($"header and question '{question}' cannot be written", nameof(message));
        }

        var reserve = message.UdpPayloadBytes > 0 ? OptBytes : 0;
        var answers = WriteSection(message.Answers, reserve);
        var authorities = answers == message.Answers.Count ? WriteSection(message.Authorities, reserve) : 0;
        var truncated = answers < message.Answers.Count || authorities < message.Authorities.Count;
        var additionals = truncated ? 0 : WriteSection(message.Additionals, reserve);
        if (reserve > 0)
        {
            WriteOpt((ushort)message.UdpPayloadBytes);
            additionals++;
        }

        WriteHeader(message, truncated, answers, authorities, additionals);
        return _position;
    }

    readonly void WriteHeader(DnsMessage message, bool truncated, int answers, int authorities, int additionals)
    {
        var flags = (message.IsResponse ? DnsFlags.Response : 0)
            | (message.Opcode << DnsFlags.OpcodeShift)
            | (message.IsAuthoritative ? DnsFlags.Authoritative : 0)
            | (truncated || message.IsTruncated ? DnsFlags.Truncated : 0)
            | (message.RecursionDesired ? DnsFlags.RecursionDesired : 0)
            | (message.RecursionAvailable ? DnsFlags.RecursionAvailable : 0)
            | (int)message.ResponseCode;
        BinaryPrimitives.WriteUInt16BigEndian(_destination, message.Id);
        BinaryPrimitives.WriteUInt16BigEndian(_destination[2..], (ushort)flags);
        BinaryPrimitives.WriteUInt16BigEndian(_destination[4..], (ushort)(message.QuestionName is null ? 0 : 1));
        BinaryPrimitives.WriteUInt16BigEndian(_destination[6..], (ushort)answers);
        BinaryPrimitives.WriteUInt16BigEndian(_destination[8..], (ushort)authorities);
        BinaryPrimitives.WriteUInt16BigEndian(_destination[10..], (ushort)additionals);
    }

    int WriteSection(IReadOnlyList<DnsRecord> records, int reserve)
    {
        for (var i = 0; i < records.Count; i++)
        {
            var start = _position;
            if (TryWriteRecord(records[i]) && _position + reserve <= _destination.Length)
                continue;
            _position = start;
            return i;
        }

        return records.Count;
    }

    bool TryWriteRecord(DnsRecord record)
    {
        if (!TryWriteName(record.Name) || !TryWriteUInt16((ushort)record.Type) || !TryWriteUInt16(DnsFlags.Internet)
            || !TryWriteUInt32(record.TtlSeconds) || !TryWriteUInt16(0))
            return false;
        var dataAt = _position;
        if (!TryWriteData(record))
            return false;
        BinaryPrimitives.WriteUInt16BigEndian(_destination[(dataAt - 2)..], (ushort)(_position - dataAt));
        return true;
    }

    bool TryWriteData(DnsRecord record)
    {
        switch (record)
        {
            case AddressRecord address:
                Span<byte> bytes = stackalloc byte[16];
                address.Address.WriteBytes(bytes);
                return TryWriteBytes(address.Address.IsIPv4 ? bytes[12..] : bytes);
            case CnameRecord cname:
                return TryWriteName(cname.Target);
            case SrvRecord srv:
                // Not compressed: RFC 2782 forbids it, as RFC 3597 does for every type after 1035.
                return TryWriteUInt16(srv.Priority) && TryWriteUInt16(srv.Weight) && TryWriteUInt16(srv.Port)
                    && TryWriteName(srv.Target, compress: false);
            case NaptrRecord naptr:
                return TryWriteUInt16(naptr.Order) && TryWriteUInt16(naptr.Preference) && TryWriteString(naptr.Flags)
                    && TryWriteString(naptr.Service) && TryWriteString(naptr.Regexp) && TryWriteName(naptr.Replacement, compress: false);
            case SoaRecord soa:
                return TryWriteName(soa.PrimaryServer) && TryWriteName(soa.Mailbox) && TryWriteUInt32(soa.Serial)
                    && TryWriteUInt32(soa.Refresh) && TryWriteUInt32(soa.Retry) && TryWriteUInt32(soa.Expire) && TryWriteUInt32(soa.Minimum);
            default:
                return true;
        }
    }

    void WriteOpt(ushort udpBytes)
    {
        var opt = _destination.Slice(_position, OptBytes);
        opt.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(opt[1..], (ushort)DnsType.Opt);
        BinaryPrimitives.WriteUInt16BigEndian(opt[3..], udpBytes);
        _position += OptBytes;
    }

    bool TryWriteName(string name, bool compress = true)
    {
        Span<byte> wire = stackalloc byte[256];
        if (!DnsName.TryWrite(name, wire, out var length))
            throw new ArgumentException($"'{name}' is no name");
        var labels = wire[..length];
        var start = _position;
        for (var at = 0; labels[at] != 0; at += labels[at] + 1)
        {
            var suffix = Convert.ToHexString(labels[at..]);
            if (compress && _names.TryGetValue(suffix, out var target) && target < start)
                return TryWriteBytes(labels[..at]) && TryWriteUInt16((ushort)(0xC000 | target));
            if (start + at <= MaxPointerTarget)
                _names.TryAdd(suffix, start + at);
        }

        return TryWriteBytes(labels);
    }

    bool TryWriteString(string text)
    {
        Span<byte> bytes = stackalloc byte[256];
        if (text.Length > 255)
            throw new ArgumentException("a character string has more than 255 bytes");
        bytes[0] = (byte)text.Length;
        System.Text.Encoding.Latin1.GetBytes(text, bytes[1..]);
        return TryWriteBytes(bytes[..(text.Length + 1)]);
    }

    bool TryWriteUInt16(ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return TryWriteBytes(bytes);
    }

    bool TryWriteUInt32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return TryWriteBytes(bytes);
    }

    bool TryWriteBytes(scoped ReadOnlySpan<byte> bytes)
    {
        if (_destination.Length - _position < bytes.Length)
            return false;
        bytes.CopyTo(_destination[_position..]);
        _position += bytes.Length;
        return true;
    }
}
