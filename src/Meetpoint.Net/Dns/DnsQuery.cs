namespace Meetpoint.Net.Dns;

/// <summary>One question under way: its attempts, each from a fresh port with a fresh id, so that an answer is hard to forge (RFC 5452).</summary>
sealed class DnsQuery(DnsClient client, string name, DnsType type) : TimerNode, IDatagramReceiver
{
    readonly List<Action<DnsAnswer>> _waiters = [];
    IDatagramSocket? _socket;
    DnsStreamExchange? _stream;
    DnsMessage? _cut;
    NetAddress _server;
    ushort _id;
    int _attempt;

    internal string Name => name;

    internal DnsType Type => type;

    internal IReadOnlyList<Action<DnsAnswer>> Waiters => _waiters;

    internal void AddWaiter(Action<DnsAnswer> done) => _waiters.Add(done);

    internal void Attempt()
    {
        Stop();
        if (_attempt == client.Options.Attempts || client.Options.Servers.Count == 0)
        {
            if (_cut is null)
                client.OnFailed(this);
            else
                client.OnAnswered(this, _cut);
            return;
        }

        _server = client.Options.Servers[_attempt++ % client.Options.Servers.Count];
        if (_server.Port == 0)
            _server = _server.WithPort(DnsServer.DefaultPort);
        _id = client.NextId();
        Span<byte> bytes = stackalloc byte[DnsMessage.PlainUdpBytes];
        var length = Question().Write(bytes);
        ArmTimeout();
        try
        {
            _socket = client.Network.OpenDatagram(NetAddress.Parse(_server.IsIPv4 ? "0.0.0.0" : "::"), client.Loop, this);
            _socket.Send(bytes[..length], _server);
        }
        catch (IOException)
        {
            // No socket to be had: the timer tries the next server.
        }
    }

    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (socket != _socket || from != _server || !DnsMessage.TryParse(payload, out var message, out _))
            return;
        if (!IsOurs(message))
            return;
        if (message is { IsTruncated: true, ResponseCode: DnsResponseCode.NoError })
            AskForTheWhole(message);
        else
            Take(message);
    }

    protected internal override void Fire(long nowNs) => Attempt();

    /// <summary>The same question to the same server over TCP, within a time of its own.</summary>
    void AskForTheWhole(DnsMessage cut)
    {
        Stop();
        _cut ??= cut;
        ArmTimeout();
        _stream = new DnsStreamExchange(Question(), whole =>
        {
            if (whole is not null && IsOurs(whole))
                Take(whole);
            else
                Attempt();
        });
        _stream.Begin(client.Network, client.Loop, _server);
    }

    void Take(DnsMessage message)
    {
        if (message.ResponseCode is not (DnsResponseCode.NoError or DnsResponseCode.NameError))
        {
            Attempt();
            return;
        }

        Stop();
        client.OnAnswered(this, message);
    }

    bool IsOurs(DnsMessage message) => message.IsResponse && message.Id == _id && message.QuestionName == name && message.QuestionType == type;

    DnsMessage Question() => new() { Id = _id, RecursionDesired = true, QuestionName = name, QuestionType = type, UdpPayloadBytes = DnsMessage.UdpBytes };

    void ArmTimeout() => client.Loop.Timers.Arm(this, client.Loop.NowNs + (client.Options.AttemptTimeoutMs * MonotonicTime.Millisecond));

    void Stop()
    {
        client.Loop.Timers.Cancel(this);
        _stream?.Stop();
        _stream = null;
        _socket?.Dispose();
        _socket = null;
    }
}
