using System.Text.Json.Nodes;

namespace Meetpoint.Exchange.Nni;

/// <summary>
/// Answers what other exchanges post, whatever brought it: checks who may have sent it, opens it, and hands it to the inbox or to the
/// questions; or carries it one hop further.
/// </summary>
/// <remarks>Thread safe.</remarks>
public sealed class NniServer
{
    readonly NniNeighbours _neighbours;
    readonly NniSeal _seal;
    readonly NniInbox _inbox;
    readonly NniQuestions _questions;
    readonly INniTransport _transport;
    readonly Func<string, string, bool> _mayCarry;
    readonly Action<string> _peerHeard;
    readonly Func<JsonObject> _hello;
    readonly Action<NniEvent> _events;

    internal NniServer(
        NniNeighbours neighbours, NniSeal seal, NniInbox inbox, NniQuestions questions, INniTransport transport,
        Func<string, string, bool> mayCarry, Action<string> peerHeard, Func<JsonObject> hello, Action<NniEvent> events)
    {
        _neighbours = neighbours;
        _seal = seal;
        _inbox = inbox;
        _questions = questions;
        _transport = transport;
        _mayCarry = mayCarry;
        _peerHeard = peerHeard;
        _hello = hello;
        _events = events;
    }

    /// <summary>Answers one request.</summary>
    /// <param name="path">One of <see cref="NniPaths"/>.</param>
    /// <param name="peer">The exchange whose identity the connection proved; null when it proved none.</param>
    /// <param name="body">A <see cref="NniRequest"/>.</param>
    /// <param name="cancellation">When the peer has gone.</param>
    public async Task<NniReply> HandleAsync(string path, string? peer, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        if (peer is null)
            return Refuse(NniRefusal.NoCertificate, null, "the connection's certificate stands for no neighbour");
        if (body.Length > NniLimits.RequestBytes)
            return Refuse(NniRefusal.TooLarge, peer, $"a request has at most {NniLimits.RequestBytes} bytes");
        if (NniRequest.TryParse(body.Span) is not { } request)
            return Refuse(NniRefusal.Malformed, peer, "the request is not the JSON that is expected");
        if (!NniSeal.Same(request.Path.Count == 0 ? request.Origin : request.Path[^1], peer))
            return Refuse(NniRefusal.WrongOrigin, peer, $"{peer} sent what would be from {request.Origin}");
        if (!NniSeal.Same(request.Destination, _seal.Self))
            return await CarryAsync(path, peer, request, cancellation).ConfigureAwait(false);

        // Over a carrier only from those whose record names it: else any neighbour could keep back or delay another's messages.
        var neighbour = _neighbours.Find(request.Origin);
        if (request.Path.Count > 0 && (neighbour?.Via is null || !NniSeal.Same(neighbour.Via, peer)))
            return Refuse(NniRefusal.WrongOrigin, peer, $"{peer} does not carry for {request.Origin}");
        if (neighbour is null)
            return Refuse(NniRefusal.UnknownKey, peer, $"no exchange {request.Origin} is configured");
        return path switch
        {
            NniPaths.Messages => await ReceiveAsync(neighbour.Exchange, request).ConfigureAwait(false),
            NniPaths.Hello or NniPaths.Query => await AnswerAsync(path, neighbour.Exchange, request).ConfigureAwait(false),
            _ => Refuse(NniRefusal.Unknown, peer, "no such resource"),
        };
    }

    async Task<NniReply> ReceiveAsync(string origin, NniRequest request)
    {
        var messages = new List<NniEnvelope>(request.Jws.Count);
        foreach (var jws in request.Jws)
        {
            var opened = _seal.TryOpen(jws, origin, out var message);
            if (opened == NniRefusal.None && message!.Sequence == 0)
                opened = NniRefusal.Malformed;
            if (opened != NniRefusal.None)
                return Refuse(opened, origin, $"message {messages.Count + 1} of {request.Jws.Count} is refused");
            messages.Add(message!);
        }

        // Not in order within one request: no sender does that, so none of it is taken.
        var inOrder = messages.Index().All(pair =>
            pair.Item.Epoch == messages[0].Epoch && pair.Item.Sequence - messages[0].Sequence == pair.Index);
        var refusal = inOrder ? await _inbox.ReceiveAsync(origin, messages).ConfigureAwait(false) : NniRefusal.SequenceGap;
        var position = _inbox.Position(origin, messages[0].Epoch);
        _peerHeard(origin);
        if (!inOrder || refusal == NniRefusal.StaleEpoch || (refusal == NniRefusal.SequenceGap && messages[0].Sequence > position.Last))
        {
            _events(NniEvent.Refused(refusal, origin, $"{position.Epoch}/{position.Last + 1} is expected"));
            return NniReply.Refuse(refusal, $"sequence {position.Last + 1} of epoch {position.Epoch} is expected", problem =>
            {
                problem["expected"] = position.Last + 1;
                problem["epoch"] = position.Epoch;
            });
        }

        var body = position.ToJson();
        body["re"] = request.Nonce;
        if (refusal != NniRefusal.None)
            body["stopped"] = refusal.Code();
        return NniReply.Ok(_seal.SignFresh(origin, _seal.NewId(), NniTypes.Acknowledgement, body.ToJsonString()));
    }

    async Task<NniReply> AnswerAsync(string path, string origin, NniRequest request)
    {
        if (request.Jws.Count != 1)
            return Refuse(NniRefusal.Malformed, origin, "a greeting or question stands alone");
        var opened = _seal.TryOpenFresh(request.Jws[0], origin, out var envelope);
        if (opened == NniRefusal.None && path == NniPaths.Hello != (envelope!.Type == NniTypes.Hello))
            opened = NniRefusal.Malformed;
        if (opened != NniRefusal.None)
            return Refuse(opened, origin, "the signed part is refused");
        _peerHeard(origin);
        return path == NniPaths.Hello ? Greet(origin, envelope!) : await _questions.AnswerAsync(origin, envelope!).ConfigureAwait(false);
    }

    NniReply Greet(string origin, NniEnvelope hello)
    {
        var body = hello.Body();
        if (body["versions"] is not JsonArray { Count: <= 64 } versions || body.Number("epoch") is not { } epoch)
            return Refuse(NniRefusal.Malformed, origin, "a hello has versions and an epoch");
        if (!versions.Any(version => version is JsonValue value && value.TryGetValue<long>(out var number) && number == NniEnvelope.Version))
            return Refuse(NniRefusal.VersionMismatch, origin, $"this exchange speaks version {NniEnvelope.Version} alone");
        var answer = _inbox.Position(origin, epoch).ToJson();
        answer["re"] = hello.Id;
        answer["version"] = NniEnvelope.Version;
        answer["capabilities"] = _hello()["capabilities"]!.DeepClone();
        return NniReply.Ok(_seal.SignFresh(origin, _seal.NewId(), NniTypes.HelloAnswer, answer.ToJsonString()));
    }

    /// <summary>
    /// Carries it on while the sender waits, so that nothing is kept here and only the destination's own signature acknowledges.
    /// </summary>
    async Task<NniReply> CarryAsync(string path, string peer, NniRequest request, CancellationToken cancellation)
    {
        if (path is not (NniPaths.Messages or NniPaths.Hello or NniPaths.Query))
            return Refuse(NniRefusal.Unknown, peer, "no such resource");
        if (!_mayCarry(request.Origin, request.Destination))
            return Refuse(NniRefusal.WrongDestination, peer, $"not carried from {request.Origin} to {request.Destination}");
        if (request.Path.Count >= NniLimits.Hops || request.Path.Any(hop => NniSeal.Same(hop, _seal.Self)))
            return Refuse(NniRefusal.Loop, peer, "the path is too long or comes back");
        var carried = request with { Path = [.. request.Path, _seal.Self] };
        var reply = await _transport.PostAsync(request.Destination, path, carried.ToBytes(), cancellation).ConfigureAwait(false);
        return reply.Status == 0
            ? NniReply.Refuse(NniRefusal.NextHopUnreachable, $"{request.Destination} does not answer: {reply.Error}")
            : reply;
    }

    /// <summary>Refuses what never became a request: too large, too slow, no HTTP; with its event, as any other.</summary>
    internal NniReply Refuse(NniRefusal refusal, string? peer, string detail)
    {
        _events(NniEvent.Refused(refusal, peer, detail));
        return NniReply.Refuse(refusal, detail);
    }
}
