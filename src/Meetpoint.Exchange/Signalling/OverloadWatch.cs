using Meetpoint.Sip;

namespace Meetpoint.Exchange.Signalling;

/// <summary>Says when the exchange begins to turn calls away for overload, and when that is over: a line each, however many calls it meets. On the loop only.</summary>
sealed class OverloadWatch(SipOverload overload, IExchangeLog log)
{
    bool _isOver = true;
    long _before;

    /// <summary>Looks; every half a second or so.</summary>
    public void Look()
    {
        if (_isOver == (overload.Loss <= 0))
            return;
        _isOver = !_isOver;
        if (!_isOver)
            _before = overload.ShedCount;
        log.Overload(overload.Loss, overload.ShedCount - _before);
    }
}
