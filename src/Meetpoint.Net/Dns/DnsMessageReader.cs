namespace Meetpoint.Net.Dns;

/// <summary>Reads the sections of a message.</summary>
static class DnsMessageReader
{
    internal static DnsMessage Read(ref DnsReader reader)
    {
        var id = reader.ReadUInt16();
        var flags = reader.ReadUInt16();
        var questions = reader.ReadUInt16();
        var answers = reader.ReadUInt16();
        var authorities = reader.ReadUInt16();
        var additionals = reader.ReadUInt16();
        if (questions + answers + authorities + additionals > DnsMessage.MaxRecords)
            reader.Fail(DnsParseError.TooManyRecords);

        string? questionName = null;
        var questionType = default(DnsType);
        for (var i = 0; i < questions && reader.Error == DnsParseError.None; i++)
        {
            var name = reader.ReadName();
            var type = (DnsType)reader.ReadUInt16();
            _ = reader.ReadUInt16();
            if (i == 0)
                (questionName, questionType) = (name, type);
        }

        var udpBytes = 0;
        return new DnsMessage
        {
            Id = id,
            IsResponse = (flags & DnsFlags.Response) != 0,
            Opcode = (byte)((flags >> DnsFlags.OpcodeShift) & 0xF),
            IsAuthoritative = (flags & DnsFlags.Authoritative) != 0,
            IsTruncated = (flags & DnsFlags.Truncated) != 0,
            RecursionDesired = (flags & DnsFlags.RecursionDesired) != 0,
            RecursionAvailable = (flags & DnsFlags.RecursionAvailable) != 0,
            ResponseCode = (DnsResponseCode)(flags & 0xF),
            QuestionName = questionName,
            QuestionType = questionType,
            Answers = ReadSection(ref reader, answers, ref udpBytes),
            Authorities = ReadSection(ref reader, authorities, ref udpBytes),
            Additionals = ReadSection(ref reader, additionals, ref udpBytes),
            UdpPayloadBytes = udpBytes,
        };
    }

    static List<DnsRecord> ReadSection(ref DnsReader reader, int count, ref int udpBytes)
    {
        var records = new List<DnsRecord>();
        for (var i = 0; i < count && reader.Error == DnsParseError.None; i++)
        {
            var name = reader.ReadName();
            var type = (DnsType)reader.ReadUInt16();
            var recordClass = reader.ReadUInt16();
            var ttl = reader.ReadUInt32();
            var length = reader.ReadUInt16();
            if (type == DnsType.Opt)
            {
                udpBytes = Math.Max(DnsMessage.PlainUdpBytes, (int)recordClass);
                reader.Take(length);
                continue;
            }

            // A life with its top bit set is none (RFC 2181, section 8).
            var record = ReadData(ref reader, name, type, ttl > int.MaxValue ? 0 : ttl, length);
            if (record is not null && recordClass == DnsFlags.Internet)
                records.Add(record);
        }

        return records;
    }

    static DnsRecord? ReadData(ref DnsReader reader, string name, DnsType type, uint ttl, int length)
    {
        var end = reader.Position + length;
        DnsRecord record;
        switch (type)
        {
            case DnsType.A when length == 4:
                record = new AddressRecord(name, ttl, NetAddress.FromIPv4(reader.ReadUInt32(), 0));
                break;
            case DnsType.Aaaa when length == 16:
                var sixteen = reader.Take(16);
                if (sixteen.Length != 16)
                    return null;
                // A mapped address in an AAAA would turn into an A here: it is not one, so it is dropped.
                var address = NetAddress.FromIPv6(sixteen, 0);
                record = address.IsIPv4 ? new OtherRecord(name, type, ttl) : new AddressRecord(name, ttl, address);
                break;
            case DnsType.Cname:
                record = new CnameRecord(name, ttl, reader.ReadName());
                break;
            case DnsType.Srv:
                record = new SrvRecord(name, ttl, reader.ReadUInt16(), reader.ReadUInt16(), reader.ReadUInt16(), reader.ReadName());
                break;
            case DnsType.Naptr:
                record = new NaptrRecord(
                    name, ttl, reader.ReadUInt16(), reader.ReadUInt16(), reader.ReadCharacterString(), reader.ReadCharacterString(),
                    reader.ReadCharacterString(), reader.ReadName());
                break;
            case DnsType.Soa:
                record = new SoaRecord(
                    name, ttl, reader.ReadName(), reader.ReadName(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32(),
                    reader.ReadUInt32(), reader.ReadUInt32());
                break;
            case DnsType.A or DnsType.Aaaa:
                reader.Fail(DnsParseError.BadRecordData);
                return null;
            default:
                reader.Take(length);
                record = new OtherRecord(name, type, ttl);
                break;
        }

        if (reader.Error == DnsParseError.None && reader.Position != end)
            reader.Fail(DnsParseError.BadRecordData);
        return reader.Error == DnsParseError.None ? record : null;
    }
}
