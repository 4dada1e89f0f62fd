using System.Globalization;
using System.Security.Cryptography;
using Meetpoint.Bench.Harness;
using Meetpoint.Net.Virtual;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Bench.Radius;

/// <summary>
/// What a proxy does to an Access-Request of 120 octets and to its Access-Accept, without sockets: read, verify, copy with what belongs to the hop changed, sign;
/// both ways. The peer does the digests of it alone, by the platform's MD5.
/// </summary>
public sealed class RadiusForwardBenchmark : Benchmark
{
    const int Seed = 20_260_102;
    const int PacketLength = 120;

    readonly PacketSecurity _client = PacketSecurity.By(new SharedSecret("testing123"u8), MessageAuthenticatorRule.Always);
    readonly PacketSecurity _server = PacketSecurity.By(new SharedSecret("homesecret"u8), MessageAuthenticatorRule.Always);
    readonly AuthenticatorSource _authenticators = new(new SeededRandomness(Seed));
    readonly byte[] _request;
    readonly byte[] _outgoing = new byte[RadiusPacket.MaxLength];
    readonly byte[] _response = new byte[RadiusPacket.MaxLength];
    readonly byte[] _answer = new byte[RadiusPacket.MaxLength];
    readonly int _window;
    readonly RequestMark _clientMark;
    readonly RequestMark _serverMark;
    readonly int _responseLength;
    bool _forwardOnly;

    /// <summary>Makes the packets.</summary>
    public RadiusForwardBenchmark(Effort effort)
    {
        _window = effort == Effort.Full ? 1 << 18 : 1 << 12;
        _clientMark = new RequestMark(RadiusCode.AccessRequest, 7, _authenticators.Next());
        _serverMark = new RequestMark(RadiusCode.AccessRequest, 9, _authenticators.Next());
        _request = Make(_clientMark);
        var writer = _server.BeginResponse(_response, RadiusCode.AccessAccept, _serverMark);
        writer.TryWrite(AttributeType.Class, new byte[16]);
        writer.TryWrite(AttributeType.ReplyMessage, new byte[PacketLength - writer.Length - 2]);
        _responseLength = _server.SignResponse(ref writer);
    }

    /// <inheritdoc/>
    public override string Name => "radius-forward";

    /// <inheritdoc/>
    public override string Unit => "ns";

    /// <inheritdoc/>
    public override string Measure => "processor time a request and its answer carried over a hop; of the peer the digests alone";

    /// <inheritdoc/>
    public override double? Mark => 2_500;

    /// <inheritdoc/>
    public override double? BytesMark => 0;

    /// <inheritdoc/>
    public override string PeerName => "the platform's MD5";

    /// <inheritdoc/>
    public override Sample RunOurs() => Window(Both);

    /// <inheritdoc/>
    public override Sample RunPeer() => Window(Digests);

    /// <inheritdoc/>
    public override IEnumerable<string> Notes
    {
        get
        {
            yield return Note("verify a request", VerifyRequest);
            yield return Note("forward and sign a request", ForwardRequest);
            yield return Note("verify an answer", VerifyResponse);
            yield return Note("forward and sign an answer", ForwardResponse);
            _forwardOnly = true;
            yield return Note("read and copy a request, no digest", ForwardRequest);
            _forwardOnly = false;
        }
    }

    string Note(string what, Func<bool> step) => string.Create(CultureInfo.InvariantCulture, $"{what}: {Window(step).CostPerUnit:0} ns");

    Sample Window(Func<bool> step)
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var start = ProcessorTime.ThreadNs();
        var good = 0;
        for (var i = 0; i < _window; i++)
            good += step() ? 1 : 0;
        var cost = ProcessorTime.ThreadNs() - start;
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        if (good != _window)
            throw new InvalidOperationException($"{_window - good} of {_window} packets were refused");
        return new Sample((double)cost / _window, (double)bytes / _window);
    }

    bool Both() => VerifyRequest() && ForwardRequest() && VerifyResponse() && ForwardResponse();

    bool VerifyRequest() => RadiusPacket.TryParse(_request, out var packet, out _) && _client.VerifyRequest(packet) == PacketError.None;

    bool ForwardRequest()
    {
        if (!RadiusPacket.TryParse(_request, out var packet, out _))
            return false;
        var mark = new RequestMark(RadiusCode.AccessRequest, 9, _authenticators.Next());
        var writer = _server.BeginRequest(_outgoing, mark);
        var filter = default(AttributeSet);
        var ok = ForwardedPacket.TryCopy(packet, HopSide.Of(_client, _clientMark), HopSide.Of(_server, mark), ref writer, HiddenAttributes.Standard, ref filter);
        return ok && (_forwardOnly || _server.SignRequest(ref writer) > 0);
    }

    bool VerifyResponse() =>
        RadiusPacket.TryParse(_response.AsSpan(0, _responseLength), out var packet, out _) && _server.VerifyResponse(packet, _serverMark) == PacketError.None;

    bool ForwardResponse()
    {
        if (!RadiusPacket.TryParse(_response.AsSpan(0, _responseLength), out var packet, out _))
            return false;
        var writer = _client.BeginResponse(_answer, packet.Code, _clientMark);
        var filter = default(AttributeSet);
        return ForwardedPacket.TryCopy(packet, HopSide.Of(_server, _serverMark), HopSide.Of(_client, _clientMark), ref writer, HiddenAttributes.Standard, ref filter)
            && _client.SignResponse(ref writer) > 0;
    }

    /// <summary>Four HMACs and two digests over as many octets.</summary>
    bool Digests()
    {
        Span<byte> digest = stackalloc byte[16];
        var packet = _request.AsSpan(0, PacketLength);
        for (var i = 0; i < 4; i++)
            HMACMD5.HashData("testing123"u8, packet, digest);
        for (var i = 0; i < 2; i++)
            MD5.HashData(packet, digest);
        return true;
    }

    byte[] Make(RequestMark mark)
    {
        var buffer = new byte[RadiusPacket.MaxLength];
        var writer = _client.BeginRequest(buffer, mark);
        writer.TryWrite(AttributeType.UserName, "alice@home.example"u8);
        writer.TryWrite(AttributeType.CalledStationId, "02-00-00-00-00-01"u8);
        writer.TryWrite(AttributeType.CallingStationId, "02-00-00-00-00-02"u8);
        writer.TryWrite(AttributeType.NasIdentifier, new byte[PacketLength - writer.Length - 2]);
        return buffer[.._client.SignRequest(ref writer)];
    }
}
