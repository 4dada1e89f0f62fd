using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Messaging.Page;
using Meetpoint.Exchange.Messaging.Sessions;
using Meetpoint.Exchange.Messaging.Streams;
using Meetpoint.Exchange.Messaging.Xmpp;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Xmpp;

namespace Meetpoint.Exchange.Messaging;

/// <summary>The messaging of one exchange, put together: the service, and its edges. On the loop only.</summary>
sealed class Messenger
{
    readonly CallContext _context;
    readonly MessageSessions _sessions;

    /// <summary>Puts it together, and opens the front door to it.</summary>
    public Messenger(CallContext context)
    {
        _context = context;
        Ways = new MessageWays(context) { Page = new PageEdge(context) };
        Streams = new MessageStreams(context);
        Service = new MessageService(context, Ways, Streams);
        _sessions = new MessageSessions(context, Service);
        Ways.Sessions = _sessions;
        context.Front.Add(new PageMode(context, Service));
        context.Front.Add(_sessions);
    }

    /// <summary>Clients of the API that listen.</summary>
    public MessageStreams Streams { get; }

    /// <summary>Takes messages.</summary>
    public MessageService Service { get; }

    /// <summary>Where they go.</summary>
    public MessageWays Ways { get; }

    /// <summary>Messages of one stream of a client's.</summary>
    /// <param name="caller">Whose stream.</param>
    /// <param name="user">In whose name, where a frame names nobody; null for none.</param>
    /// <param name="wake">Has the stream collect.</param>
    public MessageFeed OpenFeed(ApiCaller caller, string? user, Action wake) => new(_context, Service, Streams, caller, user, wake);

    /// <summary>Sends a message; from any thread.</summary>
    public Task<MessageOutcome> SendAsync(TextMessage message, SipCaller caller)
    {
        var outcome = new TaskCompletionSource<MessageOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        _context.Loop.Post(() => Service.Send(message, caller, outcome.SetResult));
        return outcome.Task;
    }

    /// <summary>Joins the XMPP side; before the first stanza.</summary>
    /// <param name="border">Hands message stanzas over.</param>
    /// <param name="send">Sends a stanza, and tells once if it cannot be delivered.</param>
    public void Connect(XmppBorder border, Action<XmppStanza, Action<XmppFailure>?> send)
    {
        var edge = new XmppMessages(_context, Service, border.Addresses, send);
        border.Add(edge);
        Ways.Xmpp = edge;
    }

    /// <summary>Takes over what waits; once, when the listeners are open.</summary>
    public void Start()
    {
        _context.Registrations.Registered += Service.Keeper.SawLife;
        _context.Health.IsBack += _ => Service.Keeper.SystemIsBack();
        Service.Keeper.Start();
    }

    /// <summary>Ends.</summary>
    public void Stop()
    {
        Service.Keeper.Stop();
        _sessions.Stop();
    }
}
