using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Bench.Radius;

/// <summary>One source port with its 256 identifiers: has a number of requests under way, and verifies every answer. On the loop of the load.</summary>
sealed class AccessServer : IDatagramReceiver
{
    const int Ids = 256;
    const int MaxRequestBytes = 512;

    readonly RadiusLoad _load;
    readonly IDatagramSocket _socket;
    readonly Asked[] _asked = [.. Enumerable.Range(0, Ids).Select(static _ => new Asked())];
    int _next;
    int _underWay;

    public AccessServer(RadiusLoad load, SocketNetwork network, IEventLoop loop)
    {
        _load = load;
        _socket = network.OpenDatagram(NetAddress.Parse($"{RadiusPlan.AccessServers}:0"), loop, this);
    }

    /// <summary>Asks until as many are under way as may be, or nothing is left to ask.</summary>
    public void Pump(long nowNs)
    {
        while (_underWay < RadiusPlan.UnderWayOfEach && _load.TryTakeNumber(out var number))
        {
            while (_asked[_next].IsTaken)
                _next = (_next + 1) % Ids;
            var asked = _asked[_next];
            asked.Mark = new RequestMark(_load.Code, (uint)_next, _load.Code == RadiusCode.AccessRequest ? _load.Authenticators.Next() : default);
            asked.Length = LoadRequest.Write(asked.Packet, ref asked.Mark, number);
            (asked.IsOpen, asked.SentNs) = (true, nowNs);
            _underWay++;
            _next = (_next + 1) % Ids;
            _socket.Send(asked.Packet.AsSpan(0, asked.Length), _load.Server);
        }
    }

    /// <summary>Sends again, the same octets, what was asked before that time and not answered; how many.</summary>
    public int Repeat(long beforeNs, long nowNs)
    {
        var count = 0;
        foreach (var asked in _asked)
        {
            if (!asked.IsOpen || asked.SentNs >= beforeNs)
                continue;
            (asked.WasRepeated, asked.SentNs) = (true, nowNs);
            _socket.Send(asked.Packet.AsSpan(0, asked.Length), _load.Server);
            count++;
        }

        return count;
    }

    /// <summary>Another window: every identifier may be used again.</summary>
    public void Begin()
    {
        foreach (var asked in _asked)
            asked.WasRepeated = false;
    }

    /// <inheritdoc/>
    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (!RadiusPacket.TryParse(payload, out var answer, out var error))
        {
            _load.Fail($"an answer is broken: {error}");
            return;
        }

        // What is answered twice was asked twice.
        var asked = _asked[answer.Identifier];
        if (!asked.IsOpen && asked.WasRepeated)
            return;
        error = !asked.IsOpen || from != _load.Server ? PacketError.UnexpectedCode : LoadRequest.Security.VerifyResponse(answer, asked.Mark);
        if (error != PacketError.None || answer.Code is not (RadiusCode.AccessAccept or RadiusCode.AccountingResponse))
        {
            _load.Fail($"{answer.Code} of {from} is bad, or answers nothing: {error}");
            return;
        }

        asked.IsOpen = false;
        _underWay--;
        _load.Answered();
        Pump(nowNs);
    }

    /// <summary>What stands under one identifier.</summary>
    sealed class Asked
    {
        public RequestMark Mark;

        public byte[] Packet { get; } = new byte[MaxRequestBytes];

        public int Length { get; set; }

        public long SentNs { get; set; }

        public bool IsOpen { get; set; }

        /// <summary>Its second answer may come yet, and would be taken for a bad one of the next request.</summary>
        public bool WasRepeated { get; set; }

        public bool IsTaken => IsOpen || WasRepeated;
    }
}
