using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Meetpoint.Media.Dtls;
using Meetpoint.Media.Ice;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Srtp;
using Meetpoint.Net;
using Meetpoint.Net.Stun;

namespace Meetpoint.Bench.JoinCost;

/// <summary>
/// What a page does to be in a meeting, without a browser: the WebSocket, a browser's own offer with other credentials, a check that nominates (RFC 8445), and the handshake by DTLS. What it sends is a packet of silence each second, or it would be taken for lost.
/// </summary>
sealed partial class StandInPage : TimerNode, IDatagramReceiver, IDtlsOutput
{
    const int CheckEveryMs = 50;
    const int MaxFrameBytes = 1 << 18;
    const long SilenceEveryNs = MonotonicTime.Second;
    const uint AudioSsrc = 1;
    const byte OpusSilence = 0xF8; // a frame of 20 ms in which nothing was coded, RFC 6716 section 3.1
    const uint Priority = 0x6E7F00FF; // peer reflexive, RFC 8445 section 7.1.1

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    readonly ThreadEventLoop _loop;
    readonly DtlsContext _certificate;
    readonly string _offer;
    readonly ClientWebSocket _socket = new();
    readonly byte[] _frame = new byte[MaxFrameBytes];
    readonly IceCredentials _own = IceCredentials.Draw(Randomness.Secure);
    readonly TaskCompletionSource _keyed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    IDatagramSocket? _media;
    DtlsEndpoint? _dtls;
    NetAddress _remote;
    Task _left = Task.CompletedTask;
    bool _hasWay;
    SrtpSession? _srtp;
    byte _opus;
    ushort _sequence;

    /// <param name="loop">Of its socket.</param>
    /// <param name="certificate">What it shows.</param>
    /// <param name="offer">As a browser made it.</param>
    public StandInPage(ThreadEventLoop loop, DtlsContext certificate, string offer)
    {
        (_loop, _certificate) = (loop, certificate);
        offer = UserFragment().Replace(offer, $"a=ice-ufrag:{_own.UserFragment}\r");
        offer = Password().Replace(offer, $"a=ice-pwd:{_own.Password}\r");
        _offer = Fingerprint().Replace(offer, $"a=fingerprint:{certificate.Fingerprint}\r");
        _socket.Options.AddSubProtocol("meetpoint.join.1");
    }

    /// <summary>Comes in: done when keys are agreed.</summary>
    /// <exception cref="IOException">It is not let in.</exception>
    public async Task EnterAsync(Uri address)
    {
        await _socket.ConnectAsync(address, CancellationToken.None).WaitAsync(Limit);
        await SayAsync(new JsonObject { ["type"] = "enter", ["name"] = "Stand-in", ["offer"] = _offer, ["audio"] = true, ["video"] = true });
        var entered = await HearAsync("entered");
        var answer = (string)entered["answer"]!;
        var ice = IceCredentials.TryCreate(Value(answer, "ice-ufrag"), Value(answer, "ice-pwd"), out var theirs) ? theirs : throw new IOException("no credentials in the answer");
        var candidate = Value(answer, "candidate").Split(' ');
        _remote = NetAddress.Parse($"{candidate[4]}:{candidate[5]}");
        if (!DtlsFingerprint.TryParse(Value(answer, "fingerprint"), out var fingerprint) || fingerprint is null)
            throw new IOException("no fingerprint in the answer");
        _media = new SocketNetwork().OpenDatagram(NetAddress.Parse("127.0.0.1:0"), _loop, this);
        _opus = byte.Parse(AudioLine().Match(_offer).Groups[1].Value, CultureInfo.InvariantCulture);
        _loop.Post(() => _dtls = new DtlsEndpoint(DtlsRole.Client, _certificate, fingerprint, this));
        while (!_keyed.Task.IsCompleted)
        {
            _loop.Post(() => Drive(ice));
            await Task.WhenAny(_keyed.Task, Task.Delay(CheckEveryMs));
        }

        await _keyed.Task;
        _left = UntilLeftAsync();
    }

    /// <summary>Leaves, as who presses the button.</summary>
    public async Task LeaveAsync()
    {
        await SayAsync(new JsonObject { ["type"] = "leave" });
        await _left.WaitAsync(Limit);
        _socket.Dispose();
        var ended = new TaskCompletionSource();
        _loop.Post(() =>
        {
            _loop.Timers.Cancel(this);
            _srtp?.Dispose();
            _dtls?.Dispose();
            _media?.Dispose();
            ended.SetResult();
        });
        await ended.Task;
    }

    void IDatagramReceiver.OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        var kind = PacketKind.Of(payload[0]);
        if (kind == PacketKind.Dtls)
            _dtls?.OnDatagram(payload, nowNs);
        else if (kind == PacketKind.Stun && !_hasWay && StunMessage.TryRead(payload, out var message) && message.Type == StunType.BindingSuccess)
        {
            _hasWay = true;
            _dtls?.Start(nowNs);
        }

        if (_dtls?.State == DtlsState.Connected && _srtp is null && _dtls.TryTakeSrtp(out _srtp))
        {
            Fire(nowNs);
            _keyed.TrySetResult();
        }
        else if (_dtls?.State == DtlsState.Failed)
            _keyed.TrySetException(new IOException($"the handshake failed: {_dtls.Failure}"));
    }

    /// <inheritdoc/>
    protected internal override void Fire(long nowNs)
    {
        Span<byte> packet = stackalloc byte[RtpPacket.FixedHeaderLength + 1 + SrtpSession.MaxOverheadBytes];
        new RtpHeader(_opus, Marker: false, _sequence++, (uint)(nowNs / (MonotonicTime.Second / 48_000)), AudioSsrc).Write(packet);
        packet[RtpPacket.FixedHeaderLength] = OpusSilence;
        _srtp!.ProtectRtp(packet, RtpPacket.FixedHeaderLength + 1, out var length);
        _media!.Send(packet[..length], _remote);
        _loop.Timers.Arm(this, nowNs + SilenceEveryNs);
    }

    void IDtlsOutput.SendDatagram(ReadOnlySpan<byte> datagram) => _media!.Send(datagram, _remote);

    void Drive(IceCredentials theirs)
    {
        if (_hasWay)
        {
            _dtls?.OnTimer(_loop.NowNs);
            return;
        }

        Span<byte> buffer = stackalloc byte[StunMessage.MaxBytes];
        var writer = new StunWriter(buffer, StunType.BindingRequest, Randomness.Secure.Bytes(12));
        writer.Bytes(StunAttribute.Username, Encoding.UTF8.GetBytes($"{theirs.UserFragment}:{_own.UserFragment}"));
        writer.UInt64(StunAttribute.IceControlling, 1);
        writer.UInt32(StunAttribute.Priority, Priority);
        writer.Bytes(StunAttribute.UseCandidate, default);
        writer.Sign(Encoding.UTF8.GetBytes(theirs.Password));
        writer.Fingerprint();
        _media!.Send(buffer[..writer.Length], _remote);
    }

    Task SayAsync(JsonObject frame) => _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame), WebSocketMessageType.Text, true, CancellationToken.None).WaitAsync(Limit);

    /// <summary>Who is in reads what it is told, or it would be let go.</summary>
    Task UntilLeftAsync() => HearAsync("left", Timeout.InfiniteTimeSpan);

    Task<JsonObject> HearAsync(string type) => HearAsync(type, Limit);

    /// <summary>The next frame of a type.</summary>
    async Task<JsonObject> HearAsync(string type, TimeSpan limit)
    {
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult read;
            do
            {
                read = await _socket.ReceiveAsync(_frame.AsMemory(length), CancellationToken.None).AsTask().WaitAsync(limit);
                length += read.Count;
            }
            while (!read.EndOfMessage && length < _frame.Length);
            if (read.MessageType == WebSocketMessageType.Close)
                throw new IOException($"the exchange closed before it said '{type}'");
            var frame = JsonNode.Parse(_frame.AsSpan(0, length))!.AsObject();
            if ((string?)frame["type"] == type)
                return frame;
            if ((string?)frame["type"] == "refused")
                throw new IOException($"the exchange does not let us in: {frame.ToJsonString()}");
        }
    }

    static string Value(string sdp, string attribute) =>
        sdp.Split('\n').Select(static line => line.Trim()).FirstOrDefault(line => line.StartsWith($"a={attribute}:", StringComparison.Ordinal))?[(attribute.Length + 3)..]
        ?? throw new IOException($"no {attribute} in the answer");

    [GeneratedRegex("a=ice-ufrag:.*?\r")]
    private static partial Regex UserFragment();

    [GeneratedRegex("m=audio [0-9]+ [A-Z/]+ ([0-9]+)")]
    private static partial Regex AudioLine();

    [GeneratedRegex("a=ice-pwd:.*?\r")]
    private static partial Regex Password();

    [GeneratedRegex("a=fingerprint:.*?\r")]
    private static partial Regex Fingerprint();
}
