using Meetpoint.Exchange.Signalling;
using Meetpoint.Sip;
using NodaTime;

namespace Meetpoint.Exchange.Support.Trace;

/// <summary>The ring of an exchange while it runs, and the tap that fills it. Opened and disposed of on the loop.</summary>
sealed class TraceKeeper(
    TraceOptions? options, SipTransports transports, Func<SipFlow, SipSender> senderOf, IClock clock, TimeProvider time) : IDisposable
{
    volatile TraceRing? _ring;

    /// <summary>The messages; null when none are kept. Any thread.</summary>
    public TraceRing? Ring => _ring;

    /// <summary>Begins. What stands in the way is given back: an exchange without traces is better than none.</summary>
    public Exception? Open()
    {
        if (options is null)
            return null;
        try
        {
            _ring = TraceRing.Open(options);
            transports.Tap = new TraceTap(_ring, senderOf, clock, time);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        transports.Tap = null;
        _ring?.Dispose();
    }
}
