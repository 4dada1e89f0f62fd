using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Exchange.Messaging;
using Meetpoint.Exchange.Messaging.Bodies;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Messaging;

public sealed class MessageBodyTests
{
    const string Composing = "urn:ietf:params:xml:ns:im-iscomposing";

    [Theory]
    [InlineData("", "plain")]
    [InlineData("text/plain", "plain")]
    [InlineData("Text/Plain; Charset=\"UTF-8\"", "plain")]
    [InlineData("text/plain;charset=us-ascii", "plain")]
    public void Read_PlainText_IsWhatCame(string contentType, string text) => Text(contentType, text).ShouldBe(text);

    [Fact]
    public void Read_AnyText_IsKeptExactly() => Prop.ForAll<NonNull<string>>(any =>
    {
        var text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(any.Get)); // no lone surrogates: those are no text
        return Text("text/plain;charset=utf-8", text) == text;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("text/plain;charset=iso-8859-1", 415)]
    [InlineData("image/png", 415)]
    [InlineData("multipart/alternative", 400)]
    [InlineData("message/cpim", 400)]
    [InlineData("application/im-iscomposing+xml", 400)]
    public void Read_WhatCannotBeRead_SaysSo(string contentType, int status) => Fault(contentType, "x"u8.ToArray()).Status.ShouldBe(status);

    [Fact]
    public void Read_BytesThatAreNoUtf8_AreRefused() => Fault("text/plain", [0x47, 0xfc, 0x6e]).Status.ShouldBe(400);

    [Fact]
    public void Read_MoreThanIsTaken_IsRefused()
    {
        Text("text/plain", new string('x', MessageLimits.MaxTextBytes)).Length.ShouldBe(MessageLimits.MaxTextBytes);
        Fault("text/plain", new byte[MessageLimits.MaxTextBytes + 1]).Status.ShouldBe(413);
    }

    [Fact]
    public void Read_SeveralForms_TakesThePlainOneWhereverItStands()
    {
        Text("multipart/alternative;boundary=\"b 1\"", "preamble\r\n--b 1\r\nContent-Type: text/html\r\n\r\n<i>no</i>\r\n--b 1\r\nContent-Type: text/plain;charset=utf-8\r\n\r\nyes\r\n\r\n\r\n--b 1--\r\n")
            .ShouldBe("yes\r\n\r\n", "only the line before the delimiter is the delimiter's");
        Text("multipart/mixed;boundary=b", "--b\r\n\r\nno headers\r\n--b--").ShouldBe("no headers");
        Text("multipart/alternative;boundary=b", "--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>html</p>\r\n--b--").ShouldBe("html");
    }

    [Fact]
    public void Read_MultipartWithoutEndOrWords_IsRefused()
    {
        Fault("multipart/alternative;boundary=b", "--b\r\nContent-Type: text/plain\r\n\r\nnever ends"u8.ToArray()).Status.ShouldBe(415);
        Fault("multipart/alternative;boundary=b", "--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\neA==\r\n--b--"u8.ToArray()).Status.ShouldBe(415);
    }

    [Fact]
    public void Read_Cpim_TakesWordsAndTimeAndNotWhoItSaysSent()
    {
        var body = Body("message/cpim", "From: <im:mallory@example.com>\r\nDateTime: 2026-11-22T09:30:00+01:00\r\n\r\nContent-Type: text/plain;charset=utf-8\r\n\r\nGrüße\r\n");

        (body.Text, body.Sent).ShouldBe(("Grüße\r\n", Instant.FromUtc(2026, 11, 22, 8, 30)));
    }

    [Fact]
    public void Read_CpimInItselfWithoutEnd_IsGivenUp()
    {
        var wrapped = string.Concat(Enumerable.Repeat("A: b\r\n\r\nContent-Type: message/cpim\r\n\r\n", 50));
        Fault("message/cpim", Encoding.UTF8.GetBytes(wrapped)).Status.ShouldBe(415);
    }

    [Theory]
    [InlineData("active", MessageContent.Composing)]
    [InlineData("idle", MessageContent.Idle)]
    public void Read_SignOfWriting_IsOne(string state, object content) => Body(
        "application/im-iscomposing+xml", $"<?xml version=\"1.0\"?>\n<c:isComposing xmlns:c=\"{Composing}\">\n <c:state>{state}</c:state><c:refresh>90</c:refresh>\n</c:isComposing>")
        .Content.ShouldBe((MessageContent)content);

    [Fact]
    public void Read_SignWithADocumentType_IsRefused() => Fault(
        "application/im-iscomposing+xml",
        Encoding.UTF8.GetBytes($"<!DOCTYPE x [<!ENTITY a \"active\">]><isComposing xmlns=\"{Composing}\"><state>&a;</state></isComposing>")).Status.ShouldBe(400);

    [Theory]
    [InlineData(MessageContent.Composing)]
    [InlineData(MessageContent.Idle)]
    [InlineData(MessageContent.Text)]
    public void Write_ThenRead_IsTheSame(object content)
    {
        var message = new TextMessage { Id = "m", Key = "k", From = "a@b", To = "sip:c@d", Sent = default, Content = (MessageContent)content, Text = (MessageContent)content == MessageContent.Text ? "Grüße" : "" };

        var (type, bytes) = MessageBody.Write(message);

        MessageBody.Read(bytes.Span, type, out var body).ShouldBeNull();
        (body.Content, body.Text).ShouldBe((message.Content, message.Text));
    }

    [Theory]
    [InlineData("<html><head><title>t</title><style>p{}</style></head><body><p>one <b>two</b></p><p>three</p></body></html>", "one two\nthree")]
    [InlineData("a&lt;b&gt; &amp; &uuml;&#x1F389;", "a<b> & ü🎉")]
    [InlineData("a<br/>b<BR>c", "a\nb\nc")]
    [InlineData("<script>alert(1)</script>x", "x")]
    [InlineData("<script>never ends", "")]
    [InlineData("a < b", "a")]
    public void Reduce_Html_IsItsWords(string html, string words) => HtmlText.Reduce(html).ShouldBe(words);

    static string Text(string contentType, string text) => Body(contentType, text).Text;

    static MessageBody Body(string contentType, string text)
    {
        MessageBody.Read(Encoding.UTF8.GetBytes(text), contentType, out var body).ShouldBeNull();
        return body;
    }

    static BodyFault Fault(string contentType, byte[] bytes) => MessageBody.Read(bytes, contentType, out _).ShouldNotBeNull();
}
