namespace Meetpoint.Net.Dns;

/// <summary>One question under way: its attempts, each from a fresh port with a fresh id, so that an answer is hard to forge (RFC 5452).</summary>
sealed class DnsQuery(DnsClient client, string name, DnsType type) : TimerNode, IDatagramReceiver
{
    readonly List<Action<DnsAnswer>> _waiters = [];
    IDatagramSocket? _socket;
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
            client.OnFailed(this);
            return;
        }

        _server = client.Options.Servers[_attempt++ % client.Options.Servers.Count];
        if (_server.Port == 0)
            _server = _server.WithPort(DnsServer.DefaultPort);
        _id = client.NextId();
        var query = new DnsMessage
        {
            Id = _id, RecursionDesired = true, QuestionName = name, QuestionType = type, UdpPayloadBytes = DnsMessage.UdpBytes,
        };
        Span<byte> bytes = stackalloc byte[DnsMessage.PlainUdpBytes];
        var length = query.Write(bytes);
        client.Loop.Timers.Arm(this, client.Loop.NowNs + (client.Options.AttemptTimeoutMs * MonotonicTime.Millisecond));
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
        if (!message.IsResponse || message.Id != _id || message.QuestionName != name || message.QuestionType != type)
            return;
        if (message.ResponseCode is DnsResponseCode.NoError or DnsResponseCode.NameError)
        {
            Stop();
            client.OnAnswered(this, message);
        }
        else
        {
            Attempt();
        }
    }

    protected internal override void Fire(long nowNs) => Attempt();

    void Stop()
    {
        client.Loop.Timers.Cancel(this);
        _socket?.Dispose();
        _socket = null;
    }
}
