using Meetpoint.Sip;

namespace Meetpoint.Exchange.Signalling;

/// <summary>
/// Says when the exchange begins to turn calls away for overload, and when that is over: a line each, however many calls it meets; and counts them with
/// whose they are. On the loop only.
/// </summary>
/// <param name="transports">What turns them away.</param>
/// <param name="turnedAway">Told how many came by which way.</param>
/// <param name="log">Where the lines go.</param>
sealed class OverloadWatch(SipTransports transports, Action<SipFlow, int> turnedAway, IExchangeLog log)
{
    bool _isOver = true;
    long _before;
    long _told;

    /// <summary>Looks; every half a second or so.</summary>
    public void Look()
    {
        var overload = transports.Overload;
        overload.Pass(transports.Loop.NowNs);
        if (overload.ShedCount != _told)
        {
            _told = overload.ShedCount;
            transports.TakeShed(turnedAway);
        }

        if (_isOver != overload.Loss <= 0)
        {
            _isOver = !_isOver;
            log.Overload(overload.Loss, overload.ShedCount - _before);
        }

        if (_isOver)
            _before = overload.ShedCount;
    }
}
