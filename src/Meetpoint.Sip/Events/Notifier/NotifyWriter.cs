using System.Buffers.Text;
using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>Writes notifications from packed dialogs: nothing is allocated, and the same subscription, number and body give the same bytes.</summary>
/// <remarks>Not thread safe; what it gives is good until the next.</remarks>
sealed class NotifyWriter
{
    /// <summary>A branch of ours that begins so belongs to a notification.</summary>
    public static ReadOnlySpan<byte> BranchMark => "z9hG4bKn"u8;

    byte[] _bytes = new byte[4_096];
    int _length;

    public ReadOnlySpan<byte> Write(EventSubscription subscription, EventBody body, string? stateParameters, SipFlow flow, long nowNs)
    {
        var dialog = new PackedDialog(subscription.Dialog);
        _length = 0;
        var room = subscription.Dialog.Length + body.HeaderLines.Length + body.Bytes.Length + 1_024;
        if (_bytes.Length < room)
            _bytes = new byte[room * 2];
        Add(subscription.IsBestEffort ? "BENOTIFY "u8 : "NOTIFY "u8);
        Add(dialog.Target);
        Add(" SIP/2.0\r\nVia: SIP/2.0/"u8);
        Add(flow.Transport switch { SipTransport.Udp => "UDP "u8, SipTransport.Tcp => "TCP "u8, _ => "TLS "u8 });
        Text(flow.SentBy);
        Add(";branch="u8);
        Add(BranchMark);
        Tag(subscription);
        Add("."u8);
        Number(subscription.LocalCSeq);
        Add(flow.IsReliable ? "\r\nMax-Forwards: 70\r\n"u8 : ";rport\r\nMax-Forwards: 70\r\n"u8);
        if (!dialog.Routes.IsEmpty)
            Line("Route: "u8, dialog.Routes);
        Add("From: "u8);
        Add(dialog.Local);
        Add(";tag="u8);
        Tag(subscription);
        Add("\r\n"u8);
        Line("To: "u8, dialog.Remote);
        Line("Call-ID: "u8, dialog.CallId);
        Add("CSeq: "u8);
        Number(subscription.LocalCSeq);
        Add(subscription.IsBestEffort ? " BENOTIFY\r\nContact: <sip:"u8 : " NOTIFY\r\nContact: <sip:"u8);
        if (!dialog.ContactUser.IsEmpty)
        {
            Add(dialog.ContactUser);
            Add("@"u8);
        }

        Text(flow.SentBy);
        Add(flow.Transport switch { SipTransport.Udp => ">\r\n"u8, SipTransport.Tcp => ";transport=tcp>\r\n"u8, _ => ";transport=tls>\r\n"u8 });
        Line("Event: "u8, dialog.Event);
        Add("Subscription-State: "u8);
        if (subscription.EndReason is { } reason)
        {
            Add("terminated;reason="u8);
            Text(reason);
        }
        else
        {
            Add("active;expires="u8);
            Number(subscription.RemainingSeconds(nowNs));
            if (stateParameters is not null)
                Text(stateParameters);
        }

        Add("\r\n"u8);
        Add(body.HeaderLines);
        Add("Content-Length: "u8);
        Number(body.Bytes.Length);
        Add("\r\n\r\n"u8);
        Add(body.Bytes);
        return _bytes.AsSpan(0, _length);
    }

    /// <summary>As <see cref="EventServer"/> tells it in its answers.</summary>
    void Tag(EventSubscription subscription)
    {
        Hex(subscription.Slot);
        Add("-"u8);
        Hex(subscription.Token);
    }

    void Line(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Add(name);
        Add(value);
        Add("\r\n"u8);
    }

    void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    void Text(string text) => _length += System.Text.Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_length));

    void Number(long number)
    {
        Utf8Formatter.TryFormat(number, _bytes.AsSpan(_length), out var written);
        _length += written;
    }

    void Hex(long number)
    {
        number.TryFormat(_bytes.AsSpan(_length), out var written, "x", System.Globalization.CultureInfo.InvariantCulture);
        _length += written;
    }
}
