using System.Text;
using Meetpoint.Demo;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Presence;
using Meetpoint.Sip;

namespace Meetpoint.Interop.Messaging;

/// <summary>What a SIP user agent by hand does with messages.</summary>
static class MessagingAgent
{
    const string Composing = "application/im-iscomposing+xml";

    /// <summary>Sends words, and gives the status of the answer.</summary>
    public static async Task<int> SayAsync(this PresenceAgent agent, string from, string to, string text) => SipText.Status(await agent.AskAsync(Message(agent, from, to, "text/plain;charset=UTF-8", text)));

    /// <summary>Sends the sign that somebody writes, and gives the status of the answer.</summary>
    public static async Task<int> WritesAsync(this PresenceAgent agent, string from, string to) => SipText.Status(await agent.AskAsync(Message(
        agent, from, to, Composing, "<?xml version=\"1.0\"?><isComposing xmlns=\"urn:ietf:params:xml:ns:im-iscomposing\"><state>active</state></isComposing>")));

    /// <summary>Words that came, in order, without retransmissions.</summary>
    public static IReadOnlyList<string> Words(this PresenceAgent agent) =>
    [
        .. agent.Messages().Where(message => SipText.Header(message, "Content-Type")!.StartsWith("text/plain", StringComparison.Ordinal)).Select(SipText.BodyOf),
    ];

    /// <summary>MESSAGE requests that came, in order, without retransmissions.</summary>
    public static IReadOnlyList<string> Messages(this PresenceAgent agent) =>
    [
        .. agent.Heard.Select(heard => heard.Message).Where(message => message.StartsWith("MESSAGE ", StringComparison.Ordinal)).DistinctBy(message => SipText.Header(message, "Via")),
    ];

    /// <summary>The first message that fits, waited for.</summary>
    public static Task<string> HearsAsync(this PresenceAgent agent, Func<string, bool> fits, string expected, Func<string>? log = null) => Expect.EventuallyAsync(
        () => Task.FromResult(agent.Messages().FirstOrDefault(fits)), BorderWorld.Soon, expected, () => $"{agent.Log()}\n{log?.Invoke()}");

    /// <summary>True for the sign that somebody writes.</summary>
    public static bool IsWriting(string message) => SipText.Header(message, "Content-Type") == Composing && message.Contains("<state>active</state>", StringComparison.Ordinal);

    /// <summary>Registers with the password of all phones of the world.</summary>
    public static async Task RegisterAsync(this PresenceAgent agent, string address)
    {
        var uri = $"sip:{address.Split('@')[1]}";
        var first = new SipText("REGISTER", uri, agent.Local) { Caller = $"sip:{address}", To = $"sip:{address}", More = "Expires: 600\r\n" };
        var challenge = await agent.AskAsync(first);
        var digest = new DigestClient(new SipCredentials(address.Split('@')[0], PresenceWorld.Secret), () => "cnonce");
        Assert.True(digest.TakeChallenge(Parsed(challenge)), challenge);
        var proof = string.Concat(digest.Authorize("REGISTER", uri).Select(header => $"{header.Name}: {header.Value}\r\n"));
        var answer = await agent.AskAsync(first with { Sequence = 2, Branch = "z9hG4bKr" + Guid.NewGuid().ToString("N"), More = first.More + proof });
        Assert.True(SipText.Status(answer) == 200, $"expected {address} to register; instead: {answer}");
    }

    static SipText Message(PresenceAgent agent, string from, string to, string type, string body) => new("MESSAGE", $"sip:{to}", agent.Local) { Caller = $"sip:{from}", ContentType = type, Body = body };

    static SipMessage Parsed(string text)
    {
        var message = new SipMessage();
        Assert.True(message.TryParse(Encoding.UTF8.GetBytes(text), out var error), $"{error}: {text}");
        return message;
    }
}
