using System.Text;
using Meetpoint.Tests.Support;

namespace Meetpoint.Sip.Tests.Messages;

public sealed class SipEditsTests
{
    const string Invite =
        "INVITE sip:bob@liberty.example SIP/2.0\r\n" +
        "v: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa , SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKb\r\n" +
        "X-Odd:   kept ; as=\"it is\"\r\n" +
        "Route: <sip:a.example;lr>,\r\n <sip:b.example;lr>\r\n" +
        "Max-Forwards: 70\r\n" +
        "f: <sip:alice@albion.example>;tag=1\r\n" +
        "t: <sip:bob@liberty.example>\r\n" +
        "i: call\r\n" +
        "CSeq: 1 INVITE\r\n" +
        "c: application/sdp\r\n" +
        "l: 4\r\n" +
        "\r\n" +
        "body";

    readonly SipMessage _message = new();
    readonly SipEdits _edits = new();

    [Fact]
    public void Write_NoEdits_GivesTheBytesAsTheyCame() => Assert.Equal(Invite, Written(_ => { }));

    [Fact]
    public void Write_EditsOutOfOrder_AppliesEachAtItsPlace() =>
        Assert.Equal(
            Invite
            .Replace("INVITE sip:bob@liberty.example SIP", "INVITE sip:bob@192.0.2.7 SIP", StringComparison.Ordinal)
            .Replace("v: ", "Via: SIP/2.0/TCP 192.0.2.9;branch=z9hG4bKc\r\nRecord-Route: <sip:us;lr>\r\nv: ", StringComparison.Ordinal)
            .Replace("Max-Forwards: 70", "Max-Forwards: 69", StringComparison.Ordinal),
            Written(edits =>
        {
            edits.Set(SipHeader.Max_Forwards, 69);
            edits.InsertHeader(edits.Top, SipHeader.Via, "SIP/2.0/TCP 192.0.2.9;branch=z9hG4bKc"u8);
            edits.InsertHeader(edits.Top, SipHeader.Record_Route, "<sip:us;lr>"u8);
            edits.Replace(edits.Message.RequestUriRange, "sip:bob@192.0.2.7"u8);
        }));

    [Fact]
    public void RemoveFirstValues_OneOfSeveral_LeavesTheOthers() =>
        Assert.Equal(
            Invite
            .Replace("SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa , ", "", StringComparison.Ordinal)
            .Replace("<sip:a.example;lr>,\r\n ", "", StringComparison.Ordinal),
            Written(edits => edits.RemoveFirstValues(SipHeader.Via).RemoveFirstValues(SipHeader.Route)));

    [Fact]
    public void RemoveFirstValues_TheOnlyOne_TakesTheLine() =>
        Assert.Equal(
            Invite.Replace("Max-Forwards: 70\r\n", "", StringComparison.Ordinal),
            Written(edits => edits.RemoveFirstValues(SipHeader.Max_Forwards)));

    [Fact]
    public void ReplaceBody_Longer_SetsContentLength() =>
        Assert.Equal(
            Invite.Replace("l: 4\r\n\r\nbody", "l: 12\r\n\r\nanother body", StringComparison.Ordinal),
            Written(edits => edits.ReplaceBody("another body"u8)));

    [Fact]
    public void ReplaceBody_Empty_TakesContentTypeAlong() =>
        Assert.Equal(
            Invite.Replace("c: application/sdp\r\nl: 4\r\n\r\nbody", "l: 0\r\n\r\n", StringComparison.Ordinal),
            Written(edits => edits.ReplaceBody(default)));

    [Fact]
    public void Set_AbsentHeader_AddsItAfterTheOthers() =>
        Assert.Equal(
            Invite.Replace("l: 4\r\n", "l: 4\r\nSession-Expires: 1800\r\n", StringComparison.Ordinal),
            Written(edits => edits.Set(SipHeader.Session_Expires, 1800)));

    [Fact]
    public void Write_OnceWarm_AllocatesNothing()
    {
        Assert.True(_message.TryParse(Encoding.UTF8.GetBytes(Invite), out _));
        var length = 0;
        void Edit()
        {
            _edits.Begin(_message).InsertHeader(_edits.Top, SipHeader.Via, "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKc"u8);
            _edits.Set(SipHeader.Max_Forwards, 69);
            length += _edits.Write().Length;
        }

        for (var i = 0; i < 100; i++)
            Edit();
        var before = Allocations.Begin();
        for (var i = 0; i < 100; i++)
            Edit();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(length > 0);
    }

    string Written(Action<SipEdits> edit)
    {
        Assert.True(_message.TryParse(Encoding.UTF8.GetBytes(Invite), out var error), error.ToString());
        edit(_edits.Begin(_message));
        return Encoding.UTF8.GetString(_edits.Write());
    }
}
