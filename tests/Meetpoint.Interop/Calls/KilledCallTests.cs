using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Meetpoint.Interop.Border;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Srtp;
using Meetpoint.Net;

namespace Meetpoint.Interop.Calls;

/// <summary>An exchange is killed (SIGKILL) in the middle of a call, and the one that comes after it goes on with it.</summary>
public sealed class KilledCallTests : IAsyncLifetime
{
    readonly BorderWorld _border = new();

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => _border.InitializeAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _border.DisposeAsync();

    [Theory]
    [InlineData("anchored")]
    [InlineData("transparent")]
    public async Task Call_WhoseExchangeIsKilled_IsChangedAndEndedAfterItIsBack(string mode)
    {
        await _border.AgreeAsync($"\"stage\":\"commercial\",\"services\":[{{\"service\":\"call\"}}],\"calls\":{{\"mode\":\"{mode}\"}}");
        using var caller = RawSip.Bind(_border.ThamesTrunk, _border.Albion.Party.Trunk);
        using var callee = RawSip.Bind(_border.Salon, _border.Albion.Party.Sip);
        var invite = SipText.Invite("sip:salon@albion.example", caller.Local, "sip:carol@thames.example");
        caller.Send(invite.ToString());
        callee.Send(Answering.To(await callee.RequestAsync("INVITE"), 200, "OK", callee.Local, SipText.Offer(callee.Local.WithPort(29_802))));
        var answer = await caller.AnswerAsync("1 INVITE");
        var routes = string.Concat(answer.Split("\r\n").Where(line => line.StartsWith("Record-Route:", StringComparison.Ordinal)).Reverse()
            .Select(line => string.Create(CultureInfo.InvariantCulture, $"Route:{line["Record-Route:".Length..]}\r\n")));
        SipText Within(string method, int sequence) => invite.Within(answer, method, sequence) with { Uri = $"sip:callee@{callee.Local}", More = routes };
        caller.Send(Within("ACK", 1).ToString());
        await callee.RequestAsync("ACK");

        await _border.Albion.Process.KillAsync();
        await _border.Albion.Process.DisposeAsync();
        await _border.Albion.StartAsync();

        var again = Within("INVITE", 2) with { ContentType = "application/sdp", Body = invite.Body };
        caller.Send(again.ToString());
        var asked = await callee.RequestAsync("INVITE");
        Assert.Equal("2 INVITE", SipText.Header(asked, "CSeq"));
        callee.Send(Answering.To(asked, 200, "OK", callee.Local, SipText.Offer(callee.Local.WithPort(29_802))));
        var changed = await caller.AnswerAsync("2 INVITE");
        Assert.Equal(200, SipText.Status(changed));
        Assert.Equal(SipText.BodyOf(answer), SipText.BodyOf(changed));
        caller.Send((Within("ACK", 2) with { Branch = "z9hG4bKsecond" }).ToString());
        caller.Send(Within("BYE", 3).ToString());
        callee.Send(Answering.To(await callee.RequestAsync("BYE"), 200, "OK", callee.Local));
        Assert.Equal(200, SipText.Status(await caller.AnswerAsync("3 BYE")));
        Assert.Empty((await _border.Albion.Api.GetAsync("calls"))["items"]!.AsArray());
    }

    [Fact]
    public async Task EncryptedCall_WhoseExchangeIsKilled_IsHeardAtOnceAndHearsByNewKeys()
    {
        await _border.AgreeAsync("\"stage\":\"commercial\",\"services\":[{\"service\":\"call\"}],\"calls\":{\"mode\":\"anchored\"}");
        using var caller = RawSip.Bind(_border.ThamesTrunk, _border.Albion.Party.Trunk);
        using var callee = RawSip.Bind(_border.Salon, _border.Albion.Party.Sip);
        using var callerMedia = Media(caller.Local.WithPort(29_800));
        using var calleeMedia = Media(callee.Local.WithPort(29_802));
        var key = SdesKey.Generate(SrtpProfile.Aes128CmHmacSha1Tag80, 1);
        var description = SipText.Offer(caller.Local.WithPort(29_800)).Replace("RTP/AVP", "RTP/SAVP", StringComparison.Ordinal) + $"a=crypto:{key.Format()}\r\n";
        var invite = SipText.Invite("sip:salon@albion.example", caller.Local, "sip:carol@thames.example") with { Body = description };
        caller.Send(invite.ToString());
        var asked = await callee.RequestAsync("INVITE");
        callee.Send(Answering.To(asked, 200, "OK", callee.Local, SipText.Offer(callee.Local.WithPort(29_802))));
        var answer = await caller.AnswerAsync("1 INVITE");
        caller.Send((invite.Within(answer, "ACK", 1) with { Uri = Contact(answer) }).ToString());
        await callee.RequestAsync("ACK");
        var (toCaller, toCallee) = (MediaOf(answer), MediaOf(asked));
        using var first = SrtpSession.Create(key, KeyOf(answer));
        Send(callerMedia, toCaller, first, 65_535);
        Assert.Equal(65_535, await HearsAsync(calleeMedia, null));
        Send(calleeMedia, toCallee, null, 10);
        Assert.Equal(10, await HearsAsync(callerMedia, first));

        await _border.Albion.Process.KillAsync();
        await _border.Albion.Process.DisposeAsync();
        await _border.Albion.StartAsync();

        var renewal = await caller.RequestAsync("INVITE");
        Send(callerMedia, toCaller, first, 0);
        Assert.Equal(0, await HearsAsync(calleeMedia, null)); // its numbers went round while nobody counted
        Assert.Equal(MediaOf(answer), MediaOf(renewal));
        Assert.NotEqual(KeyOf(answer).Format(), KeyOf(renewal).Format());
        caller.Send(Answering.To(renewal, 200, "OK", caller.Local, description));
        await caller.RequestAsync("ACK");
        using var second = SrtpSession.Create(key, KeyOf(renewal));
        Send(calleeMedia, toCallee, null, 11);
        Assert.Equal(11, await HearsAsync(callerMedia, second));

        caller.Send((invite.Within(answer, "BYE", 2) with { Uri = Contact(answer) }).ToString());
        callee.Send(Answering.To(await callee.RequestAsync("BYE"), 200, "OK", callee.Local));
        Assert.Equal(200, SipText.Status(await caller.AnswerAsync("2 BYE")));

        static string Contact(string answer) => SipText.Header(answer, "Contact")!.Split('<', '>')[1];
        static SdesKey KeyOf(string message) =>
            SdesKey.TryParse(Lines(message, "a=crypto:").Single(), out var key, out var error) && key is not null ? key : throw new InvalidOperationException(error.ToString());
    }

    static IEnumerable<string> Lines(string message, string start) =>
        SipText.BodyOf(message).Split("\r\n").Where(line => line.StartsWith(start, StringComparison.Ordinal)).Select(line => line[start.Length..]);

    static NetAddress MediaOf(string message) =>
        NetAddress.Parse($"{Lines(message, "c=IN IP4 ").First()}:{Lines(message, "m=audio ").Single().Split(' ')[0]}");

    static Socket Media(NetAddress local)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(local.ToIPEndPoint());
        return socket;
    }

    static void Send(Socket from, NetAddress to, SrtpSession? keys, ushort sequence)
    {
        var packet = new byte[172 + SrtpSession.MaxOverheadBytes];
        new RtpHeader(0, false, sequence, sequence * 160u, 7).Write(packet);
        var length = 172;
        Assert.True(keys is null || keys.ProtectRtp(packet, length, out length) == SrtpStatus.Ok);
        from.SendTo(packet.AsSpan(0, length), to.ToIPEndPoint());
    }

    /// <summary>The number of the next packet that can be opened.</summary>
    static async Task<int> HearsAsync(Socket at, SrtpSession? keys)
    {
        var buffer = new byte[2_000];
        using var bound = new CancellationTokenSource(BorderWorld.Soon);
        while (true)
        {
            var length = await at.ReceiveAsync(buffer, bound.Token);
            if ((keys is null || keys.UnprotectRtp(buffer.AsSpan(0, length), out length) == SrtpStatus.Ok) && RtpPacket.TryParse(buffer.AsSpan(0, length), out var rtp, out _))
                return rtp.SequenceNumber;
        }
    }
}
