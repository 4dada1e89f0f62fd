using Meetpoint.Net;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Sip;

/// <summary>
/// A user agent: takes calls for an <see cref="ISipApplication"/>, places them, and sends and answers what stands outside calls.
/// </summary>
/// <remarks>On the loop of its transports only.</remarks>
public sealed partial class SipUserAgent : ISipTransactionUser
{
    /// <summary>What we can do beyond RFC 3261: value of Supported.</summary>
    public const string SupportedExtensions = "100rel, timer";

    /// <summary>Every method that the user agent itself understands; what of them its application takes is in the options.</summary>
    public const string KnownMethods = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, INFO, SUBSCRIBE, NOTIFY, MESSAGE, REFER, REGISTER, PUBLISH";

    readonly ISipApplication _application;
    readonly Dictionary<string, Call> _calls = [];

    /// <summary>Takes the messages of the transports from now on.</summary>
    public SipUserAgent(SipTransports transports, ISipApplication application, SipUserAgentOptions? options = null)
    {
        Transports = transports;
        _application = application;
        Options = options ?? new SipUserAgentOptions();
        Tokens = Options.Tokens ?? new SipTokens();
        Transactions = new SipTransactions(transports, Options.Timers, Tokens) { MaxTransactions = Options.MaxTransactions, User = this };
    }

    /// <summary>The transports.</summary>
    public SipTransports Transports { get; }

    /// <summary>Takes what is to go on before the user agent sees it; null when everything ends here.</summary>
    public SipRelay? Relay { get; internal set; }

    /// <summary>As given.</summary>
    public SipUserAgentOptions Options { get; }

    /// <summary>Dialogs that stand or are being made.</summary>
    public int DialogCount => _calls.Count;

    /// <summary>Transactions both ways; for a gauge, and for tests that nothing is left.</summary>
    public int TransactionCount => Transactions.ServerCount + Transactions.ClientCount;

    internal SipTransactions Transactions { get; }

    internal SipTokens Tokens { get; }

    internal IEventLoop Loop => Transports.Loop;

    /// <summary>Places a call. The handler hears the outcome, never before this returns.</summary>
    public OutgoingCall Invite(InviteOptions options, ICallHandler handler)
    {
        var call = new OutgoingCall(this, options, handler);
        Loop.Post(call.Start);
        return call;
    }

    /// <summary>Sends a request outside a dialog and follows it to its final answer: fail-over, challenges, time-out.</summary>
    /// <param name="request">The request.</param>
    /// <param name="route">Where it goes; null resolves the first Route, else the request URI.</param>
    /// <param name="credentials">For challenges; null answers none.</param>
    /// <param name="done">Said once, on the loop.</param>
    public void Send(SipRequest request, SipRoute? route, SipCredentials? credentials, Action<SipResult> done)
    {
        if (route is null)
        {
            var hop = request.Routes.Count > 0 ? NameAddress.Parse(request.Routes[0]).UriText : request.Uri;
            route = SipUri.TryParse(hop, out var uri) ? SipRoute.To(uri) : SipRoute.To([]);
        }

        new ClientRequest(this, request, credentials, new SingleUser(done)).Start(route);
    }

    /// <summary>Answers OPTIONS as RFC 3261 section 11.2 wants.</summary>
    public void AnswerOptions(IncomingRequest request) => AnswerOptions(request.Transaction);

    internal void AnswerOptions(ServerTransaction transaction)
    {
        var writer = transaction.Begin(200);
        writer.Header(SipHeader.Allow, Options.AllowedMethods).Header(SipHeader.Accept, SdpDescription.MediaType).Header(SipHeader.Supported, SupportedExtensions);
        AddServer(writer);
        transaction.Send(200, writer.End());
    }

    internal void AddServer(SipWriter writer)
    {
        if (Options.ProductName is { } product)
            writer.Header(SipHeader.Server, product);
    }

    internal void Add(Dialog dialog, Call call) => _calls[dialog.Key] = call;

    internal void Remove(Dialog dialog, Call call)
    {
        if (_calls.TryGetValue(dialog.Key, out var found) && ReferenceEquals(found, call))
            _calls.Remove(dialog.Key);
    }

    internal void PassUp(ServerTransaction transaction, Call? call) => _application.OnRequest(new IncomingRequest(this, transaction, call));

    internal void Resolve(SipUri uri, Action<IReadOnlyList<SipTarget>> found)
    {
        var transport = uri.Parameter("transport")?.ToUpperInvariant() switch
        {
            "TCP" => uri.IsSecure ? SipTransport.Tls : SipTransport.Tcp,
            "TLS" => SipTransport.Tls,
            _ => uri.IsSecure ? SipTransport.Tls : SipTransport.Udp,
        };
        var host = uri.Parameter("maddr") is { Length: > 0 } maddr ? maddr : uri.Host;
        if (NetAddress.TryParse(host.Trim('[', ']'), uri.Port != 0 ? uri.Port : transport.DefaultPort(), out var literal))
            found([new SipTarget(transport, literal, transport == SipTransport.Tls ? host : null)]);
        else if (Options.Resolver is { } resolver && uri.Scheme is SipUriScheme.Sip or SipUriScheme.Sips)
            resolver(uri, found);
        else
            found([]);
    }

    /// <summary>Acknowledges a 2xx to an INVITE of <see cref="Send"/>; once for each copy that comes.</summary>
    /// <param name="ack">With the INVITE's CSeq number.</param>
    /// <param name="route">Where the dialog leads.</param>
    public void SendAck(SipRequest ack, SipRoute route) => SendDirect(ack, route, static (_, _) => { });

    /// <summary>Sends a request that has no transaction: the ACK of a 2xx.</summary>
    internal void SendDirect(SipRequest request, SipRoute route, Action<SipFlow, byte[]> sent)
    {
        void Go(SipFlow? flow)
        {
            if (flow is null)
                return;
            var bytes = request.Write(Transactions.Writer, flow, Tokens.Branch(), []).ToArray();
            Transports.Send(flow, bytes);
            sent(flow, bytes);
        }

        SipFlow? First(IReadOnlyList<SipTarget> targets) => targets.Select(target => Transports.Reach(route.Of(target))).FirstOrDefault(f => f is not null);

        if (route.Flow is { } fixedFlow)
            Go(fixedFlow);
        else if (route.Targets is { } targets)
            Go(First(targets));
        else
            Resolve(route.NextHop!, found => Go(First(found) ?? route.Fallback));
    }

    sealed class SingleUser(Action<SipResult> done) : IClientRequestUser
    {
        public void OnProvisional(SipMessage response, SipFlow flow)
        {
        }

        public void OnSuccess(SipMessage response, SipFlow flow) => done(new SipResult(response.StatusCode, response.ReasonPhrase, response.ToOwned()) { Flow = flow });

        public void OnFailure(int status, string reason, SipMessage? response) => done(new SipResult(status, reason, response?.ToOwned()));
    }
}
