using System.Security.Cryptography;
using Meetpoint.Media.Srtp;
using Meetpoint.Net;

namespace Meetpoint.Bench.VideoForward;

/// <summary>A port of ours for SRTP and one for SRTCP, with one key for both ways: sources differ, so no two packets have the same keystream.</summary>
abstract class SecureEnd : IDatagramReceiver
{
    readonly IDatagramSocket _control;

    protected SecureEnd(INetwork network, IEventLoop loop, bool isPrompt = false)
    {
        var any = NetAddress.Parse("127.0.0.1:0");
        Media = network.OpenDatagram(any, loop, this);
        _control = network.OpenDatagram(any, loop, this);
        // A peer on this machine that wakes us would be charged for it; on a network it would not.
        loop.Post(() => (Media.DeliversAtOnce, _control.DeliversAtOnce) = (isPrompt, false));
        IsPrompt = isPrompt;
        Key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(30));
        Session = SessionOf(Key);
    }

    public int MediaPort => Media.Local.Port;

    public int ControlPort => _control.Local.Port;

    /// <summary>Master key and salt, in Base64, as SDES has them.</summary>
    public string Key { get; }

    /// <summary>The server's port for it.</summary>
    public NetAddress Remote { get; set; }

    /// <summary>The server's port for its reports; not set where it takes none.</summary>
    public NetAddress RemoteControl { get; set; }

    /// <summary>It is woken for each packet.</summary>
    protected bool IsPrompt { get; }

    protected IDatagramSocket Media { get; }

    protected SrtpSession Session { get; }

    /// <summary>Of a key: AES_CM_128_HMAC_SHA1_80, which both servers speak.</summary>
    public static SrtpSession SessionOf(string key) =>
        SdesKey.TryParse($"1 AES_CM_128_HMAC_SHA1_80 inline:{key}", out var sdes, out _) ? SrtpSession.Create(sdes!, sdes!) : throw new IOException("no key of SDES");

    /// <summary>Takes in what came.</summary>
    public void Hear()
    {
        Media.Deliver();
        _control.Deliver();
    }

    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (socket == Media)
            OnMedia(payload, nowNs);
    }

    protected abstract void OnMedia(Span<byte> packet, long nowNs);

    protected void SendControl(Span<byte> buffer, int length)
    {
        if (RemoteControl.IsSet && Session.ProtectRtcp(buffer, length, out var protectedLength) == SrtpStatus.Ok)
            _control.Send(buffer[..protectedLength], RemoteControl);
    }
}
