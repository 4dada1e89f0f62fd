using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Meetpoint.Demo;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Refusals;
using Meetpoint.Sip;

namespace Meetpoint.Interop.BadInput;

/// <summary>Every message of RFC 4475 and RFC 5118 at the running program, over each transport, while a call is up.</summary>
[Collection(BorderCollection.Name)]
public sealed class TortureTests(BorderWorld border)
{
    /// <summary>How long a connection may keep what it was sent to itself: one that waits for the rest of a message answers nothing.</summary>
    static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    static readonly string Vectors = Path.Combine(SipTests.Root(), "tests", "vectors", "sip");

    [Fact]
    public async Task Udp_EveryMessage_IsAnsweredInSipOrNotAtAll_AndACallGoesOn()
    {
        await using var call = await LiveCall.StartAsync(border);
        using var trunk = RawSip.Bind(border.OwnTrunk, border.Albion.Party.Trunk);
        var answers = new List<string>();
        var messages = Messages();
        for (var i = 0; i < messages.Count; i++)
        {
            var probe = new SipText("OPTIONS", "sip:albion.example", trunk.Local) with { Sequence = 50_000 + i };
            trunk.Send(messages[i].Bytes);
            trunk.Send(probe.ToString());
            while (await trunk.ReceiveAsync($"an answer after {messages[i].Name}") is var message)
            {
                if (SipText.Header(message, "CSeq") == $"{probe.Sequence} OPTIONS")
                {
                    Assert.Equal(200, SipText.Status(message));
                    break;
                }

                answers.Add(message);
            }
        }

        AllSane(answers, messages.Count / 3);
        await call.GoesOnAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_EveryMessage_IsAnsweredInSipOrNotAtAll_AndACallGoesOn(bool tls)
    {
        await using var call = await LiveCall.StartAsync(border);
        var mark = border.Log.Mark();
        var heard = await Task.WhenAll(Messages().Select(message => SendAsync(tls, message.Bytes)));

        AllSane([.. heard.SelectMany(Split)], heard.Length / 3);
        await border.Log.LinesAsync(mark, "[1100] sip.malformed", border.OwnTrunk.Host);
        Assert.StartsWith("SIP/2.0 200", await SendAsync(tls, Encoding.ASCII.GetBytes(new SipText("OPTIONS", "sip:albion.example", border.OwnTrunk) { Transport = tls ? "TLS" : "TCP" }.ToString())), StringComparison.Ordinal);
        await call.GoesOnAsync();
    }

    /// <summary>No server error, and each a response that a parser of SIP takes, but for what it repeats of the request; of what can be answered, at least so many were.</summary>
    static void AllSane(List<string> answers, int least)
    {
        Assert.True(answers.Count >= least, $"expected at least {least} answers; instead: {answers.Count}");
        foreach (var answer in answers)
        {
            var message = new SipMessage();
            Assert.True(message.TryParse(Encoding.UTF8.GetBytes(answer), out var error) || error is SipParseError.CSeqMalformed or SipParseError.CSeqMethodMismatch
                or SipParseError.ToMalformed or SipParseError.FromMalformed or SipParseError.CallIdMalformed or SipParseError.ViaMalformed
                or SipParseError.FromMissing or SipParseError.ToMissing or SipParseError.CallIdMissing, $"expected a response; instead {error} in:\n{answer}");
            Assert.True(message.StatusCode is 100 or 200 or (>= 400 and < 500) or 501 or 505 or 513, $"expected an answer to what was asked; instead:\n{answer}");
        }
    }

    async Task<string> SendAsync(bool tls, byte[] message)
    {
        using var socket = await UnknownSenderTests.ConnectAsync(tls ? border.Albion.Party.SipTls : border.SipTcp, border.OwnTrunk);
        await using Stream plain = new NetworkStream(socket);
        var stream = plain;
        using var bound = new CancellationTokenSource(BorderWorld.Soon);
        if (tls)
        {
            var secured = new SslStream(plain);
            await secured.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "albion.example",
                    RemoteCertificateValidationCallback = static (_, _, _, _) => true,
                    ClientCertificateContext = border.TrunkCertificate,
                },
                bound.Token);
            stream = secured;
        }

        await stream.WriteAsync(message, bound.Token);
        var text = new StringBuilder();
        var buffer = new byte[8_192];
        using var quiet = new CancellationTokenSource(Quiet);
        try
        {
            while (await stream.ReadAsync(buffer, quiet.Token) is > 0 and var length)
                text.Append(Encoding.UTF8.GetString(buffer, 0, length));
        }
        catch (Exception end) when (end is IOException or OperationCanceledException)
        {
            // Closed, or nothing more to say.
        }

        return text.ToString();
    }

    static IEnumerable<string> Split(string text) => text.Split("SIP/2.0 ", StringSplitOptions.None) is var parts && parts.Length > 1
        ? parts.Skip(1).Aggregate(new List<string>(), (all, part) =>
        {
            // "SIP/2.0 " stands at the start of an answer and nowhere else in one: Via has a slash after it.
            all.Add("SIP/2.0 " + part);
            return all;
        })
        : [];

    static List<(string Name, byte[] Bytes)> Messages() =>
    [
        .. from rfc in new[] { "rfc4475", "rfc5118" }
           from line in File.ReadLines(Path.Combine(Vectors, rfc, "expected.txt"))
           let name = line.Split(' ')[0]
           select (name, SipTests.VectorOf(Path.Combine(Vectors, rfc), name)),
    ];
}
