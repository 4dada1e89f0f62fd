using System.Security.Cryptography;
using System.Text;
using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>
/// The transaction layer: finds or makes the transaction of each message, and holds at most <see cref="MaxTransactions"/> each way.
/// </summary>
/// <remarks>On the loop only.</remarks>
sealed class SipTransactions : ISipTransportUser
{
    const int StatelessTagBytes = 8;

    readonly byte[] _statelessKey;
    readonly TransactionTable<ServerTransaction> _servers = new();
    readonly TransactionTable<ClientTransaction> _clients = new();
    readonly TransactionTable<ServerTransaction> _merges = new();

    public SipTransactions(SipTransports transports, SipTimers timers, SipTokens tokens)
    {
        Transports = transports;
        Timers = timers;
        Tokens = tokens;
        _statelessKey = tokens.Bytes(16);
        transports.User = this;
    }

    /// <summary>Transactions each way; a request over it is answered 503 and kept nowhere.</summary>
    public int MaxTransactions { get; init; } = 100_000;

    public ISipTransactionUser? User { get; set; }

    /// <summary>Takes answers to notifications; null when there are none.</summary>
    public EventServer? Events { get; set; }

    public SipTransports Transports { get; }

    public SipTimers Timers { get; }

    public SipTokens Tokens { get; }

    public IEventLoop Loop => Transports.Loop;

    /// <summary>For one message at a time, within one call.</summary>
    public SipWriter Writer { get; } = new();

    public SipMessage Scratch { get; } = new();

    public int ServerCount => _servers.Count;

    public int ClientCount => _clients.Count;

    /// <summary>Sends a request whose top Via holds <paramref name="branch"/>; null when there are too many.</summary>
    public ClientTransaction? Send(SipFlow flow, ReadOnlySpan<byte> request, string branch, string method, IClientTransactionUser user) =>
        Send(flow, request, Encoding.UTF8.GetBytes(branch), Encoding.UTF8.GetBytes(method), user);

    /// <inheritdoc cref="Send(SipFlow,ReadOnlySpan{byte},string,string,IClientTransactionUser)"/>
    public ClientTransaction? Send(SipFlow flow, ReadOnlySpan<byte> request, ReadOnlySpan<byte> branch, ReadOnlySpan<byte> method, IClientTransactionUser user)
    {
        if (_clients.Count >= MaxTransactions)
            return null;
        var transaction = new ClientTransaction(this, flow, TransactionKey.Client(branch, method), request.ToArray(), method.SequenceEqual("INVITE"u8), user);
        _clients.Set(transaction.Key, transaction);
        transaction.Start(Loop.NowNs);
        return transaction;
    }

    public void OnMessage(SipFlow flow, SipMessage message)
    {
        Span<byte> key = stackalloc byte[TransactionKey.MaxBytes];
        if (!message.IsRequest)
        {
            OnResponse(flow, message, key);
            return;
        }

        if (message.Method == SipMethod.Ack)
        {
            if (_servers.TryGetValue(key[..TransactionKey.Server(message, SipMethod.Invite, key)], out var acknowledged))
                acknowledged.OnAck(message);
            else
                User?.OnAck(message, flow);
            return;
        }

        if (message.Method == SipMethod.Benotify)
        {
            User?.OnBenotify(message, flow);
            return;
        }

        var length = TransactionKey.Server(message, message.Method, key);
        if (_servers.TryGetValue(key[..length], out var known))
        {
            known.OnRequestAgain();
            return;
        }

        OnNewRequest(flow, message, key[..length].ToArray());
    }

    public void OnInvalid(SipFlow flow, SipMessage message)
    {
        var status = message.Error.Status();
        if (status != 0 && message.IsAnswerable)
            AnswerStateless(flow, message, status, message.Error.Phrase());
        User?.OnRejected(flow, message, message.Error.ToString());
    }

    public void OnFlowClosed(SipFlow flow, string reason)
    {
        foreach (var transaction in _clients.Values.Where(t => ReferenceEquals(t.Flow, flow)).ToArray())
            transaction.OnTransportError();
    }

    public bool IsPriority(ReadOnlySpan<byte> requestUri, SipFlow flow) => User?.IsPriority(requestUri, flow) == true;

    public void OnSlow(SipFlow flow, string reason) => User?.OnSlow(flow, reason);

    /// <summary>Answers without keeping anything: the sender retransmits at his cost.</summary>
    public void AnswerStateless(SipFlow flow, SipMessage request, int status, string? phrase, params IReadOnlyList<(string Name, string Value)> headers)
    {
        // Without memory the tag must come from the request, so that copies get the same (RFC 3261 section 8.2.7).
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_statelessKey, request.FirstListValue(SipHeader.Via), hash);
        Writer.Response(request, status, phrase, $"s{Convert.ToHexStringLower(hash[..StatelessTagBytes])}");
        foreach (var (name, value) in headers)
            Writer.Header(name, value);
        Transports.SendResponse(flow, request, Writer.End());
    }

    /// <summary>An answer as it goes out: in overload with what its receiver asks to be told (RFC 7339).</summary>
    internal byte[] Told(ReadOnlySpan<byte> answer)
    {
        if (Transports.Overload.Feedback is { Percent: > 0 } feedback)
        {
            var told = new byte[answer.Length + OverloadFeedback.MaxBytes];
            if (feedback.TryTell(answer, told, out var length))
                return told[..length];
        }

        return answer.ToArray();
    }

    internal void Remove(ServerTransaction transaction, TimerNode? first, TimerNode second)
    {
        if (first is not null)
            Loop.Timers.Cancel(first);
        Loop.Timers.Cancel(second);
        _servers.Remove(transaction.Key);
        if (transaction.MergeKey is not null)
            _merges.Remove(transaction.MergeKey);
    }

    internal void Remove(ClientTransaction transaction, TimerNode first, TimerNode second)
    {
        Loop.Timers.Cancel(first);
        Loop.Timers.Cancel(second);
        _clients.Remove(transaction.Key);
    }

    void OnResponse(SipFlow flow, SipMessage response, Span<byte> key)
    {
        if (response.Method == SipMethod.Notify && Events is not null && response.TryTopVia(out var via) && via.Branch.StartsWith(NotifyWriter.BranchMark))
        {
            Events.OnAnswer(response, via.Branch[NotifyWriter.BranchMark.Length..]);
            return;
        }

        if (_clients.TryGetValue(key[..TransactionKey.Client(response, key)], out var transaction))
        {
            // RFC 3261 section 8.1.3.3: with another Via below ours it was meant for whoever is behind that one.
            if (transaction.IsRelayed || !response.HasSeveral(SipHeader.Via))
                transaction.OnResponse(response);
        }
        else
            User?.OnStrayResponse(response, flow);
    }

    void OnNewRequest(SipFlow flow, SipMessage message, byte[] key)
    {
        if (_servers.Count >= MaxTransactions)
        {
            AnswerStateless(flow, message, 503, null, (SipHeader.Retry_After.Name(), "5"));
            User?.OnRejected(flow, message, "too many transactions");
            return;
        }

        var transaction = new ServerTransaction(this, flow, message.ToOwned(), key);
        _servers.Set(key, transaction);
        if (message.Method == SipMethod.Cancel)
            OnCancel(transaction);
        else if (User?.TryRelay(transaction) != true && !IsMerged(transaction))
            User?.OnRequest(transaction);
    }

    /// <summary>
    /// A copy of a request that came by another way before (RFC 3261 section 8.2.2.2) is answered 482. Only where messages end: what is relayed goes on
    /// by either way.
    /// </summary>
    bool IsMerged(ServerTransaction transaction)
    {
        var request = transaction.Request;
        if (!request.ToTag.IsEmpty)
            return false;
        Span<byte> merge = stackalloc byte[TransactionKey.MaxBytes];
        var key = merge[..TransactionKey.Merge(request, merge)];
        if (_merges.TryGetValue(key, out _))
        {
            transaction.Respond(482, "Merged Request");
            User?.OnMerged(transaction.Flow, request);
            return true;
        }

        transaction.MergeKey = key.ToArray();
        _merges.Set(transaction.MergeKey, transaction);
        return false;
    }

    void OnCancel(ServerTransaction cancel)
    {
        Span<byte> key = stackalloc byte[TransactionKey.MaxBytes];
        var length = TransactionKey.Server(cancel.Request, SipMethod.Invite, key);
        if (!_servers.TryGetValue(key[..length], out var invite))
        {
            cancel.Respond(481);
            return;
        }

        // Same To tag as the INVITE's answers (section 9.2), and 200 whether or not it still changes anything.
        Writer.Response(cancel.Request, 200, null, invite.ToTag);
        cancel.Send(200, Writer.End());
        if (!invite.IsAnswered)
            User?.OnCancel(invite, cancel.Request);
    }
}
