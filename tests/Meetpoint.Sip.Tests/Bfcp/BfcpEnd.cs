using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Bfcp;

namespace Meetpoint.Sip.Tests.Bfcp;

/// <summary>An end of floor control over datagrams of the virtual network, or over anything that carries octets.</summary>
sealed class BfcpEnd : TimerNode, IBfcpOutput, IBfcpListener, IDatagramReceiver
{
    readonly VirtualEventLoop? _loop;
    readonly IDatagramSocket? _socket;
    readonly IBfcpListener? _server;

    /// <summary>Over the virtual network.</summary>
    public BfcpEnd(VirtualWorld world, string address, IBfcpListener? server = null)
    {
        _loop = world.CreateLoop(address);
        Local = NetAddress.Parse(address + ":5070");
        _socket = world.Network.AddHost(address).OpenDatagram(Local, _loop, this);
        _server = server;
        Association = new BfcpAssociation(isReliable: false, this, server ?? this);
    }

    /// <summary>By hand.</summary>
    public BfcpEnd(bool isReliable, IBfcpListener? server = null)
    {
        _server = server;
        Association = new BfcpAssociation(isReliable, this, server ?? this);
    }

    public NetAddress Local { get; }

    public NetAddress Remote { get; set; }

    public BfcpAssociation Association { get; }

    /// <summary>What it sent, when it is by hand.</summary>
    public List<byte[]> Sent { get; } = [];

    /// <summary>What the other end told by itself.</summary>
    public List<BfcpMessage> Told { get; } = [];

    /// <summary>What was asked, and answered.</summary>
    public List<(BfcpMessage Asked, BfcpMessage Answer)> Answered { get; } = [];

    public int Lost { get; private set; }

    /// <summary>What it sent since this was asked, read.</summary>
    public List<BfcpMessage> Take()
    {
        var messages = Sent.ConvertAll(static bytes =>
        {
            Assert.True(BfcpMessage.TryParse(bytes, out var message, out var error), $"{error}: {Convert.ToHexString(bytes)}");
            return message;
        });
        Sent.Clear();
        return messages;
    }

    public void Run(Action work)
    {
        if (_loop is null)
        {
            work();
            return;
        }

        _loop.Post(() =>
        {
            work();
            Arm();
        });
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (_socket is null)
            Sent.Add(bytes.ToArray());
        else
            _socket.Send(bytes, Remote);
    }

    public void OnMessage(BfcpMessage message, long nowNs)
    {
        Told.Add(message);
        Association.Answer(message, message.Primitive == BfcpPrimitive.FloorStatus ? BfcpPrimitive.FloorStatusAck : BfcpPrimitive.FloorRequestStatusAck, [], nowNs);
    }

    public void OnAnswer(BfcpMessage asked, BfcpMessage answer, long nowNs) => Answered.Add((asked, answer));

    public void OnLost(long nowNs) => Lost++;

    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        Association.OnBytes(payload, nowNs);
        Arm();
    }

    protected override void Fire(long nowNs)
    {
        Association.OnTime(nowNs);
        Arm();
    }

    void Arm()
    {
        if (Association.DueNs == long.MaxValue)
            _loop!.Timers.Cancel(this);
        else
            _loop!.Timers.Arm(this, Association.DueNs);
    }
}
