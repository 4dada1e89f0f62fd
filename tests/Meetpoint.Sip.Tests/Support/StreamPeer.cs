using System.Text;
using Meetpoint.Net;

namespace Meetpoint.Sip.Tests.Support;

/// <summary>A peer at the byte level of a stream: sends whatever a test writes, and keeps what it hears.</summary>
sealed class StreamPeer : IStreamReceiver
{
    readonly SipStreamFramer _framer = new();

    public IStream? Stream { get; private set; }

    public List<SipMessage> Heard { get; } = [];

    public string Text { get; private set; } = "";

    public string? Closed { get; private set; }

    /// <summary>First lines of the final answers and of requests, and "closed".</summary>
    public string Says => string.Join('|', Heard.Where(m => m.IsRequest || m.StatusCode >= 200).Select(m => m.ToString().Split("\r\n")[0])
        .Concat(Closed is null ? [] : ["closed"]));

    public void Send(string text) => Stream!.Send(Vectors.Wire(text));

    public void OnOpened(IStream stream) => Stream = stream;

    public StreamPeer Accepted(IStream stream)
    {
        Stream = stream;
        return this;
    }

    public void OnBytes(IStream stream, ReadOnlySpan<byte> bytes, long nowNs)
    {
        Text += Encoding.UTF8.GetString(bytes);
        _framer.Add(bytes);
        while (_framer.Next(out var found) is var frame && frame != SipFrame.NeedMore && frame != SipFrame.Broken)
        {
            if (frame != SipFrame.Message)
                continue;
            var message = new SipMessage();
            message.TryParse(found, out _);
            Heard.Add(message);
        }
    }

    public void OnClosed(IStream stream, string reason) => Closed = reason;
}
