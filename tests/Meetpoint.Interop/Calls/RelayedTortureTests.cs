using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Meetpoint.Interop.BadInput;
using Meetpoint.Demo;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Refusals;
using Meetpoint.Net;

namespace Meetpoint.Interop.Calls;

/// <summary>
/// Every message of RFC 4475 and RFC 5118 from a known trunk of an exchange that carries calls for the domains of these messages: each has the outcome that
/// relayed.txt beside it names, and the exchange serves another trunk after it.
/// </summary>
[Collection(BorderCollection.Name)]
public sealed partial class RelayedTortureTests(BorderWorld border)
{
    const string Relayed = "relayed";
    const string Nothing = "-";

    /// <summary>Ports that the messages' Vias name, to which an answer without rport goes (RFC 3261 section 18.2.2).</summary>
    static readonly int[] ViaPorts = [5_060, 5_061, 5_070, 5_050, 6_050, 19_823];

    /// <summary>Whose addresses the messages call from and to.</summary>
    static readonly string[] Domains =
    [
        "example.com", "example.net", "example.org", "company.com", "chair-dnrc.example.com", "east.example.com", "ift.client.example.net", "host.example.net", "registrar.example.com",
    ];

    static readonly string Vectors = Path.Combine(RepositoryRoot.Path, "tests", "vectors", "sip");

    NetAddress Trunk => border.Albion.Party.Address(65, 5_060);

    NetAddress Core => border.Albion.Party.Address(66, 5_060);

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public async Task EveryMessage_ToAnExchangeThatRelays_HasItsOutcomeAndLeavesTheExchangeServing(string transport)
    {
        await CarryAsync();
        try
        {
            using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            var heard = Channel.CreateUnbounded<Heard>();
            using var core = Listen(Core, Relayed, heard.Writer, bound.Token);
            using var trunk = new Listeners([.. ViaPorts.Select(port => Listen(Trunk.WithPort(port), "", heard.Writer, bound.Token))]);
            using var other = RawSip.Bind(border.OwnTrunk, border.Albion.Party.Trunk);
            var wrong = new List<string>();
            var probes = 60_000;
            foreach (var (name, bytes, expected) in Messages(transport))
            {
                var sent = new Sent(name, bytes);
                using var connection = transport == "tcp" ? await ConnectAsync(sent, heard.Writer, bound.Token) : null;
                if (connection is null)
                    trunk.First.SendTo(bytes, border.Albion.Party.Trunk.ToIPEndPoint());
                var outcome = expected == Nothing ? Nothing : await OutcomeAsync(sent, heard.Reader, core, connection ?? trunk.First, transport);
                if (outcome != expected)
                    wrong.Add($"{name} {outcome} (expected {expected})");
                var probe = new SipText("OPTIONS", "sip:albion.example", other.Local) { Sequence = ++probes };
                other.Send(probe.ToString());
                try
                {
                    Assert.Equal(200, SipText.Status(await other.AnswerAsync($"{probe.Sequence} OPTIONS")));
                }
                catch (DemoFailedException failed)
                {
                    throw new DemoFailedException($"after {name}, {outcome}: {failed.Message}\n{string.Join('\n', wrong)}\n{border.Albion.Process.LogTail()}");
                }
            }

            while (heard.Reader.TryRead(out var late))
            {
                if (Messages(transport).FirstOrDefault(message => message.Expected == Nothing && new Sent(message.Name, message.Bytes).Has(late.Text)) is { Name: { } silent })
                    wrong.Add($"{silent} (expected nothing): {late.Text}");
            }

            Assert.True(wrong.Count == 0, string.Join('\n', wrong));
            await bound.CancelAsync();
        }
        finally
        {
            await CarryNoMoreAsync();
        }
    }

    /// <summary>What becomes of it: the status of its answer, or that it came to the called, whose answer came back.</summary>
    async Task<string> OutcomeAsync(Sent sent, ChannelReader<Heard> heard, Socket core, Socket from, string transport)
    {
        var outcome = Nothing;
        using var soon = new CancellationTokenSource(BorderWorld.Soon);
        try
        {
            while (true)
            {
                var (what, text) = await heard.ReadAsync(soon.Token);
                if (what == Relayed && text.StartsWith("MESSAGE ", StringComparison.Ordinal) && !sent.Has(text))
                {
                    // The exchange's own: words end here, and are sent on in a request that has nothing of the first but them.
                    core.SendTo(Encoding.Latin1.GetBytes(Sent.AnswerTo(text, "200 OK")), border.Albion.Party.Trunk.ToIPEndPoint());
                    continue;
                }

                if (!sent.Has(text) && what != sent.Name)
                    continue;
                if (what == Relayed)
                {
                    if (text.StartsWith("ACK ", StringComparison.Ordinal))
                        continue;
                    var isInvite = text.StartsWith("INVITE ", StringComparison.Ordinal);
                    if (outcome == Nothing && sent.Changed(text) is { } changed)
                        return $"relayed but for {changed}";
                    outcome = Relayed;
                    core.SendTo(Encoding.Latin1.GetBytes(Sent.AnswerTo(text, isInvite ? "486 Busy Here" : "200 OK")), border.Albion.Party.Trunk.ToIPEndPoint());
                }
                else if (text.StartsWith("SIP/2.0 ", StringComparison.Ordinal) && SipText.Status(text) is >= 200 and var status)
                {
                    if (SipText.Header(text, "CSeq")?.EndsWith(" INVITE", StringComparison.Ordinal) == true)
                        Send(from, sent.Ack(text), transport);
                    return outcome == Relayed ? Relayed : status.ToString(CultureInfo.InvariantCulture);
                }
            }
        }
        catch (OperationCanceledException)
        {
            return outcome == Relayed ? "relayed, and its answer lost" : Nothing;
        }
    }

    void Send(Socket from, byte[] message, string transport)
    {
        if (transport == "udp")
        {
            from.SendTo(message, border.Albion.Party.Trunk.ToIPEndPoint());
            return;
        }

        try
        {
            from.Send(message);
        }
        catch (SocketException)
        {
            // Closed after the answer: nobody waits for the ACK.
        }
    }

    /// <summary>A connection that the message was sent over; what comes back over it is heard.</summary>
    async Task<Socket> ConnectAsync(Sent sent, ChannelWriter<Heard> heard, CancellationToken cancel)
    {
        var socket = await UnknownSenderTests.ConnectAsync(border.SipTcp, Trunk);
        await socket.SendAsync(sent.Bytes, cancel);
        _ = ReadAsync();
        return socket;

        async Task ReadAsync()
        {
            var text = "";
            var buffer = new byte[16_384];
            try
            {
                while (await socket.ReceiveAsync(buffer, cancel) is > 0 and var length)
                {
                    text += Encoding.Latin1.GetString(buffer, 0, length);
                    while (text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is >= 0 and var end)
                    {
                        heard.TryWrite(new Heard(sent.Name, text[..(end + 4)]));
                        text = text[(end + 4)..];
                    }
                }
            }
            catch (Exception end) when (end is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Closed.
            }
        }
    }

    static Socket Listen(NetAddress local, string what, ChannelWriter<Heard> heard, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(local.ToIPEndPoint());
        _ = ReadAsync();
        return socket;

        async Task ReadAsync()
        {
            var buffer = new byte[65_536];
            try
            {
                while (true)
                    heard.TryWrite(new Heard(what, Encoding.Latin1.GetString(buffer, 0, await socket.ReceiveAsync(buffer, cancel))));
            }
            catch (Exception end) when (end is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Closed.
            }
        }
    }

    static IEnumerable<(string Name, byte[] Bytes, string Expected)> Messages(string transport) =>
        from rfc in new[] { "rfc4475", "rfc5118" }
        from line in File.ReadLines(Path.Combine(Vectors, rfc, "relayed.txt"))
        let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        select (fields[0], ApartFrom(fields[0], transport, SipTests.VectorOf(Path.Combine(Vectors, rfc), fields[0])), fields[transport == "udp" ? 1 : 2]);

    /// <summary>The message in a transaction of its own: several of them have one branch or Call-ID, and each is sent over either transport.</summary>
    static byte[] ApartFrom(string name, string transport, byte[] message)
    {
        var text = Encoding.Latin1.GetString(message);
        text = FirstBranch.Replace(text, $"z9hG4bK{name}{transport}$1", 1);
        foreach (var id in (string[])[name + ".", "SSG95", "3d9485ad"])
            text = text.Replace(": " + id, $": {name}{transport}{id}", StringComparison.Ordinal);
        return Encoding.Latin1.GetBytes(text);
    }

    [GeneratedRegex("z9hG4bK([0-9A-Za-z-])")]
    private static partial Regex FirstBranch { get; }

    Task CarryAsync() => BorderWorld.ChangeAsync(border.Albion, world =>
    {
        BorderWorld.Add(world, "providers", $$"""{"id":"torture","name":"Torture","domains":{{new JsonArray([.. Domains.Select(domain => (JsonNode)domain)]).ToJsonString()}},"numbers":["+13035551111"],"exchange":"albion.example"}""");
        BorderWorld.Add(world, "neighbours", $$"""{"id":"torture-udp","provider":"torture","kind":"sip-trunk","listener":"trunk","sourceAddresses":["{{Trunk.Host}}"]}""");
        BorderWorld.Add(world, "neighbours", $$"""{"id":"torture-tcp","provider":"torture","kind":"sip-trunk","listener":"tcp","sourceAddresses":["{{Trunk.Host}}"]}""");
        BorderWorld.Add(world, "neighbours", $$"""{"id":"torture-core","provider":"torture","kind":"sip-trunk","listener":"trunk","sourceAddresses":["{{Core.Host}}"],"sipUri":"sip:{{Core}};transport=udp"}""");
    });

    Task CarryNoMoreAsync() => BorderWorld.ChangeAsync(border.Albion, world =>
    {
        foreach (var kind in (string[])["neighbours", "providers"])
            world[kind] = new JsonArray([.. world[kind]!.AsArray().Where(item => !((string)item!["id"]!).StartsWith("torture", StringComparison.Ordinal)).Select(item => item!.DeepClone())]);
    });

    /// <summary>What came, and where: at the called, at a socket of the caller's, or over the connection of a message.</summary>
    readonly record struct Heard(string What, string Text);

    sealed class Listeners(IReadOnlyList<Socket> sockets) : IDisposable
    {
        public Socket First => sockets[0];

        public void Dispose()
        {
            foreach (var socket in sockets)
                socket.Dispose();
        }
    }

    /// <summary>A message as it was sent.</summary>
    sealed class Sent(string name, byte[] bytes)
    {
        /// <summary>Headers that a proxy changes or adds (RFC 3261 section 16.6), with those of the session timer (RFC 4028 section 8.1).</summary>
        static readonly string[] Edited = ["via", "v", "max-forwards", "record-route", "route", "session-expires", "x", "min-se", "supported", "k", "content-length", "l"];

        readonly string _text = Encoding.Latin1.GetString(bytes);

        public string Name => name;

        public byte[] Bytes => bytes;

        string? CallId => Lines.Select(Named).Where(line => line.Name is "call-id" or "i").Select(line => line.Value).FirstOrDefault();

        IEnumerable<string> Lines => Unfolded(_text);

        /// <summary>True for an answer to it, and for itself at the called.</summary>
        public bool Has(string message) => CallId is not { } id ? Lines.Any(line => Named(line).Name == "cseq" && message.Contains(line, StringComparison.Ordinal)) : message.Split("\r\n").Select(Named).Any(line => line.Name is "call-id" or "i" && line.Value == id);

        /// <summary>The first line of it that is not as it was, of those that are none of a proxy's; null where all are.</summary>
        public string? Changed(string relayed)
        {
            var head = relayed.Split("\r\n\r\n")[0] + "\r\n";
            var body = SipText.BodyOf(relayed);
            if (!_text.Contains(body, StringComparison.Ordinal))
                return $"its body, now {body}";
            // A Route of the old, strict kind goes to the front, and what stood there to the end of the Routes (RFC 3261 section 16.6).
            if (!head.StartsWith(_text.Split("\r\n")[0], StringComparison.Ordinal) && !head.Contains($"Route: <{_text.Split(' ')[1]}>\r\n", StringComparison.Ordinal))
                return $"its first line, now {head.Split("\r\n")[0]}";
            return _text.Split("\r\n\r\n")[0].Split("\r\n").Skip(1).Where(line => line.Length > 0 && line[0] is not (' ' or '\t') && !Edited.Contains(Named(line).Name))
                .FirstOrDefault(line => !head.Contains(line + "\r\n", StringComparison.Ordinal));
        }

        public byte[] Ack(string answer) => Encoding.Latin1.GetBytes(
            $"ACK {_text.Split(' ')[1]} SIP/2.0\r\nVia: {SipText.Header(answer, "Via") ?? SipText.Header(answer, "v")}\r\nMax-Forwards: 70\r\nFrom: {SipText.Header(answer, "From")}\r\nTo: {SipText.Header(answer, "To")}\r\nCall-ID: {SipText.Header(answer, "Call-ID")}\r\nCSeq: {SipText.Header(answer, "CSeq")!.Split(' ')[0]} ACK\r\nContent-Length: 0\r\n\r\n");

        /// <summary>An answer with what it repeats, whatever form its names have.</summary>
        public static string AnswerTo(string request, string status)
        {
            var repeated = Unfolded(request).Where(line => Named(line).Name is "via" or "v" or "from" or "f" or "to" or "t" or "call-id" or "i" or "cseq")
                .Select(line => Named(line).Name is "to" or "t" ? line + ";tag=called" : line);
            return $"SIP/2.0 {status}\r\n{string.Join("\r\n", repeated)}\r\nContent-Length: 0\r\n\r\n";
        }

        static IEnumerable<string> Unfolded(string message) => message.Split("\r\n\r\n")[0]
            .Replace("\r\n ", " ", StringComparison.Ordinal).Replace("\r\n\t", " ", StringComparison.Ordinal).Split("\r\n").Skip(1);

        static (string Name, string Value) Named(string line) => line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
            ? (line[..colon].Trim().ToLowerInvariant(), line[(colon + 1)..].Trim()) : ("", "");
    }
}
