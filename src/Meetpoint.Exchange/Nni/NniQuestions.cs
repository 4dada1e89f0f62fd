using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using NodaTime;

namespace Meetpoint.Exchange.Nni;

/// <summary>Signed questions that change nothing, and their signed answers, bound to the question by its id.</summary>
/// <remarks>Thread safe.</remarks>
public sealed class NniQuestions
{
    readonly ConcurrentDictionary<string, NniQueryHandler> _handlers = new(StringComparer.Ordinal);
    readonly SemaphoreSlim _places = new(NniLimits.QuestionsAtOnce);
    readonly NniSeal _seal;
    readonly INniTransport _transport;
    readonly TimeProvider _time;
    readonly Action<NniEvent> _events;

    internal NniQuestions(NniSeal seal, INniTransport transport, TimeProvider time, Action<NniEvent> events)
    {
        _seal = seal;
        _transport = transport;
        _time = time;
        _events = events;
    }

    /// <summary>Types that are answered here; told to neighbours as capabilities.</summary>
    internal IEnumerable<string> Types => _handlers.Keys.Order(StringComparer.Ordinal);

    /// <summary>Registers who answers a type, before the first question.</summary>
    public void Handle(string type, NniQueryHandler handler)
    {
        if (type.StartsWith(NniTypes.Reserved, StringComparison.Ordinal) || !_handlers.TryAdd(type, handler))
            throw new InvalidOperationException($"{type} is reserved or has a handler already");
    }

    /// <summary>As <see cref="INniOutbox.AskAsync"/>.</summary>
    internal async Task<JsonObject> AskAsync(string destination, string type, JsonObject question, Duration timeout)
    {
        var id = _seal.NewId();
        var jws = _seal.SignFresh(destination, id, type, question.ToJsonString());
        using var ending = new CancellationTokenSource(timeout.ToTimeSpan(), _time);
        var request = new NniRequest(_seal.Self, destination, id, [], [jws]);
        var reply = await _transport.PostAsync(destination, NniPaths.Query, request.ToBytes(), ending.Token).ConfigureAwait(false);
        if (reply.Status != 200)
            throw new NniUnreachableException($"{destination} did not answer {type}: {reply.Describe()}");
        NniEnvelope? envelope = null;
        var refusal = NniAnswer.TryParse(reply.Body.Span) is { } answer
            ? _seal.TryOpenFresh(answer.Jws, destination, out envelope) : NniRefusal.Malformed;
        if (refusal != NniRefusal.None || envelope!.Type != NniTypes.Answer)
            throw new NniUnreachableException($"the answer of {destination} to {type} is refused: {refusal.Code()}");
        var body = envelope.Body();
        if (body.Text("re") != id)
            throw new NniUnreachableException($"the answer of {destination} is to another question than {type}");
        if (body["answer"] is JsonObject value)
        {
            body.Remove("answer");
            return value;
        }

        throw new NniUnreachableException($"{destination} could not answer {type}: {body.Text("error")}");
    }

    /// <summary>Answers a verified question.</summary>
    internal async Task<NniReply> AnswerAsync(string origin, NniEnvelope question)
    {
        if (!_handlers.TryGetValue(question.Type, out var handler))
            return NniReply.Refuse(NniRefusal.Unknown, $"nobody answers {question.Type}");
        if (!await _places.WaitAsync(0).ConfigureAwait(false))
            return NniReply.Refuse(NniRefusal.Busy, "too many questions at once");
        var body = new JsonObject { ["re"] = question.Id };
        try
        {
            var answer = await handler(origin, question.Body())
                .WaitAsync(NniLimits.RequestTimeout.ToTimeSpan(), _time).ConfigureAwait(false);
            body["answer"] = answer.DeepClone();
        }
        catch (Exception error)
        {
            _events(new NniEvent("nni.query.failed", origin, $"{question.Type}: {error.Message}"));
            body["error"] = NniRefusal.HandlerFailed.Code();
        }
        finally
        {
            _places.Release();
        }

        var json = body.ToJsonString();
        return System.Text.Encoding.UTF8.GetByteCount(json) > NniLimits.BodyBytes
            ? NniReply.Refuse(NniRefusal.TooLarge, $"the answer to {question.Type} is too large")
            : NniReply.Ok(_seal.SignFresh(origin, _seal.NewId(), NniTypes.Answer, json));
    }
}
