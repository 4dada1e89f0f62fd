namespace Meetpoint.Exchange.Messaging;

/// <summary>What a message carries.</summary>
enum MessageContent
{
    /// <summary>Words.</summary>
    Text,

    /// <summary>A sign that the sender is writing.</summary>
    Composing,

    /// <summary>A sign that the sender has stopped writing.</summary>
    Idle,
}
