using System.Text.Json.Nodes;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using NodaTime.Text;

namespace Meetpoint.Exchange.Messaging.Streams;

/// <summary>Frames of messages as clients get them; docs/operate/messages.md has them all.</summary>
static class MessageFrame
{
    /// <summary>Bytes of a key's hash that clients are told.</summary>
    const int KeyBytes = 16;

    /// <summary>Words for the person.</summary>
    public static JsonObject Of(StreamDelivery delivery)
    {
        var message = delivery.Message;
        return new JsonObject
        {
            ["type"] = "message",
            ["user"] = delivery.Person,
            ["id"] = message.Id,
            ["key"] = Convert.ToHexStringLower(message.KeyHash().AsSpan(0, KeyBytes)),
            ["from"] = message.IsWithheld ? null : message.From,
            ["fromName"] = message.IsWithheld ? null : message.FromName,
            ["to"] = delivery.Receiver,
            ["text"] = message.Text,
            ["sent"] = InstantPattern.ExtendedIso.Format(message.Sent),
            ["conversation"] = message.Conversation,
            ["correlation"] = message.Correlation.ToString(),
        };
    }

    /// <summary>Somebody writes to the person, or has stopped.</summary>
    public static JsonObject Composing(string person, TextMessage sign) => new()
    {
        ["type"] = "composing",
        ["user"] = person,
        ["from"] = sign.IsWithheld ? null : sign.From,
        ["active"] = sign.Content == MessageContent.Composing,
        ["conversation"] = sign.Conversation,
    };

    /// <summary>Somebody has the client's message.</summary>
    public static JsonObject Sent(string id, MessageOutcome outcome) => new()
    {
        ["type"] = "sent", ["id"] = id, ["state"] = KebabEnum<MessageStanding>.Word(StandingOf(outcome)),
    };

    /// <summary>Nobody has it, nor will.</summary>
    public static JsonObject Failed(string id, MessageOutcome outcome)
    {
        if (outcome.Fate != MessageFate.Refused)
            return Failed(id, "not-delivered", $"{outcome.Status} {outcome.Phrase}".TrimEnd());
        var refused = Failed(id, KebabEnum<RefusalReason>.Word(outcome.Refusal.Reason), outcome.Refusal.Row.ApiTitle);
        refused["incident"] = outcome.Refusal.Incident.ToString();
        return refused;
    }

    /// <summary>The same, by its code and for people.</summary>
    public static JsonObject Failed(string id, string code, string detail) => new() { ["type"] = "failed", ["id"] = id, ["code"] = code, ["detail"] = detail };

    /// <summary>The stream listens for the person, or no longer does.</summary>
    public static JsonObject Listening(JsonObject frame, string person, bool isOn) =>
        new() { ["type"] = isOn ? "listening" : "unlistened", ["id"] = frame["id"]?.DeepClone(), ["user"] = person };

    /// <summary>What the API calls that fate; only of what somebody has.</summary>
    public static MessageStanding StandingOf(MessageOutcome outcome) => outcome.Fate switch
    {
        MessageFate.Delivered => MessageStanding.Delivered,
        MessageFate.Accepted => MessageStanding.Accepted,
        _ => MessageStanding.Kept,
    };
}
