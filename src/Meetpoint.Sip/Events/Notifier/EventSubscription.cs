using System.Text;
using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>
/// One of very many subscriptions that others hold with us: some hundred bytes, its dialog packed, one timer, and at most one NOTIFY under way. On the loop only.
/// </summary>
public sealed class EventSubscription : TimerNode
{
    readonly EventServer _server;

    internal EventSubscription(EventServer server, int slot, byte[] dialog, long token)
    {
        _server = server;
        Slot = slot;
        Dialog = dialog;
        Token = token;
    }

    /// <summary>Whatever its package keeps with it.</summary>
    public object? Owner { get; set; }

    /// <summary>Whatever else its package keeps with it.</summary>
    public object? Watcher { get; set; }

    /// <summary>A number of its package's own.</summary>
    public int Mark { get; set; }

    /// <summary>Its place among all; with <see cref="Token"/> it makes our tag.</summary>
    public int Slot { get; }

    /// <summary>Package and id, as "presence" or "presence;id=7".</summary>
    public string Event => Encoding.ASCII.GetString(new PackedDialog(Dialog).Event);

    /// <summary>Call-ID, for people who look for it.</summary>
    public string CallId => Encoding.UTF8.GetString(new PackedDialog(Dialog).CallId);

    /// <summary>Whoever subscribed: URI of the From that came.</summary>
    public string Subscriber => NameAddrView.TryParse(new PackedDialog(Dialog).Remote, out var address) ? Encoding.UTF8.GetString(address.Uri) : "";

    /// <summary>Notifications are BENOTIFY, which nobody answers (the Microsoft style).</summary>
    public bool IsBestEffort { get; internal set; }

    /// <summary>The first state goes with the answer to SUBSCRIBE (the Microsoft style).</summary>
    public bool TakesFirstInAnswer { get; internal set; }

    /// <summary>Each notification begins the subscription's time anew (the Microsoft style).</summary>
    public bool ExtendsItself { get; internal set; }

    /// <summary>True once it is over.</summary>
    public bool IsEnded { get; internal set; }

    /// <summary>True while a NOTIFY waits for its answer.</summary>
    public bool IsSending => Outstanding is not null;

    /// <summary>When it runs out, in the loop's time.</summary>
    public long EndNs { get; internal set; }

    /// <summary>Seconds granted at the last SUBSCRIBE.</summary>
    public int GrantedSeconds { get; internal set; }

    /// <summary>NOTIFYs in a row that nobody answered, counted to 255.</summary>
    public byte UnansweredCount { get; internal set; }

    /// <summary>The last answer to a NOTIFY; 0 before there was one, 408 where none came.</summary>
    public short LastStatus { get; internal set; }

    /// <summary>When the last notification left, in the loop's time; 0 before the first.</summary>
    public long NotifiedNs { get; internal set; }

    /// <summary>Seconds that it still runs.</summary>
    public long RemainingSeconds(long nowNs) => Math.Max(0, (EndNs - nowNs) / MonotonicTime.Second);

    /// <summary>What cannot be guessed in our tag.</summary>
    internal long Token { get; }

    internal byte[] Dialog { get; set; }

    internal SipFlow? Flow { get; set; }

    /// <summary>Number of our last NOTIFY.</summary>
    internal uint LocalCSeq { get; set; }

    /// <summary>Number of the subscriber's last request.</summary>
    internal uint RemoteCSeq { get; set; }

    /// <summary>What the NOTIFY under way shows: written again from it when it has to be sent again.</summary>
    internal EventBody? Outstanding { get; set; }

    /// <summary>The state has changed since the NOTIFY that is under way.</summary>
    internal bool IsDirty { get; set; }

    /// <summary>The reason of the last notification, once it is to be or is sent.</summary>
    internal string? EndReason { get; set; }

    /// <summary>How often the NOTIFY under way was sent again.</summary>
    internal byte Repeats { get; set; }

    /// <inheritdoc/>
    protected override void Fire(long nowNs) => _server.OnTimer(this, nowNs);
}
