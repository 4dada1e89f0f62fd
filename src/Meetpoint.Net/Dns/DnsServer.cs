namespace Meetpoint.Net.Dns;

/// <summary>A small authoritative server for the zones it is given: it recurses for no one, and refuses what is not its own.</summary>
/// <remarks>Over UDP, and over TCP for what a datagram has no room for. For the loop's thread.</remarks>
public sealed class DnsServer : IDatagramReceiver, IDisposable
{
    /// <summary>Where DNS is served.</summary>
    public const int DefaultPort = 53;

    /// <summary>TCP connections at a time; further ones are closed at once.</summary>
    public const int MaxStreams = 256;

    const int MaxAliases = 8;

    readonly IReadOnlyList<DnsZone> _zones;
    readonly IDatagramSocket _socket;
    readonly IEventLoop _loop;
    readonly IStreamListener _listener;
    readonly HashSet<DnsServerStream> _streams = [];
    readonly byte[] _reply = new byte[DnsMessage.UdpBytes];

    /// <summary>Serves the zones.</summary>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    public DnsServer(INetwork network, IEventLoop loop, NetAddress local, params IReadOnlyList<DnsZone> zones)
    {
        _zones = zones;
        _loop = loop;
        _socket = network.OpenDatagram(local, loop, this);
        try
        {
            _listener = network.Listen(_socket.Local, null, loop, Accept);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>Where it listens.</summary>
    public NetAddress Local => _socket.Local;

    /// <inheritdoc/>
    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (Read(payload) is not { } query)
            return;
        var room = Math.Min(_reply.Length, Math.Max(DnsMessage.PlainUdpBytes, query.UdpPayloadBytes));
        socket.Send(_reply.AsSpan(0, Answer(query).Write(_reply.AsSpan(0, room))), from);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _listener.Dispose();
        foreach (var stream in _streams.ToList())
            stream.Close();
    }

    /// <summary>Where a stream writes its reply: a length and a message of up to 64 KiB.</summary>
    internal byte[] StreamBuffer { get; } = new byte[ushort.MaxValue];

    /// <summary>The answer to a message of a stream; null when it is no query.</summary>
    internal DnsMessage? AnswerTo(ReadOnlySpan<byte> payload) => Read(payload) is { } query ? Answer(query) : null;

    internal void OnClosed(DnsServerStream stream) => _streams.Remove(stream);

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

    /// <summary>A query; responses are never answered, or two servers could answer each other for ever.</summary>
    static DnsMessage? Read(ReadOnlySpan<byte> payload) =>
        DnsMessage.TryParse(payload, out var query, out _) && !query.IsResponse && query.QuestionName is not null ? query : null;

    DnsServerStream Accept(IStream stream)
    {
        var accepted = new DnsServerStream(this, _loop);
        if (_streams.Count >= MaxStreams)
        {
            stream.Close();
            return accepted;
        }

        _streams.Add(accepted);
        accepted.Start(stream);
        return accepted;
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
