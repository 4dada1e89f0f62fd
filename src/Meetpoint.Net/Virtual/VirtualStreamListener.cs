namespace Meetpoint.Net.Virtual;

/// <summary>A listener of a virtual host.</summary>
sealed class VirtualStreamListener(
    VirtualHost host, NetAddress local, TlsIdentity? tls, VirtualEventLoop loop, Func<IStream, IStreamReceiver> accept) : IStreamListener
{
    public NetAddress Local { get; } = local;

    internal TlsIdentity? Tls => tls;

    internal VirtualEventLoop Loop => loop;

    internal bool IsOpen { get; private set; } = true;

    internal void Accept(VirtualStream stream) => stream.Receiver = accept(stream);

    public void Dispose()
    {
        IsOpen = false;
        host.Remove(this);
    }
}
