using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Meetpoint.Bench.Xmpp;

/// <summary>A user of the receiver, on a thread of its own: counts the presence that comes.</summary>
sealed class Watcher : IDisposable
{
    const int PatienceMs = 20_000;

    static readonly byte[] _end = "</presence>"u8.ToArray();

    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = PatienceMs };
    readonly byte[] _bytes = new byte[65_536];

    public Watcher(string host, string name)
    {
        Name = name;
        _socket.Connect(new IPEndPoint(IPAddress.Parse(host), XmppPlan.WatcherPort));
    }

    /// <summary>Its local part.</summary>
    public string Name { get; }

    public void Write(string text) => _socket.Send(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads until this was said.</summary>
    /// <exception cref="IOException">The receiver says something else.</exception>
    public void WaitFor(string text)
    {
        var heard = "";
        while (!heard.Contains(text, StringComparison.Ordinal))
        {
            var count = _socket.Receive(_bytes);
            if (count == 0)
                throw new IOException($"{Name} was not signed in: {heard}");
            heard += Encoding.UTF8.GetString(_bytes, 0, count);
        }
    }

    /// <summary>Becomes an available user of a server, in the clear.</summary>
    /// <param name="registers">True makes the account first (XEP-0077).</param>
    /// <exception cref="IOException">The server will not have it.</exception>
    public void SignIn(bool registers)
    {
        const string header = $"<stream:stream to='{XmppPlan.ReceiverDomain}' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";
        const string word = "pw";
        Write(header);
        WaitFor("</stream:features>");
        if (registers)
        {
            Write($"<iq type='set' id='a'><query xmlns='jabber:iq:register'><username>{Name}</username><password>{word}</password></query></iq>");
            WaitFor("<iq");
        }

        Write($"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{Name}\0{word}"))}</auth>");
        WaitFor("<success");
        Write(header);
        WaitFor("</stream:features>");
        Write("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>r</resource></bind></iq>");
        WaitFor("</iq>");
        Write("<presence/>");
        WaitFor("<presence");
    }

    /// <summary>Counts from now on.</summary>
    public void Begin(Action<int> arrived)
    {
        _socket.ReceiveTimeout = 0;
        new Thread(() => Count(arrived)) { IsBackground = true, Name = Name }.Start();
    }

    public void Dispose() => _socket.Dispose();

    void Count(Action<int> arrived)
    {
        var kept = 0;
        try
        {
            while (_socket.Receive(_bytes, kept, _bytes.Length - kept, SocketFlags.None) is > 0 and var count)
            {
                var all = _bytes.AsSpan(0, kept + count);
                var found = 0;
                while (all.IndexOf(_end) is >= 0 and var at)
                {
                    found++;
                    all = all[(at + _end.Length)..];
                }

                // An end that is cut in two is found when the rest has come.
                var rest = all[Math.Max(0, all.Length - (_end.Length - 1))..];
                rest.CopyTo(_bytes);
                kept = rest.Length;
                if (found > 0)
                    arrived(found);
            }
        }
        catch (SocketException)
        {
            // Closed at the end of the benchmark.
        }
        catch (ObjectDisposedException)
        {
            // The same.
        }
    }
}
