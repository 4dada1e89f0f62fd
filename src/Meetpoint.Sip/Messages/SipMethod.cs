namespace Meetpoint.Sip;

/// <summary>Request methods that have a meaning here; any other token is <see cref="Other"/> and keeps its name in the message.</summary>
public enum SipMethod : byte
{
    /// <summary>A method without a rule of its own.</summary>
    Other,

    /// <summary>RFC 3261 section 13.</summary>
    Invite,

    /// <summary>RFC 3261 section 13.2.2.4.</summary>
    Ack,

    /// <summary>RFC 3261 section 15.</summary>
    Bye,

    /// <summary>RFC 3261 section 9.</summary>
    Cancel,

    /// <summary>RFC 3261 section 11.</summary>
    Options,

    /// <summary>RFC 3261 section 10.</summary>
    Register,

    /// <summary>RFC 3262.</summary>
    Prack,

    /// <summary>RFC 6665.</summary>
    Subscribe,

    /// <summary>RFC 6665.</summary>
    Notify,

    /// <summary>RFC 3903.</summary>
    Publish,

    /// <summary>RFC 6086.</summary>
    Info,

    /// <summary>RFC 3515.</summary>
    Refer,

    /// <summary>RFC 3428.</summary>
    Message,

    /// <summary>RFC 3311.</summary>
    Update,

    /// <summary>A notification that nobody answers (MS-SIP section 2.2.7).</summary>
    Benotify,

    /// <summary>A request to a service of the peer's, with XML (MS-SIP section 2.2.8).</summary>
    Service,
}

/// <summary>Names of <see cref="SipMethod"/>. Methods are case-sensitive (RFC 3261 section 7.1).</summary>
public static class SipMethods
{
    static readonly string[] Names =
        ["", "INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "PRACK", "SUBSCRIBE", "NOTIFY", "PUBLISH", "INFO", "REFER", "MESSAGE", "UPDATE", "BENOTIFY", "SERVICE"];

    /// <summary>The name on the wire; empty for <see cref="SipMethod.Other"/>.</summary>
    public static string Name(this SipMethod method) => Names[(int)method];

    /// <summary>The method of a token.</summary>
    public static SipMethod Parse(ReadOnlySpan<byte> token) => token.Length switch
    {
        3 when token.SequenceEqual("ACK"u8) => SipMethod.Ack,
        3 when token.SequenceEqual("BYE"u8) => SipMethod.Bye,
        4 when token.SequenceEqual("INFO"u8) => SipMethod.Info,
        5 when token.SequenceEqual("PRACK"u8) => SipMethod.Prack,
        5 when token.SequenceEqual("REFER"u8) => SipMethod.Refer,
        6 when token.SequenceEqual("INVITE"u8) => SipMethod.Invite,
        6 when token.SequenceEqual("CANCEL"u8) => SipMethod.Cancel,
        6 when token.SequenceEqual("NOTIFY"u8) => SipMethod.Notify,
        6 when token.SequenceEqual("UPDATE"u8) => SipMethod.Update,
        7 when token.SequenceEqual("OPTIONS"u8) => SipMethod.Options,
        7 when token.SequenceEqual("PUBLISH"u8) => SipMethod.Publish,
        7 when token.SequenceEqual("MESSAGE"u8) => SipMethod.Message,
        7 when token.SequenceEqual("SERVICE"u8) => SipMethod.Service,
        8 when token.SequenceEqual("BENOTIFY"u8) => SipMethod.Benotify,
        8 when token.SequenceEqual("REGISTER"u8) => SipMethod.Register,
        9 when token.SequenceEqual("SUBSCRIBE"u8) => SipMethod.Subscribe,
        _ => SipMethod.Other,
    };
}
