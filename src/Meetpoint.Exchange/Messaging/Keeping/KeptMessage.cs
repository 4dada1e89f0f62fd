using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using NodaTime;

namespace Meetpoint.Exchange.Messaging.Keeping;

/// <summary>A message that waits for its receiver, as a row of the store.</summary>
/// <param name="Id">Its id, which sorts by age.</param>
/// <param name="Node">The node that keeps it.</param>
/// <param name="Key">As <see cref="TextMessage.Key"/>.</param>
/// <param name="Receiver">Address of the receiver.</param>
/// <param name="Target">URI of the receiver as it came.</param>
/// <param name="Sender">Address of the sender.</param>
/// <param name="SenderName">The sender's name; null without.</param>
/// <param name="IsWithheld">As <see cref="TextMessage.IsWithheld"/>.</param>
/// <param name="Provider">Id of the sender's provider.</param>
/// <param name="Neighbour">Id of the neighbour that it came by; null without.</param>
/// <param name="Profile">Id of the sender's equipment profile.</param>
/// <param name="Body">The words.</param>
/// <param name="Bytes">Their length in UTF-8.</param>
/// <param name="Conversation">As <see cref="TextMessage.Conversation"/>.</param>
/// <param name="Origin">As <see cref="TextMessage.Origin"/>.</param>
/// <param name="Correlation">The session.</param>
/// <param name="Path">Exchanges on its way, in order, with a space between them.</param>
/// <param name="Hops">As <see cref="TextMessage.HopsLeft"/>.</param>
/// <param name="SentMs">When it was sent, in milliseconds of Unix time.</param>
/// <param name="ValidUntilMs">When it is of no more use by its sender's own word; null says nothing.</param>
/// <param name="ExpiresMs">When it is given up here.</param>
sealed record KeptMessage(
    string Id, string Node, string Key, string Receiver, string Target, string Sender, string? SenderName, bool IsWithheld, string Provider, string? Neighbour,
    string Profile, string Body, int Bytes, string? Conversation, string? Origin, string Correlation, string Path, int Hops, long SentMs, long? ValidUntilMs, long ExpiresMs)
{
    /// <summary>The row of a message.</summary>
    /// <param name="admitted">The message.</param>
    /// <param name="caller">Who sent it.</param>
    /// <param name="node">The node that keeps it.</param>
    /// <param name="now">Wall time.</param>
    public static KeptMessage Of(AdmittedMessage admitted, SipCaller caller, string node, Instant now)
    {
        var message = admitted.Message;
        var expires = now + MessageLimits.MaxAge;
        if (message.Expires is { } until && until < expires)
            expires = until;
        return new KeptMessage(
            message.Id, node, message.Key, admitted.Receiver, message.To, message.From, message.FromName, message.IsWithheld, caller.Provider.Id,
            caller.Sender?.Neighbour.Id, caller.Profile.Id, message.Text, System.Text.Encoding.UTF8.GetByteCount(message.Text), message.Conversation, message.Origin,
            message.Correlation.ToString(), string.Join(' ', message.Path), message.HopsLeft, message.Sent.ToUnixTimeMilliseconds(),
            message.Expires?.ToUnixTimeMilliseconds(), expires.ToUnixTimeMilliseconds());
    }

    /// <summary>The message again.</summary>
    public TextMessage ToMessage() => new()
    {
        Id = Id,
        Key = Key,
        Correlation = CorrelationId.TryParse(Correlation, out var session) ? session : default,
        From = Sender,
        FromName = SenderName,
        IsWithheld = IsWithheld,
        To = Target,
        Text = Body,
        Sent = Instant.FromUnixTimeMilliseconds(SentMs),
        Expires = ValidUntilMs is { } until ? Instant.FromUnixTimeMilliseconds(until) : null,
        Conversation = Conversation,
        Origin = Origin,
        Path = Path.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        HopsLeft = Hops,
    };

    /// <summary>Its sender, in the world in force; null when that is nobody's customer any more.</summary>
    public SipCaller? CallerIn(World world) => world.FindProvider(Provider) is not { } provider ? null : new SipCaller(
        Neighbour is null ? null : world.FindNeighbour(Neighbour), provider, Sender, SenderName, null,
        world.FindProfile(Profile) ?? world.FindProfile(EquipmentProfile.GenericId)!) { IsWithheld = IsWithheld };
}
