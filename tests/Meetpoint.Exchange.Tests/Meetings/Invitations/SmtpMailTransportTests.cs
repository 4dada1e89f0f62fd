using System.Net;
using System.Net.Sockets;
using System.Text;
using Meetpoint.Calendar;
using Meetpoint.Demo;
using Meetpoint.Exchange.Meetings.Invitations;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Meetings.Invitations;

public sealed class SmtpMailTransportTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static SmtpSink Sink(int maxBytes = 1 << 20) => SmtpSink.Start(new IPEndPoint(IPAddress.Loopback, 0), maxMailBytes: maxBytes);

    static SmtpMailTransport To(SmtpSink sink) => new(new SmtpOptions("127.0.0.1", sink.EndPoint.Port));

    [Fact]
    public async Task SendAsync_Invitation_OnTheWireIsWhatCalendarProgramsRead()
    {
        await using var sink = Sink();
        var mail = Sample.Mail();
        (await To(sink).SendAsync(mail, Cancel)).ShouldBe(new MailResult(MailOutcome.Accepted, ""));
        var received = await sink.NextAsync(Cancel);
        (received.From, received.Recipients.Single()).ShouldBe(("meetings@liberty.example", "bob@liberty.example"));
        var message = MimePart.Parse(received.Text);
        message.Headers["message-id"].ShouldBe("<mail-1@liberty.example>");
        message.Headers["content-class"].ShouldBe("urn:content-classes:calendarmessage");
        message.Headers["auto-submitted"].ShouldBe("auto-generated");
        message.Headers["date"].ShouldNotBeEmpty();
        message.Header("Subject").ShouldBe(mail.Subject);
        message.Header("From").Replace("\"", "", StringComparison.Ordinal).ShouldBe("Liberty Telephone <meetings@liberty.example>");
        message.Header("To").ShouldContain("Bob Röe");
        message.Header("Reply-To").ShouldContain("alice@albion.example");

        message.MediaType.ShouldBe("multipart/mixed");
        message.Parts.Select(part => part.MediaType).ShouldBe(["multipart/alternative", "application/ics"]);
        var alternatives = message.Parts[0].Parts;
        alternatives.Select(part => part.MediaType).ShouldBe(["text/plain", "text/html", "text/calendar"]);
        alternatives[0].Text.ShouldBe(mail.TextBody);
        alternatives[1].Text.ShouldBe(mail.HtmlBody);
        alternatives[2].Parameter("content-type", "method").ShouldBe("REQUEST");
        alternatives[2].Parameter("content-type", "charset").ShouldBe("utf-8");
        alternatives[2].Body.ShouldBe(mail.Calendar);
        message.Parts[1].Parameter("content-disposition", "filename").ShouldBe("invite.ics");
        message.Parts[1].Body.ShouldBe(mail.Calendar);
        ItipMessage.TryRead(alternatives[2].Body, out _, out var error).ShouldBeTrue(error.ToString());
    }

    [Fact]
    public async Task SendAsync_Twice_HasTheSameMessageId()
    {
        await using var sink = Sink();
        for (var i = 0; i < 2; i++)
            await To(sink).SendAsync(Sample.Mail(), Cancel);
        var first = MimePart.Parse((await sink.NextAsync(Cancel)).Text).Headers["message-id"];
        MimePart.Parse((await sink.NextAsync(Cancel)).Text).Headers["message-id"].ShouldBe(first);
    }

    [Theory]
    [InlineData("550 5.1.1 no such user", MailOutcome.Refused)]
    [InlineData("553 5.1.3 bad address", MailOutcome.Refused)]
    [InlineData("450 4.2.1 busy", MailOutcome.Later)]
    [InlineData("451 4.3.0 try later", MailOutcome.Later)]
    [InlineData("530 5.7.0 log in first", MailOutcome.Later)]
    public async Task SendAsync_RecipientRefused_GivesOutcomeByReply(string reply, MailOutcome expected)
    {
        await using var sink = Sink();
        sink.RecipientCheck = _ => reply;
        var result = await To(sink).SendAsync(Sample.Mail(), Cancel);
        result.Outcome.ShouldBe(expected, result.Detail);
        sink.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task SendAsync_NobodyListens_IsLater()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var result = await new SmtpMailTransport(new SmtpOptions("127.0.0.1", port)).SendAsync(Sample.Mail(), Cancel);
        result.Outcome.ShouldBe(MailOutcome.Later);
        result.Detail.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task SendAsync_ServerThatSaysNothing_IsLaterAfterTheTimeout()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var options = new SmtpOptions("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port) { Timeout = Duration.FromMilliseconds(200) };
        (await new SmtpMailTransport(options).SendAsync(Sample.Mail(), Cancel)).Outcome.ShouldBe(MailOutcome.Later);
        listener.Stop();
    }

    [Fact]
    public async Task SendAsync_StartTlsNotOffered_SendsNothingInTheClear()
    {
        await using var sink = Sink();
        var transport = new SmtpMailTransport(new SmtpOptions("127.0.0.1", sink.EndPoint.Port) { StartTls = true });
        (await transport.SendAsync(Sample.Mail(), Cancel)).Outcome.ShouldBe(MailOutcome.Later);
        sink.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task SendAsync_AddressThatIsNone_IsRefused()
    {
        await using var sink = Sink();
        (await To(sink).SendAsync(Sample.Mail() with { ToAddress = "no address" }, Cancel)).Outcome.ShouldBe(MailOutcome.Refused);
    }

    [Fact]
    public async Task Sink_MailOverTheLimit_IsRefusedAndNotKept()
    {
        await using var sink = Sink(maxBytes: 2_000);
        (await To(sink).SendAsync(Sample.Mail(), Cancel)).Outcome.ShouldBe(MailOutcome.Refused);
        sink.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task Sink_CommandsOutOfOrder_AreRefused()
    {
        await using var sink = Sink();
        using var client = new TcpClient();
        await client.ConnectAsync(sink.EndPoint, Cancel);
        using var reader = new StreamReader(client.GetStream());
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("EHLO me\r\nDATA\r\nRCPT TO:<a@b>\r\nMAIL nonsense\r\nMAIL FROM:<a@b> SIZE=9999999\r\nVRFY x\r\nRSET\r\nQUIT\r\n"), Cancel);
        var replies = (await reader.ReadToEndAsync(Cancel)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        replies.Where(line => line[3] == ' ').Select(line => line[..3]).ShouldBe(["220", "250", "503", "503", "501", "552", "502", "250", "221"]);
    }
}
