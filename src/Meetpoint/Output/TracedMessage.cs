using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Meetpoint.Client;
using Meetpoint.Net;
using Meetpoint.Sip;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Output;

/// <summary>A message of a trace as the API gave it.</summary>
sealed class TracedMessage
{
    TracedMessage(JsonNode? json)
    {
        Session = json.Text("session") ?? "";
        Position = long.TryParse(json.Text("position"), CultureInfo.InvariantCulture, out var position) ? position : 0;
        At = InstantPattern.ExtendedIso.Parse(json.Text("at") ?? "").GetValueOrThrow();
        MonotonicNs = long.TryParse(json.Text("monotonicNs"), CultureInfo.InvariantCulture, out var ns) ? ns : 0;
        Event = json.Text("event") ?? "";
        Error = json.Text("error");
        Transport = json.Text("transport") ?? "";
        Local = NetAddress.TryParse(json.Text("local"), 0, out var local) ? local : NetAddress.None;
        Remote = NetAddress.TryParse(json.Text("remote"), 0, out var remote) ? remote : NetAddress.None;
        IsOpenedHere = json.IsTrue("openedHere");
        Party = json.Text("party");
        Length = int.TryParse(json.Text("length"), CultureInfo.InvariantCulture, out var length) ? length : 0;
        Bytes = json.Text("base64") is { } base64 ? Convert.FromBase64String(base64) : Encoding.UTF8.GetBytes(json.Text("text") ?? "");
        Sip.TryParse(Bytes, out _);
    }

    /// <summary>By which messages stand in one ladder.</summary>
    public string Session { get; }

    public long Position { get; }

    public Instant At { get; }

    public long MonotonicNs { get; }

    public string Event { get; }

    public string? Error { get; }

    public string Transport { get; }

    public NetAddress Local { get; }

    public NetAddress Remote { get; }

    public bool IsOpenedHere { get; }

    public string? Party { get; }

    /// <summary>Bytes on the wire.</summary>
    public int Length { get; }

    /// <summary>The message, masked, and cut where its body was too long.</summary>
    public byte[] Bytes { get; }

    /// <summary>The message as far as it can be read.</summary>
    public SipMessage Sip { get; } = new();

    /// <summary>True when it went out from the exchange, or would have.</summary>
    public bool IsOutgoing => Event is "sent" or "unsent";

    /// <summary>The other end by name; an accepted connection's port is chance, and left out.</summary>
    public string Column => Party ?? (Transport != "udp" && !IsOpenedHere ? Remote.Host : Remote.ToString());

    /// <summary>Reads one.</summary>
    /// <exception cref="InvalidDataException">The answer is not one of a trace.</exception>
    public static TracedMessage Of(JsonNode? json)
    {
        try
        {
            return new TracedMessage(json);
        }
        catch (Exception exception) when (exception is UnparsableValueException or FormatException)
        {
            throw new InvalidDataException($"the exchange's answer is none of a trace: {exception.Message}", exception);
        }
    }

    /// <summary>Seconds after another; by the wall clock when the machine was restarted between them.</summary>
    public double SecondsAfter(TracedMessage first)
    {
        var wall = (At - first.At).TotalSeconds;
        var monotonic = (MonotonicNs - first.MonotonicNs) / 1e9;
        return Math.Abs(wall - monotonic) < 1 ? monotonic : wall;
    }

    /// <summary>Method and whom it is for, or status and reason; with the method of what it answers when that is no INVITE.</summary>
    public string Label()
    {
        if (Sip.IsRequest)
            return $"{Sip.MethodName} {(Sip.RequestUri is { } uri ? uri.User ?? uri.Host : Encoding.UTF8.GetString(Sip.RequestUriBytes))}";
        if (Sip.StatusCode == 0)
            return $"{Length} bytes";
        return Sip.Method == SipMethod.Invite ? $"{Sip.StatusCode} {Sip.ReasonPhrase}" : $"{Sip.StatusCode} {Sip.ReasonPhrase} ({Sip.MethodName})";
    }
}
