namespace Meetpoint.Exchange.Nni;

/// <summary>Why something from another exchange was refused. The one place where a reason gets its code and its HTTP status.</summary>
public enum NniRefusal
{
    /// <summary>Not refused.</summary>
    None,

    /// <summary>Not the JSON or JWS that is expected.</summary>
    Malformed,

    /// <summary>Over a named limit of size.</summary>
    TooLarge,

    /// <summary>The request did not come in at the least rate.</summary>
    TooSlow,

    /// <summary>No client certificate, or one that no longer stands for a neighbour.</summary>
    NoCertificate,

    /// <summary>The signature's key is not pinned for the origin that the message claims.</summary>
    UnknownKey,

    /// <summary>The signature does not fit the bytes, or its algorithm is not ES256.</summary>
    BadSignature,

    /// <summary>The origin is not the TLS peer, nor carried by one that may carry it.</summary>
    WrongOrigin,

    /// <summary>Meant for another exchange, which this one does not carry for.</summary>
    WrongDestination,

    /// <summary>This exchange stands in the path already, or the path is too long.</summary>
    Loop,

    /// <summary>Past its expiry.</summary>
    Expired,

    /// <summary>Issued in the future by more than the clocks may differ.</summary>
    IssuedInFuture,

    /// <summary>No protocol version in common.</summary>
    VersionMismatch,

    /// <summary>A sequence was skipped; the answer says which one is expected.</summary>
    SequenceGap,

    /// <summary>From a stream that its origin has replaced by a newer one.</summary>
    StaleEpoch,

    /// <summary>The service's handler threw; it will be tried again.</summary>
    HandlerFailed,

    /// <summary>The store did not take it; try again.</summary>
    StoreFailed,

    /// <summary>Too much is parked or asked at once; try again.</summary>
    Busy,

    /// <summary>No handler for this type of question, or no such resource.</summary>
    Unknown,

    /// <summary>The next exchange on the path does not answer.</summary>
    NextHopUnreachable,
}

/// <summary>Codes and statuses of <see cref="NniRefusal"/>.</summary>
public static class NniRefusals
{
    /// <summary>The stable code that stands in problem documents, events and logs, such as "sequence_gap".</summary>
    public static string Code(this NniRefusal refusal) => Row(refusal).Code;

    /// <summary>The HTTP status of the answer.</summary>
    public static int Status(this NniRefusal refusal) => Row(refusal).Status;

    static (string Code, int Status) Row(NniRefusal refusal) => refusal switch
    {
        NniRefusal.None => ("none", 200),
        NniRefusal.Malformed => ("malformed", 400),
        NniRefusal.TooLarge => ("too_large", 413),
        NniRefusal.TooSlow => ("too_slow", 408),
        NniRefusal.NoCertificate => ("no_certificate", 401),
        NniRefusal.UnknownKey => ("unknown_key", 401),
        NniRefusal.BadSignature => ("bad_signature", 401),
        NniRefusal.WrongOrigin => ("wrong_origin", 403),
        NniRefusal.WrongDestination => ("wrong_destination", 421),
        NniRefusal.Loop => ("loop", 508),
        NniRefusal.Expired => ("expired", 410),
        NniRefusal.IssuedInFuture => ("issued_in_future", 400),
        NniRefusal.VersionMismatch => ("version_mismatch", 505),
        NniRefusal.SequenceGap => ("sequence_gap", 409),
        NniRefusal.StaleEpoch => ("stale_epoch", 409),
        NniRefusal.HandlerFailed => ("handler_failed", 503),
        NniRefusal.StoreFailed => ("store_failed", 503),
        NniRefusal.Busy => ("busy", 503),
        NniRefusal.Unknown => ("unknown", 404),
        NniRefusal.NextHopUnreachable => ("next_hop_unreachable", 502),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, null),
    };
}

/// <summary>Something that an operator should hear of, once; hosts log it. The code is stable.</summary>
/// <param name="Code">Such as "nni.refused.bad_signature" or "nni.certificate.renewed".</param>
/// <param name="Exchange">The other exchange, when it is known.</param>
/// <param name="Detail">One sentence for the log line.</param>
public sealed record NniEvent(string Code, string? Exchange, string Detail)
{
    internal static NniEvent Refused(NniRefusal refusal, string? exchange, string detail) =>
        new("nni.refused." + refusal.Code(), exchange, detail);
}
