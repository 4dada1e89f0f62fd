using Meetpoint.Bench.Harness;
using Meetpoint.Bench.Sip;

namespace Meetpoint.Bench.Xmpp;

/// <summary>Ours: this program once more, as a <see cref="DeliveringServer"/>.</summary>
sealed class OwnReceiver : IXmppReceiver
{
    readonly ChildProgram _program;

    public OwnReceiver(HopCertificate certificate)
    {
        _program = new ChildProgram(OwnProgram.Path, OwnProgram.Arguments(DeliveringServer.Verb, certificate.Certificate, certificate.Key, certificate.Authority));
        Receivers.WaitFor(_program, Host, "our receiver");
    }

    public string Host => XmppPlan.Ours;

    public long ProcessorNs => _program.ProcessorNs;

    public long ResidentBytes => _program.ResidentBytes;

    public string Tail => _program.Tail;

    public void SignIn(Watcher watcher) => watcher.Write(watcher.Name + "\n");

    public void Dispose() => _program.Dispose();
}
