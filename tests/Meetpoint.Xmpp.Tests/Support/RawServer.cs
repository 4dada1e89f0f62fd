using System.Text;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Xmpp.Xml;

namespace Meetpoint.Xmpp.Tests.Support;

/// <summary>The other end of a stream at the byte level, without TLS: sends what a test writes, and keeps what it hears.</summary>
sealed class RawServer : IStreamReceiver
{
    readonly StringBuilder _heard = new();

    internal RawServer(XmppWorld world, string address)
    {
        Network = world.World.Network.AddHost(address);
        Loop = world.World.CreateLoop(address);
    }

    internal VirtualHost Network { get; }

    internal VirtualEventLoop Loop { get; }

    internal string Heard => _heard.ToString();

    internal bool IsClosed { get; private set; }

    internal IStream? Stream { get; private set; }

    /// <summary>Answers each piece that comes.</summary>
    internal Func<string, string?> Answer { get; set; } = _ => null;

    internal int Connections { get; private set; }

    internal void Connect(string to) => Stream = Network.Connect(NetAddress.Parse(to + ":5269"), null, null, Loop, this);

    internal void Listen(string address) => Network.Listen(NetAddress.Parse(address + ":5269"), null, Loop, stream =>
    {
        Stream = stream;
        Connections++;
        IsClosed = false;
        return this;
    });

    internal void Send(string text) => Loop.Post(() => Stream!.Send(Encoding.UTF8.GetBytes(text)));

    internal static string Header(string from, string to, string? id = null) =>
        $"<stream:stream xmlns='jabber:server' xmlns:stream='{XmppNamespaces.Stream}' xmlns:db='jabber:server:dialback' from='{from}' to='{to}' {(id is null ? "" : $"id='{id}' ")}version='1.0'>";

    public void OnOpened(IStream stream)
    {
    }

    public void OnBytes(IStream stream, ReadOnlySpan<byte> bytes, long nowNs)
    {
        var text = Encoding.UTF8.GetString(bytes);
        _heard.Append(text);
        if (Answer(text) is { } answer)
            stream.Send(Encoding.UTF8.GetBytes(answer));
    }

    public void OnClosed(IStream stream, string reason) => IsClosed = true;
}
