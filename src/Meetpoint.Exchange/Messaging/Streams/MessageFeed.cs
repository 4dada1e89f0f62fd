using System.Text.Json;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Api.Streams;
using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Signalling;

namespace Meetpoint.Exchange.Messaging.Streams;

/// <summary>
/// Messages of a stream: the client names in whose name it listens, is told what comes for them and acknowledges it, and sends by the same stream. On the loop only.
/// </summary>
/// <remarks>
/// Bounded by what is unacknowledged (<see cref="MessageLimits.MaxUnacknowledged"/>): a message that is told waits for that, and one that is not told is kept. Signs of
/// writing are told as they stand last.
/// </remarks>
/// <param name="context">What it works with.</param>
/// <param name="service">Takes what is sent.</param>
/// <param name="streams">Tell it what comes.</param>
/// <param name="caller">Whose stream.</param>
/// <param name="user">In whose name, where a frame names nobody; null for none.</param>
/// <param name="wake">Has the stream collect.</param>
sealed class MessageFeed(CallContext context, MessageService service, MessageStreams streams, ApiCaller caller, string? user, Action wake) : IStreamFeed
{
    readonly HashSet<string> _listening = new(StringComparer.Ordinal);
    readonly Dictionary<string, StreamDelivery> _unacknowledged = new(StringComparer.Ordinal);
    readonly Queue<StreamDelivery> _due = new();
    readonly Dictionary<(string Person, string From), TextMessage> _signs = [];
    readonly Queue<JsonObject> _outcomes = new();
    readonly Dictionary<string, string> _awaited = new(StringComparer.Ordinal);
    readonly Queue<string> _awaitedInOrder = new();
    LoopTimer? _patience;
    int _sending;
    bool _isClosed;

    /// <inheritdoc/>
    public bool IsWanted => _listening.Count > 0 || _sending > 0;

    /// <inheritdoc/>
    public StreamEnd? End { get; private set; }

    /// <inheritdoc/>
    public bool TryTake(JsonObject frame, out JsonObject? answer)
    {
        answer = null;
        if (frame.ContainsKey("listen"))
            answer = InName(frame, Text(frame, "listen") ?? user, Listen);
        else if (frame.ContainsKey("unlisten"))
            answer = InName(frame, Text(frame, "unlisten") ?? user, Unlisten);
        else if (frame.ContainsKey("send"))
            answer = InName(frame, Text(frame, "from") ?? user, Send);
        else if (frame.ContainsKey("composing"))
            answer = InName(frame, Text(frame, "from") ?? user, Sign);
        else if (frame.ContainsKey("acknowledge"))
            answer = Acknowledge(frame);
        else
            return false;
        return true;
    }

    /// <summary>False where the key is no longer for customers of the provider.</summary>
    public bool MayHear(Provider provider) => caller.MayActFor(provider.Id);

    /// <summary>Takes a message in order to tell it; false where too many are unacknowledged.</summary>
    public bool TryTell(StreamDelivery delivery)
    {
        if (_unacknowledged.Count >= MessageLimits.MaxUnacknowledged || !_unacknowledged.TryAdd(delivery.Message.Id, delivery))
            return false;
        if (_unacknowledged.Count == 1)
            (_patience ??= new LoopTimer(context.Loop, _ => Unread())).Arm(MessageLimits.AcknowledgeNs);
        delivery.Told();
        _due.Enqueue(delivery);
        wake();
        return true;
    }

    /// <summary>Somebody writes to the person, or has stopped.</summary>
    public void Sign(string person, TextMessage sign)
    {
        if (_signs.Count >= MessageLimits.MaxSigns && !_signs.ContainsKey((person, sign.From)))
            return;
        _signs[(person, sign.From)] = sign;
        wake();
    }

    /// <summary>It is known what became of a message that was accepted or kept.</summary>
    /// <param name="key">As <see cref="TextMessage.Key"/>.</param>
    /// <param name="why">Why it was not delivered; null where it was.</param>
    public void Settled(string key, string? why)
    {
        if (!_awaited.Remove(key, out var id))
            return;
        _outcomes.Enqueue(why is null ? MessageFrame.Sent(id, MessageOutcome.Delivered) : MessageFrame.Failed(id, "not-delivered", why));
        wake();
    }

    /// <inheritdoc/>
    public bool Collect(List<byte[]> frames, int atMost)
    {
        while (frames.Count < atMost && _outcomes.TryDequeue(out var outcome))
            frames.Add(JsonSerializer.SerializeToUtf8Bytes(outcome));
        while (frames.Count < atMost && _signs.Count > 0)
        {
            var ((person, _), sign) = _signs.First();
            _signs.Remove((person, sign.From));
            frames.Add(JsonSerializer.SerializeToUtf8Bytes(MessageFrame.Composing(person, sign)));
        }

        while (frames.Count < atMost && _due.TryDequeue(out var delivery))
            frames.Add(JsonSerializer.SerializeToUtf8Bytes(MessageFrame.Of(delivery)));
        return _outcomes.Count > 0 || _signs.Count > 0 || _due.Count > 0;
    }

    /// <inheritdoc/>
    public void Close()
    {
        _isClosed = true;
        _patience?.Disarm();
        foreach (var person in _listening)
            streams.Remove(person, this);
        foreach (var key in _awaited.Keys)
            streams.Forget(key, this);
        _listening.Clear();
        var left = _unacknowledged.Values.ToList();
        _unacknowledged.Clear();
        foreach (var delivery in left)
            delivery.Left();
    }

    JsonObject? InName(JsonObject frame, string? name, Func<JsonObject, SipCaller, JsonObject?> act)
    {
        if (name is null)
            return ApiStream.Error(frame, "malformed", "In whose name? Give an address of one of your customers.");
        return ClientMessage.Sender(caller, name, context.Admission.World, out _) is { } sender
            ? act(frame, sender) : ApiStream.Error(frame, "forbidden", $"{name} is no customer in whose name you may send or listen.");
    }

    JsonObject? Listen(JsonObject frame, SipCaller person)
    {
        if (_listening.Count >= MessageLimits.MaxListening && !_listening.Contains(person.Address))
            return ApiStream.Error(frame, "too-many-listened", $"A stream listens for {MessageLimits.MaxListening} people at most: open another.");
        if (_listening.Add(person.Address))
            streams.Add(person.Address, this);
        // What waits follows this answer: for her, and for each of her phones.
        context.Loop.Post(() => SawLife(person.Address));
        return MessageFrame.Listening(frame, person.Address, isOn: true);
    }

    void SawLife(string person)
    {
        if (!_listening.Contains(person))
            return;
        service.Keeper.SawLife(person);
        if (context.Admission.World.Find(person)?.User is not { } own)
            return;
        foreach (var endpoint in context.Endpoints.Of(own))
            service.Keeper.SawLife(MessageAddress.Of("sip:" + endpoint.Sip));
    }

    JsonObject? Unlisten(JsonObject frame, SipCaller person)
    {
        if (!_listening.Remove(person.Address))
            return ApiStream.Error(frame, "not-found", $"This stream does not listen for {person.Address}.");
        streams.Remove(person.Address, this);
        return MessageFrame.Listening(frame, person.Address, isOn: false);
    }

    JsonObject? Send(JsonObject frame, SipCaller sender)
    {
        var (to, text, id, conversation) = (Text(frame, "send"), Text(frame, "text"), Text(frame, "id"), Text(frame, "conversation"));
        if (string.IsNullOrWhiteSpace(to) || text is not { Length: > 0 } || conversation?.Length > MessageLimits.MaxName)
            return ApiStream.Error(frame, "malformed", $"A message has a receiver and words, and the name of its conversation at most {MessageLimits.MaxName} characters.");
        if (id is null || id.Length is 0 or > MessageLimits.MaxName)
            return ApiStream.Error(frame, "malformed", $"A message has an id of yours, 1 to {MessageLimits.MaxName} characters: with the same one it is the same message, sent again.");
        if (_sending >= MessageLimits.MaxSending)
            return ApiStream.Error(frame, "too-many-sent", $"Of {MessageLimits.MaxSending} messages it is not known yet what became of them: wait, and send this again.");
        var message = ClientMessage.Of(context.Ids.New("msg"), $"stream {caller.KeyId} {sender.Address} {id}", sender, to, context.Clock.GetCurrentInstant()) with
        {
            Text = text, Conversation = conversation,
        };
        _sending++;
        service.Send(message, sender, outcome => Ended(id, message.Key, outcome));
        return null;
    }

    void Ended(string id, string key, MessageOutcome outcome)
    {
        _sending--;
        if (_isClosed)
            return;
        if (outcome.Fate is MessageFate.Kept or MessageFate.Accepted)
            Await(key, id);
        _outcomes.Enqueue(outcome.IsTaken ? MessageFrame.Sent(id, outcome) : MessageFrame.Failed(id, outcome));
        wake();
    }

    /// <summary>The oldest give way: of what the next system accepted nothing more may ever be heard.</summary>
    void Await(string key, string id)
    {
        while (_awaitedInOrder.Count >= MessageLimits.MaxAwaited)
        {
            var oldest = _awaitedInOrder.Dequeue();
            if (_awaited.Remove(oldest))
                streams.Forget(oldest, this);
        }

        _awaited[key] = id;
        _awaitedInOrder.Enqueue(key);
        streams.Await(key, this);
    }

    JsonObject? Sign(JsonObject frame, SipCaller sender)
    {
        if (Text(frame, "composing") is not { Length: > 0 } to || frame["active"] is not JsonValue active || !active.TryGetValue(out bool isActive))
            return ApiStream.Error(frame, "malformed", "Give an address as 'composing', and true or false as 'active'.");
        var sign = ClientMessage.Of(context.Ids.New("msg"), $"sign {context.Tokens.CallId()}", sender, to, context.Clock.GetCurrentInstant()) with
        {
            Content = isActive ? MessageContent.Composing : MessageContent.Idle, Conversation = Text(frame, "conversation") is { Length: <= MessageLimits.MaxName } name ? name : null,
        };
        service.Send(sign, sender, static _ => { });
        return null;
    }

    JsonObject? Acknowledge(JsonObject frame)
    {
        if (Text(frame, "acknowledge") is not { } id)
            return ApiStream.Error(frame, "malformed", "Which? The id of a message is a string.");
        if (!_unacknowledged.Remove(id, out var delivery))
            return null; // acknowledged before, or told by another stream: it is told again there if it was not
        delivery.Taken();
        if (_unacknowledged.Count > 0)
        {
            _patience!.Arm(MessageLimits.AcknowledgeNs);
            return null;
        }

        _patience!.Disarm();
        service.Keeper.SawLife(delivery.Receiver); // what was too much to be told
        return null;
    }

    void Unread()
    {
        End = StreamEnd.Unacknowledged;
        wake();
    }

    static string? Text(JsonObject frame, string name) => frame[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
}
