using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;

namespace Meetpoint.Simulation.Kit;

/// <summary>
/// The CSTA gateway of a call control of Albion's that is not ours: ECMA-323 in SIP as ECMA TR/87 has it, written by hand over UDP with a dialog of its own making, so that nothing of what is
/// tested answers itself.
/// </summary>
sealed class CstaGateway : IDatagramReceiver
{
    public const string Neighbour = "call-control";

    const string Host = "10.0.1.70";
    const string Ns = "http://www.ecma-international.org/standards/ecma-323/csta/ed3";

    readonly SimulatedWorld _world;
    readonly VirtualEventLoop _loop;
    readonly IDatagramSocket _socket;
    readonly NetAddress _exchange;
    readonly Dictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    readonly Dictionary<string, SortedDictionary<string, string>> _calls = new(StringComparer.Ordinal);
    readonly HashSet<string> _disturbed = new(StringComparer.Ordinal);
    readonly List<(string[] Head, string Body)> _held = [];
    int _count;
    int _branches;

    public CstaGateway(SimulatedWorld world)
    {
        _world = world;
        _loop = world.Virtual.CreateLoop(Host);
        _exchange = NetAddress.Parse(world.Albion.Party.Address + ":5060");
        IDatagramSocket? socket = null;
        world.RunOn(_loop, () => socket = world.Virtual.Network.AddHost(Host).OpenDatagram(NetAddress.Parse(Host + ":5060"), _loop, this));
        _socket = socket!;
    }

    /// <summary>Requests that came, each by its method and what it asks: "INFO MonitorStart".</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Answers to what it sent, each with its method: "INFO 200", and the element of its body.</summary>
    public List<string> Answers { get; } = [];

    /// <summary>Sessions that stand, by its own account.</summary>
    public int Sessions => _sessions.Count;

    /// <summary>Dead: hears nothing, and says nothing.</summary>
    public bool IsDead { get; set; }

    /// <summary>The error that it answers such a request with: "SnapshotDevice"; null answers as asked.</summary>
    public string? Refuses { get; set; }

    /// <summary>It takes its time over snapshots, of what was when it was asked, until <see cref="Release"/>.</summary>
    public bool HoldsSnapshots { get; set; }

    /// <summary>It answers MonitorStart in an INFO of its own.</summary>
    public bool AnswersByInfo { get; set; }

    /// <summary>The session interval that it asks for, in seconds, with itself as who refreshes or not; null has no session timer.</summary>
    public string? SessionExpires { get; set; }

    /// <summary>Puts it into the world of Albion's exchange, with a line of it for users.</summary>
    public static Action<SimulatedParty, JsonObject> Amend(params IReadOnlyList<(string User, string Line)> lines) => (self, document) =>
    {
        if (self.Id != "albion")
            return;
        document["neighbours"]!.AsArray().Add(new JsonObject
        {
            ["id"] = Neighbour, ["provider"] = "albion", ["kind"] = "sip-trunk", ["listener"] = "udp", ["sipUri"] = $"sip:{Host}:5060", ["sourceAddresses"] = new JsonArray(Host),
            ["presence"] = new JsonObject { ["subscribe"] = false, ["csta"] = true },
        });
        foreach (var (user, line) in lines)
        {
            var presence = document["users"]!.AsArray().First(one => (string?)one!["id"] == user)!["presence"]!;
            presence["systems"]!.AsArray().Add(new JsonObject { ["neighbour"] = Neighbour, ["address"] = line });
        }
    };

    /// <summary>The handset is lifted, and a number dialled.</summary>
    public void Originate(string line, string call)
    {
        Say(line, "ServiceInitiatedEvent", "initiatedConnection", call, "initiated");
        Say(line, "OriginatedEvent", "originatedConnection", call, "connected");
    }

    /// <summary>It is rung.</summary>
    public void Ring(string line, string call) => Say(line, "DeliveredEvent", "connection", call, "alerting");

    /// <summary>The other side, or the line itself, answers.</summary>
    public void Establish(string line, string call) => Say(line, "EstablishedEvent", "establishedConnection", call, "connected");

    public void Hold(string line, string call) => Say(line, "HeldEvent", "heldConnection", call, "hold");

    public void Retrieve(string line, string call) => Say(line, "RetrievedEvent", "retrievedConnection", call, "connected");

    public void Clear(string line, string call) => Say(line, "ConnectionClearedEvent", "droppedConnection", call, "null");

    /// <summary>Do not disturb.</summary>
    public void Disturb(string line, bool isOn)
    {
        _ = isOn ? _disturbed.Add(line) : _disturbed.Remove(line);
        OnEach(line, session => Send(session, Message("DoNotDisturbEvent", $"<monitorCrossRefID>{session.Monitor}</monitorCrossRefID><device><deviceIdentifier>{line}</deviceIdentifier></device><doNotDisturbOn>{Flag(isOn)}</doNotDisturbOn>")));
    }

    /// <summary>A call begins or ends, and nobody is told.</summary>
    public void Quietly(string line, string call, string? state) => Set(line, call, state ?? "null");

    /// <summary>Says anything in the session of a line, and a second passes.</summary>
    public void Send(string line, string body, string contentType = "application/csta+xml", string method = "INFO")
    {
        OnEach(line, session => Send(session, body, contentType, method));
        _world.Run(1);
    }

    /// <summary>Sends a request that belongs to no session, and a second passes.</summary>
    public void SendOutside(string method, string uri, string from)
    {
        _world.RunOn(_loop, () => Send(new Session("outside", $"<{uri}>", $"<{from}>", uri), Message("RequestSystemStatus", ""), "application/csta+xml", method, isInside: false));
        _world.Run(1);
    }

    /// <summary>Answers what it has held back, and a second passes.</summary>
    public void Release()
    {
        HoldsSnapshots = false;
        _world.RunOn(_loop, () => _held.ForEach(held => Respond(held.Head, 200, held.Body)));
        _held.Clear();
        _world.Run(1);
    }

    /// <summary>Begins anew after it was gone: it knows of no session, and the calls go on.</summary>
    public void Restart()
    {
        IsDead = false;
        _sessions.Clear();
    }

    void IDatagramReceiver.OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (IsDead)
            return;
        var message = Encoding.UTF8.GetString(payload);
        var head = message.Split("\r\n\r\n")[0].Split("\r\n");
        var body = message[(message.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        if (message.StartsWith("SIP/2.0 ", StringComparison.Ordinal))
            OnAnswer(head, body);
        else
            OnRequest(head, body);
    }

    static string Flag(bool isOn) => isOn ? "true" : "false";

    static string? Value(string[] head, string name) =>
        head.FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    static string Message(string name, string inner) => $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><{name} xmlns=\"{Ns}\">{inner}</{name}>";

    static string NameIn(string body) => body.Length == 0 ? "" : XDocument.Parse(body).Root!.Name.LocalName;

    void OnAnswer(string[] head, string body)
    {
        var method = Value(head, "CSeq")!.Split(' ')[1];
        var status = head[0].Split(' ')[1];
        if (status.StartsWith('1'))
            return;
        Answers.Add($"{method} {status} {NameIn(body)}".Trim());
        if (method == "INVITE" && _sessions.TryGetValue(Value(head, "Call-ID")!, out var session))
            SendText(session, "ACK", session.Sequence, null, "");
    }

    void OnRequest(string[] head, string body)
    {
        var method = head[0].Split(' ')[0];
        var call = Value(head, "Call-ID")!;
        if (method == "ACK")
            return;
        Asked.Add($"{method} {NameIn(body)}".Trim());
        if (Value(head, "To")!.Contains(";tag=", StringComparison.Ordinal) && !_sessions.ContainsKey(call))
        {
            Respond(head, 481, null);
            return;
        }

        switch (method)
        {
            case "INVITE":
                Open(head, call, body);
                break;
            case "INFO":
                Serve(head, _sessions[call], XDocument.Parse(body).Root!);
                break;
            case "BYE":
                _sessions.Remove(call);
                Respond(head, 200, null);
                break;
            default:
                Respond(head, 405, null);
                break;
        }
    }

    void Open(string[] head, string call, string body)
    {
        if (NameIn(body) != "RequestSystemStatus" || Value(head, "Content-Disposition") != "signal;handling=required")
        {
            Respond(head, 415, null);
            return;
        }

        if (!_sessions.TryGetValue(call, out var session))
        {
            var contact = Value(head, "Contact")!;
            session = new Session(call, Value(head, "From")!, Value(head, "To")! + ";tag=gateway", contact[(contact.IndexOf('<', StringComparison.Ordinal) + 1)..contact.IndexOf('>', StringComparison.Ordinal)]);
            _sessions[call] = session;
        }

        Respond(head, 200, Message("RequestSystemStatusResponse", "<systemStatus>normal</systemStatus>"));
    }

    void Serve(string[] head, Session session, XElement asked)
    {
        var name = asked.Name.LocalName;
        var line = asked.Descendants().FirstOrDefault(element => element.Name.LocalName is "deviceObject" or "snapshotObject" or "device")?.Value;
        if (name == Refuses)
        {
            Respond(head, 200, Message("CSTAErrorCode", "<operation>invalidDeviceID</operation>"));
            return;
        }

        if (name == "MonitorStart")
            (session.Line, session.Monitor) = (line!, (++_count).ToString(CultureInfo.InvariantCulture));
        else if (name == "MonitorStop")
            session.Line = "";
        var answer = name switch
        {
            "MonitorStart" => Message("MonitorStartResponse", $"<monitorCrossRefID>{session.Monitor}</monitorCrossRefID>"),
            "MonitorStop" => Message("MonitorStopResponse", ""),
            "RequestSystemStatus" => Message("RequestSystemStatusResponse", "<systemStatus>normal</systemStatus>"),
            "GetDoNotDisturb" => Message("GetDoNotDisturbResponse", $"<doNotDisturbOn>{Flag(_disturbed.Contains(line!))}</doNotDisturbOn>"),
            "SnapshotDevice" => Message("SnapshotDeviceResponse", $"<crossRefIDorSnapshotData><snapshotData>{string.Concat(Calls(line!).Select(pair => Info(line!, pair.Key, pair.Value)))}</snapshotData></crossRefIDorSnapshotData>"),
            _ => Message("CSTAErrorCode", "<operation>valueOutOfRange</operation>"),
        };
        if (name == "SnapshotDevice" && HoldsSnapshots)
        {
            if (!_held.Exists(held => Value(held.Head, "CSeq") == Value(head, "CSeq"))) // copies of one request are one
                _held.Add((head, answer));
        }
        else if (name == "MonitorStart" && AnswersByInfo)
        {
            Respond(head, 200, null);
            Send(session, answer);
        }
        else
        {
            Respond(head, 200, answer);
        }
    }

    static string Info(string line, string call, string state) =>
        $"<snapshotDeviceResponseInfo><connectionIdentifier><deviceID>{line}</deviceID><callID>{call}</callID></connectionIdentifier><localCallState><compoundCallState><localConnectionState>{state}</localConnectionState></compoundCallState></localCallState></snapshotDeviceResponseInfo>";

    SortedDictionary<string, string> Calls(string line) => _calls.TryGetValue(line, out var calls) ? calls : _calls[line] = new(StringComparer.Ordinal);

    void Set(string line, string call, string state)
    {
        if (state == "null")
            Calls(line).Remove(call);
        else
            Calls(line)[call] = state;
    }

    void Say(string line, string name, string connection, string call, string state)
    {
        Set(line, call, state);
        OnEach(line, session => Send(session, Message(
            name,
            $"<monitorCrossRefID>{session.Monitor}</monitorCrossRefID><{connection}><deviceID>{line}</deviceID><callID>{call}</callID></{connection}><localConnectionInfo>{state}</localConnectionInfo><cause>normal</cause>")));
    }

    void OnEach(string line, Action<Session> work) => _world.RunOn(_loop, () =>
    {
        foreach (var session in _sessions.Values.Where(session => session.Line == line && !IsDead).ToList())
            work(session);
    });

    void Send(Session session, string body, string contentType = "application/csta+xml", string method = "INFO", bool isInside = true) =>
        SendText(session, method, ++session.Sequence, contentType, body, isInside);

    void SendText(Session session, string method, int sequence, string? contentType, string body, bool isInside = true)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{method} {session.Target} SIP/2.0\r\nVia: SIP/2.0/UDP {Host}:5060;branch=z9hG4bKgw{++_branches}\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Max-Forwards: 70\r\nFrom: {session.Local}{(isInside ? "" : ";tag=gateway")}\r\nTo: {session.Remote}{(isInside || method == "INVITE" ? "" : ";tag=none")}\r\nCall-ID: {session.CallId}\r\n");
        text.Append(CultureInfo.InvariantCulture, $"CSeq: {sequence} {method}\r\nContact: <sip:gateway@{Host}:5060>\r\n");
        if (contentType is not null)
            text.Append(CultureInfo.InvariantCulture, $"Content-Type: {contentType}\r\nContent-Disposition: signal;handling=required\r\n");
        if (method == "INVITE" && SessionExpires is { } interval)
            text.Append(CultureInfo.InvariantCulture, $"Supported: timer\r\nSession-Expires: {interval}\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
        _socket.Send(Encoding.UTF8.GetBytes(text.ToString()), _exchange);
    }

    void Respond(string[] head, int status, string? body)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"SIP/2.0 {status} {(status == 200 ? "OK" : "No")}\r\n");
        foreach (var line in head.Skip(1).Where(line => line.Split(':')[0] is "Via" or "From" or "Call-ID" or "CSeq"))
            text.Append(line).Append("\r\n");
        var to = Value(head, "To")!;
        text.Append(CultureInfo.InvariantCulture, $"To: {to}{(to.Contains(";tag=", StringComparison.Ordinal) ? "" : ";tag=gateway")}\r\nContact: <sip:gateway@{Host}:5060>\r\nAllow: INVITE, ACK, BYE, CANCEL, INFO\r\n");
        if (head[0].StartsWith("INVITE ", StringComparison.Ordinal) && SessionExpires is { } interval)
            text.Append(CultureInfo.InvariantCulture, $"Require: timer\r\nSession-Expires: {interval}\r\n");
        if (body is not null)
            text.Append("Content-Type: application/csta+xml\r\nContent-Disposition: signal;handling=required\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Content-Length: {Encoding.UTF8.GetByteCount(body ?? "")}\r\n\r\n{body}");
        _socket.Send(Encoding.UTF8.GetBytes(text.ToString()), _exchange);
    }

    /// <summary>A dialog that the exchange has opened.</summary>
    sealed class Session(string callId, string remote, string local, string target)
    {
        public string CallId => callId;

        public string Remote => remote;

        public string Local => local;

        public string Target => target;

        public string Line { get; set; } = "";

        public string Monitor { get; set; } = "";

        public int Sequence { get; set; } = 100;
    }
}
