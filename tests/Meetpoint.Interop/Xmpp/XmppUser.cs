using System.Net.Sockets;
using System.Text;
using Meetpoint.Demo;
using Meetpoint.Net;
using Meetpoint.Xmpp.Xml;

namespace Meetpoint.Interop.Xmpp;

/// <summary>A user of a real server, over loopback without TLS: sends what a test writes, and keeps what it hears.</summary>
sealed class XmppUser : IAsyncDisposable
{
    const string Sasl = "urn:ietf:params:xml:ns:xmpp-sasl";

    readonly TcpClient _client = new();
    readonly Lock _lock = new();
    readonly List<XmppElement> _heard = [];
    XmlStreamReader _reader = new(XmlLimits.Default);
    Task _reading = Task.CompletedTask;

    XmppUser(string user, string domain)
    {
        User = user;
        Domain = domain;
    }

    public string User { get; }

    public string Domain { get; }

    public string Address => $"{User}@{Domain}";

    /// <summary>Stanzas that came since the session began.</summary>
    public IReadOnlyList<XmppElement> Heard
    {
        get
        {
            lock (_lock)
                return [.. _heard];
        }
    }

    /// <summary>Signs in, with the resource "desk", and says that it is available.</summary>
    /// <param name="server">Where users connect.</param>
    /// <param name="user">Its name; also its password.</param>
    /// <param name="domain">Of which domain.</param>
    /// <param name="registers">True makes the account first (XEP-0077).</param>
    public static async Task<XmppUser> SignInAsync(NetAddress server, string user, string domain, bool registers = false)
    {
        var one = new XmppUser(user, domain);
        await one._client.ConnectAsync(server.ToIPEndPoint());
        one._client.NoDelay = true;
        await one.OpenAsync();
        if (registers)
        {
            await one.SendAsync($"<iq type='set' id='reg'><query xmlns='jabber:iq:register'><username>{user}</username><password>{user}</password></query></iq>");
            await one.ReadAsync(found => found["id"] == "reg");
        }

        await one.SendAsync($"<auth xmlns='{Sasl}' mechanism='PLAIN'>{Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{user}"))}</auth>");
        var answer = await one.ReadAsync(found => found.Namespace == Sasl);
        Assert.Equal("success", answer.Name);
        await one.OpenAsync();
        await one.SendAsync("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>desk</resource></bind></iq>");
        await one.ReadAsync(found => found["id"] == "bind");
        await one.SendAsync("<iq type='get' id='roster'><query xmlns='jabber:iq:roster'/></iq>");
        await one.ReadAsync(found => found["id"] == "roster");
        await one.SendAsync("<presence/>");
        one._reading = one.KeepReadingAsync();
        return one;
    }

    public async Task SendAsync(string xml) => await _client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(xml));

    /// <summary>The first stanza that fits, waited for.</summary>
    public Task<XmppElement> HearsAsync(Func<XmppElement, bool> fits, string expected, Func<string> log, int seconds = 20) => Expect.EventuallyAsync(
        () => Task.FromResult(Heard.FirstOrDefault(fits)), TimeSpan.FromSeconds(seconds), expected, () => $"{string.Join('\n', Heard)}\n{log()}");

    public async ValueTask DisposeAsync()
    {
        _client.Close();
        await _reading;
        _reader.Dispose();
    }

    async Task OpenAsync()
    {
        _reader.Dispose();
        _reader = new XmlStreamReader(XmlLimits.Default);
        await SendAsync($"<stream:stream to='{Domain}' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>");
        await ReadAsync(found => found.Name == "features");
    }

    async Task<XmppElement> ReadAsync(Func<XmppElement, bool> fits)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            for (var next = _reader.Next(); next != XmlStreamEvent.None; next = _reader.Next())
            {
                Assert.True(next is XmlStreamEvent.Opened or XmlStreamEvent.Element, $"the server's stream: {next} {_reader.Fault}");
                if (next == XmlStreamEvent.Element && fits(_reader.Element!))
                    return _reader.Element!;
            }

            Assert.True(await FillAsync(limit.Token), "the server closed the user's stream");
        }
    }

    async Task<bool> FillAsync(CancellationToken cancellation)
    {
        var bytes = new byte[65_536];
        var count = await _client.GetStream().ReadAsync(bytes, cancellation);
        _reader.Add(bytes.AsSpan(0, count));
        return count > 0;
    }

    async Task KeepReadingAsync()
    {
        try
        {
            do
            {
                for (var next = _reader.Next(); next == XmlStreamEvent.Element; next = _reader.Next())
                {
                    lock (_lock)
                        _heard.Add(_reader.Element!);
                }
            }
            while (await FillAsync(CancellationToken.None));
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or SocketException)
        {
            // Signed out.
        }
    }
}
