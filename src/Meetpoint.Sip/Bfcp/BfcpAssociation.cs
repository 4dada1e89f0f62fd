using Meetpoint.Net;

namespace Meetpoint.Sip.Bfcp;

/// <summary>
/// Transactions of floor control between two ends (RFC 8855 section 8): over unreliable transport one at a time each way, sent again until it is answered, and answered again with the same where
/// the answer was lost; over reliable transport as they come. Octets and a monotonic time in, octets and events out.
/// </summary>
/// <param name="isReliable">A stream; otherwise datagrams.</param>
/// <param name="output">The way to the other end.</param>
/// <param name="listener">Hears the other end; may call back.</param>
/// <remarks>Not thread safe. A stream that cannot be followed is to be closed by its owner: <see cref="IsBroken"/>.</remarks>
public sealed class BfcpAssociation(bool isReliable, IBfcpOutput output, IBfcpListener listener)
{
    /// <summary>T1: the first time after which what was not answered is sent again; doubled each time.</summary>
    public const long RetransmitNs = 500 * MonotonicTime.Millisecond;

    /// <summary>T2: how long an answer is kept to be given again.</summary>
    public const long ResponseKeptNs = 10 * MonotonicTime.Second;

    /// <summary>Times that a message is sent before its end is lost.</summary>
    public const int MaxSends = 4;

    /// <summary>Messages that wait for their turn, or for their answer.</summary>
    public const int MaxWaiting = 16;

    /// <summary>Answers that are kept. The other end has one transaction at a time; older ones are late doubles.</summary>
    public const int MaxKeptAnswers = 8;

    readonly BfcpStreamFramer? _framer = isReliable ? new BfcpStreamFramer() : null;
    readonly BfcpReassembly? _reassembly = isReliable ? null : new BfcpReassembly();
    readonly Queue<BfcpMessage> _waiting = new();
    readonly Queue<KeptAnswer> _answers = new();
    ushort _lastTransaction;
    int _sends;

    /// <summary>The version that is written: 1 over a stream; over datagrams 2, or 1 to an end that writes that, as drafts before RFC 8855 had it.</summary>
    public byte Version { get; set; } = isReliable ? BfcpHeader.Reliable : BfcpHeader.Unreliable;

    /// <summary>The stream cannot be followed any more.</summary>
    public bool IsBroken => _framer is { IsBroken: true };

    /// <summary>When <see cref="OnTime"/> is due; long.MaxValue when it is not.</summary>
    public long DueNs { get; private set; } = long.MaxValue;

    /// <summary>Takes a datagram, or what came of the stream.</summary>
    public void OnBytes(ReadOnlySpan<byte> bytes, long nowNs)
    {
        if (_framer is null)
        {
            OnDatagram(bytes, nowNs);
            return;
        }

        while (!IsBroken && _framer.TryTake(ref bytes, out var message))
            OnWhole(message, nowNs);
    }

    /// <summary>Begins a transaction: sends the message, once those before it are answered. Version and transaction id are put in.</summary>
    public void Ask(BfcpMessage message, long nowNs)
    {
        if (_waiting.Count >= MaxWaiting)
        {
            Lose(nowNs);
            return;
        }

        if (++_lastTransaction == 0)
            _lastTransaction = 1;
        _waiting.Enqueue(message with { Version = Version, Transaction = _lastTransaction, IsResponse = false });
        if (isReliable)
            Send(message with { Version = Version, Transaction = _lastTransaction, IsResponse = false });
        else if (_waiting.Count == 1)
            SendFirst(nowNs);
    }

    /// <summary>Tells the other end something by ourselves: over a stream without a transaction (RFC 8855 section 8.2), over datagrams until it is heard.</summary>
    public void Notify(BfcpMessage message, long nowNs)
    {
        if (isReliable)
            Send(message with { Version = Version, Transaction = 0, IsResponse = false });
        else
            Ask(message, nowNs);
    }

    /// <summary>Answers a message.</summary>
    public void Answer(BfcpMessage asked, BfcpPrimitive primitive, IReadOnlyList<BfcpAttribute> attributes, long nowNs) => Give(
        new BfcpMessage
        {
            Version = Version, Primitive = primitive, IsResponse = !isReliable, Conference = asked.Conference, Transaction = asked.Transaction, User = asked.User, Attributes = attributes,
        },
        asked.Primitive, nowNs);

    /// <summary>Answers a message with why it is not done.</summary>
    public void Refuse(BfcpMessage asked, BfcpErrorCode code, long nowNs, params ReadOnlySpan<byte> details) =>
        Answer(asked, BfcpPrimitive.Error, [BfcpAttribute.OfError(code, details)], nowNs);

    /// <summary>Time has come: what was not answered is sent again, or given up.</summary>
    public void OnTime(long nowNs)
    {
        if (nowNs < DueNs)
            return;
        if (_sends >= MaxSends)
            Lose(nowNs);
        else
            SendFirst(nowNs, isAgain: true);
    }

    void OnDatagram(ReadOnlySpan<byte> bytes, long nowNs)
    {
        if (!BfcpHeader.TryRead(bytes, out var header))
            return;
        if (!header.IsFragment)
        {
            OnWhole(bytes, nowNs);
            return;
        }

        var whole = _reassembly!.Take(bytes, nowNs, out var error);
        if (whole is not null)
            OnWhole(whole, nowNs);
        else if (error != BfcpErrorCode.None)
            RefuseUnread(header, error, nowNs);
    }

    void OnWhole(ReadOnlySpan<byte> bytes, long nowNs)
    {
        if (!BfcpHeader.TryRead(bytes, out var header))
            return;
        if (header.Version != BfcpHeader.Reliable && (isReliable || header.Version != BfcpHeader.Unreliable))
        {
            RefuseUnread(header, BfcpErrorCode.UnsupportedVersion, nowNs);
            return;
        }

        if (!BfcpMessage.TryParse(bytes, out var message, out var error))
        {
            RefuseUnread(header, error, nowNs);
            return;
        }

        if (!isReliable)
            Version = message.Version;
        if (IsAnswer(message))
            OnAnswer(message, nowNs);
        else if (!GiveAgain(message, nowNs))
            listener.OnMessage(message, nowNs);
    }

    bool IsAnswer(BfcpMessage message) => isReliable
        ? message.Transaction != 0 && _waiting.Any(waiting => waiting.Transaction == message.Transaction)
        : message.IsResponse || message.Primitive is BfcpPrimitive.FloorRequestStatusAck or BfcpPrimitive.FloorStatusAck or BfcpPrimitive.GoodbyeAck;

    void OnAnswer(BfcpMessage answer, long nowNs)
    {
        // A late double, or to what was given up.
        if (!_waiting.TryPeek(out var first) || first.Transaction != answer.Transaction)
            return;
        _waiting.Dequeue();
        DueNs = long.MaxValue;
        if (!isReliable && _waiting.Count > 0)
            SendFirst(nowNs);
        listener.OnAnswer(first, answer, nowNs);
    }

    void SendFirst(long nowNs, bool isAgain = false)
    {
        _sends = isAgain ? _sends + 1 : 1;
        DueNs = nowNs + (RetransmitNs << (_sends - 1));
        Send(_waiting.Peek());
    }

    void Lose(long nowNs)
    {
        _waiting.Clear();
        DueNs = long.MaxValue;
        listener.OnLost(nowNs);
    }

    /// <summary>It was answered already, and that was lost or is on its way.</summary>
    bool GiveAgain(BfcpMessage message, long nowNs)
    {
        while (_answers.TryPeek(out var oldest) && nowNs >= oldest.UntilNs)
            _answers.Dequeue();
        foreach (var kept in _answers)
        {
            if (isReliable || kept.Asked != message.Primitive || kept.Answer.Transaction != message.Transaction || kept.Answer.User != message.User || kept.Answer.Conference != message.Conference)
                continue;
            Send(kept.Answer);
            return true;
        }

        return false;
    }

    void RefuseUnread(in BfcpHeader header, BfcpErrorCode code, long nowNs)
    {
        // An error about an answer would be answered with one.
        if (header.IsResponse || header.Primitive == BfcpPrimitive.Error)
            return;
        Give(
            new BfcpMessage
            {
                Version = Version, Primitive = BfcpPrimitive.Error, IsResponse = !isReliable, Conference = header.Conference, Transaction = header.Transaction, User = header.User,
                Attributes = [BfcpAttribute.OfError(code)],
            },
            header.Primitive, nowNs);
    }

    void Give(BfcpMessage answer, BfcpPrimitive asked, long nowNs)
    {
        if (!isReliable)
        {
            if (_answers.Count == MaxKeptAnswers)
                _answers.Dequeue();
            _answers.Enqueue(new KeptAnswer(asked, answer, nowNs + ResponseKeptNs));
        }

        Send(answer);
    }

    void Send(BfcpMessage message)
    {
        var bytes = message.ToBytes();
        if (isReliable)
        {
            output.Send(bytes);
            return;
        }

        foreach (var datagram in BfcpFragments.Split(bytes))
            output.Send(datagram);
    }

    readonly record struct KeptAnswer(BfcpPrimitive Asked, BfcpMessage Answer, long UntilNs);
}
