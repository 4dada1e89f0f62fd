using Meetpoint.Sip.Sdp;

namespace Meetpoint.Sip;

/// <summary>The ACK of a 2xx: made by the user agent core, kept, and sent again for each copy of the 2xx (RFC 3261 section 13.2.2.4).</summary>
sealed class AckSender(Call call)
{
    ClientRequest? _invite;
    byte[]? _bytes;
    SipFlow? _flow;

    /// <summary>True once the 2xx came, be the ACK sent or still waiting for our answer.</summary>
    public bool IsBegun => _invite is not null;

    /// <summary>Notes which INVITE is acknowledged, so that copies of its 2xx do not begin anew.</summary>
    public void Hold(ClientRequest invite) => _invite = invite;

    public void Send(SdpDescription? answer, Dialog? other = null)
    {
        var dialog = other ?? call.Dialog!;
        var cseq = dialog.LocalCSeq;
        var ack = dialog.Request("ACK");

        // ACK has the INVITE's number and credentials, and takes no number of its own.
        dialog.LocalCSeq = cseq;
        ack.CSeq = _invite!.Request.CSeq;
        ack.Headers.AddRange(_invite.Authorization);
        if (answer is not null)
        {
            ack.ContentType = SdpDescription.MediaType;
            ack.Body = answer.ToBytes();
        }

        call.Ua.SendDirect(ack, dialog.Route(), (flow, bytes) =>
        {
            _flow = flow;
            _bytes = bytes;
        });
    }

    public void SendAgain()
    {
        if (_bytes is not null)
            call.Ua.Transports.Send(_flow!, _bytes);
    }
}
