using System.Net;
using System.Net.Sockets;
using System.Text;
using Meetpoint.Demo;
using Meetpoint.Net;

namespace Meetpoint.Interop.Border;

/// <summary>A SIP sender over a plain UDP socket that sends whatever it is told to, right or wrong.</summary>
sealed class RawSip : IDisposable
{
    readonly Socket _socket;
    readonly IPEndPoint _remote;
    readonly byte[] _buffer = new byte[65_536];

    RawSip(NetAddress local, NetAddress remote)
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _socket.Bind(local.ToIPEndPoint());
        _remote = remote.ToIPEndPoint();
        Local = local.WithPort(((IPEndPoint)_socket.LocalEndPoint!).Port);
    }

    public NetAddress Local { get; }

    /// <summary>True when something came that nobody asked for yet.</summary>
    public bool HasMore => _socket.Available > 0;

    /// <summary>Binds an address, with a free port where it says 0.</summary>
    public static RawSip Bind(NetAddress local, NetAddress remote) => new(local, remote);

    public void Send(string message) => Send(Encoding.UTF8.GetBytes(message));

    public void Send(ReadOnlySpan<byte> bytes) => _socket.SendTo(bytes, _remote);

    /// <summary>The next datagram.</summary>
    public async Task<string> ReceiveAsync(string expected)
    {
        using var bound = new CancellationTokenSource(BorderWorld.Soon);
        try
        {
            var length = await _socket.ReceiveAsync(_buffer, bound.Token);
            return Encoding.UTF8.GetString(_buffer, 0, length);
        }
        catch (OperationCanceledException)
        {
            throw new DemoFailedException($"expected {expected} within {BorderWorld.Soon.TotalSeconds} s; instead nothing came");
        }
    }

    /// <summary>The first answer with that CSeq that is final, or that provisional one; others in between are passed over.</summary>
    /// <param name="cseq">Number and method.</param>
    /// <param name="provisional">A status under 200 that is taken too.</param>
    /// <param name="callId">Of which call: an answer that is repeated to whoever had the port before is not taken for it. Null takes any.</param>
    public async Task<string> AnswerAsync(string cseq, int provisional = 200, string? callId = null)
    {
        while (true)
        {
            var message = await ReceiveAsync($"an answer to {cseq}");
            if (message.StartsWith("SIP/2.0 ", StringComparison.Ordinal) && SipText.Header(message, "CSeq") == cseq && (callId is null || SipText.Header(message, "Call-ID") == callId) && (SipText.Status(message) >= 200 || SipText.Status(message) == provisional))
                return message;
        }
    }

    /// <summary>Sends an INVITE and gives its final answer, acknowledged.</summary>
    public async Task<string> InviteAsync(SipText invite)
    {
        Send(invite.ToString());
        return await FinalAsync(invite);
    }

    /// <summary>The final answer of an INVITE that was sent, acknowledged.</summary>
    public async Task<string> FinalAsync(SipText invite)
    {
        var answer = await AnswerAsync($"{invite.Sequence} INVITE", callId: invite.EffectiveCallId);
        Send(invite.AckOf(answer));
        return answer;
    }

    /// <summary>The final answers of INVITEs that were sent at once, each acknowledged, in the order of the INVITEs.</summary>
    public async Task<IReadOnlyList<(SipText Invite, string Answer)>> FinalsAsync(IReadOnlyList<SipText> invites)
    {
        var answers = new Dictionary<string, string>();
        while (answers.Count < invites.Count)
        {
            var message = await ReceiveAsync($"answers to {invites.Count} INVITEs after {answers.Count}");
            var of = invites.FirstOrDefault(invite => SipText.Header(message, "Call-ID") == invite.EffectiveCallId);
            if (of is null || !message.StartsWith("SIP/2.0 ", StringComparison.Ordinal) || SipText.Status(message) < 200 || !answers.TryAdd(of.EffectiveCallId, message))
                continue;
            Send(of.AckOf(message));
        }

        return [.. invites.Select(invite => (invite, answers[invite.EffectiveCallId]))];
    }

    /// <summary>Ends a call that was answered.</summary>
    public async Task LeaveAsync(SipText invite, string answer)
    {
        Send(invite.Within(answer, "ACK", invite.Sequence).ToString());
        Send(invite.Within(answer, "BYE", invite.Sequence + 1).ToString());
        Assert.Equal(200, SipText.Status(await AnswerAsync($"{invite.Sequence + 1} BYE")));
    }

    public void Dispose() => _socket.Dispose();
}
