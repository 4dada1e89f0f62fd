namespace Meetpoint.Net.Dns;

/// <summary>A small authoritative server for the zones it is given: it recurses for no one, and refuses what is not its own.</summary>
/// <remarks>UDP only. For the loop's thread.</remarks>
public sealed class DnsServer : IDatagramReceiver, IDisposable
{
    /// <summary>Where DNS is served.</summary>
    public const int DefaultPort = 53;

    const int MaxAliases = 8;

    readonly IReadOnlyList<DnsZone> _zones;
    readonly IDatagramSocket _socket;
    readonly byte[] _reply = new byte[DnsMessage.UdpBytes];

    /// <summary>Serves the zones.</summary>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    public DnsServer(INetwork network, IEventLoop loop, NetAddress local, params IReadOnlyList<DnsZone> zones)
    {
        _zones = zones;
        _socket = network.OpenDatagram(local, loop, this);
    }

    /// <summary>Where it listens.</summary>
    public NetAddress Local => _socket.Local;

    /// <inheritdoc/>
    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        // Responses are never answered, or two servers could answer each other for ever.
        if (!DnsMessage.TryParse(payload, out var query, out _) || query.IsResponse || query.QuestionName is null)
            return;
        var reply = Answer(query);
        var room = Math.Min(_reply.Length, Math.Max(DnsMessage.PlainUdpBytes, query.UdpPayloadBytes));
        socket.Send(_reply.AsSpan(0, reply.Write(_reply.AsSpan(0, room))), from);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    internal DnsMessage Answer(DnsMessage query)
    {
        var name = query.QuestionName!;
        var zone = _zones.Where(zone => DnsName.IsWithin(name, zone.Origin)).MaxBy(zone => zone.Origin.Length);
        if (query.Opcode != 0)
            return Reply(query, DnsResponseCode.NotImplemented, [], [], []);
        if (zone is null)
            return Reply(query, DnsResponseCode.Refused, [], [], []);
        var answers = new List<DnsRecord>();
        for (var aliases = 0; aliases <= MaxAliases; aliases++)
        {
            answers.AddRange(zone.Find(name, query.QuestionType));
            if (query.QuestionType == DnsType.Cname || zone.Find(name, DnsType.Cname).FirstOrDefault() is not CnameRecord alias)
                break;
            answers.Add(alias);
            name = alias.Target;
        }

        if (answers.Count > 0)
            return Reply(query, DnsResponseCode.NoError, answers, [], Additionals(zone, answers));
        var code = zone.Exists(name) ? DnsResponseCode.NoError : DnsResponseCode.NameError;
        return Reply(query, code, [], [zone.Soa], []);
    }

    static List<DnsRecord> Additionals(DnsZone zone, List<DnsRecord> answers)
    {
        var additionals = new List<DnsRecord>();
        foreach (var target in answers.OfType<SrvRecord>().Select(srv => srv.Target).Distinct())
        {
            additionals.AddRange(zone.Find(target, DnsType.A));
            additionals.AddRange(zone.Find(target, DnsType.Aaaa));
        }

        return additionals;
    }

    static DnsMessage Reply(
        DnsMessage query, DnsResponseCode code, IReadOnlyList<DnsRecord> answers, IReadOnlyList<DnsRecord> authorities,
        IReadOnlyList<DnsRecord> additionals) => new()
    {
        Id = query.Id,
        IsResponse = true,
        Opcode = query.Opcode,
        IsAuthoritative = code is DnsResponseCode.NoError or DnsResponseCode.NameError,
        RecursionDesired = query.RecursionDesired,
        ResponseCode = code,
        QuestionName = query.QuestionName,
        QuestionType = query.QuestionType,
        Answers = answers,
        Authorities = authorities,
        Additionals = additionals,
        UdpPayloadBytes = query.UdpPayloadBytes > 0 ? DnsMessage.UdpBytes : 0,
    };
}
