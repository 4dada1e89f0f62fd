namespace Meetpoint.Exchange.Messaging.Streams;

/// <summary>One message on the streams of its receiver: delivered with the first acknowledgement, and not at all once none of them is left. On the loop only.</summary>
/// <param name="message">What.</param>
/// <param name="person">Address of the person who listens.</param>
/// <param name="receiver">Address that it was sent to: hers, or one of her endpoints'.</param>
/// <param name="done">Told once.</param>
sealed class StreamDelivery(TextMessage message, string person, string receiver, Action<MessageOutcome> done)
{
    int _open;
    bool _isOver;

    public TextMessage Message => message;

    public string Person => person;

    public string Receiver => receiver;

    /// <summary>Another stream has it.</summary>
    public void Told() => _open++;

    /// <summary>A client acknowledged it.</summary>
    public void Taken() => End(MessageOutcome.Delivered);

    /// <summary>A stream ended that had it.</summary>
    public void Left()
    {
        if (--_open == 0)
            End(MessageOutcome.Absent);
    }

    void End(MessageOutcome outcome)
    {
        if (_isOver)
            return;
        _isOver = true;
        done(outcome);
    }
}
