namespace Meetpoint.Sip;

/// <summary>A request that the application answers. On the loop only.</summary>
public sealed class IncomingRequest
{
    readonly SipUserAgent _ua;

    internal IncomingRequest(SipUserAgent ua, ServerTransaction transaction, Call? call)
    {
        _ua = ua;
        Transaction = transaction;
        Message = transaction.Request;
        Call = call;
    }

    /// <summary>What came, with its body also after the answer.</summary>
    public SipMessage Message { get; }

    /// <summary>The way it came.</summary>
    public SipFlow Flow => Transaction.Flow;

    /// <summary>The call inside whose dialog it came; null outside one.</summary>
    public Call? Call { get; }

    /// <summary>True once it has its final answer.</summary>
    public bool IsAnswered => Transaction.IsAnswered;

    internal ServerTransaction Transaction { get; }

    /// <summary>Answers without body.</summary>
    /// <param name="status">100 to 699.</param>
    /// <param name="phrase">Null takes the usual one.</param>
    /// <param name="headers">Further headers.</param>
    public void Respond(int status, string? phrase = null, params IReadOnlyList<(string Name, string Value)> headers) =>
        Respond(status, phrase, headers, null, default);

    /// <summary>Answers with a body.</summary>
    public void Respond(int status, string? phrase, IReadOnlyList<(string Name, string Value)> headers, string? contentType, ReadOnlySpan<byte> body)
    {
        var writer = Transaction.Begin(status, phrase);
        if (status is >= 200 and < 300 && Message.Method is SipMethod.Subscribe or SipMethod.Refer or SipMethod.Notify)
            writer.Header(SipHeader.Contact, SipRequest.Contact(Flow, Message.RequestUri?.User ?? ""));
        if (status == 405 && !headers.Any(static h => h.Name == "Allow"))
            writer.Header(SipHeader.Allow, _ua.Options.AllowedMethods);
        _ua.AddServer(writer);
        foreach (var (name, value) in headers)
            writer.Header(name, value);
        Transaction.Send(status, contentType is null ? writer.End() : writer.EndWithBody(contentType, body));
    }
}
