using System.Globalization;
using Meetpoint.Bench.Harness;
using Meetpoint.Bench.Sip;

namespace Meetpoint.Bench.Xmpp;

/// <summary>One receiver with its watchers and the server that sends to it.</summary>
sealed class XmppSide : IDisposable
{
    const int RestMs = 300;

    readonly string _name;
    readonly IXmppReceiver _receiver;
    readonly PresenceLoad _load;
    readonly List<Watcher> _watchers = [];
    readonly int _changes;

    public XmppSide(string name, IXmppReceiver receiver, HopCertificate sender, int changes)
    {
        (_name, _receiver, _changes) = (name, receiver, changes);
        _load = new PresenceLoad(receiver.Host, sender);
        try
        {
            for (var i = 0; i < XmppPlan.Watchers; i++)
            {
                var watcher = new Watcher(receiver.Host, PresenceLoad.NameOf(i));
                _watchers.Add(watcher);
                receiver.SignIn(watcher);
                watcher.Begin(_load.Arrived);
            }

            _load.Run(1);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Note => string.Create(CultureInfo.InvariantCulture, $"{_name}: {_receiver.ResidentBytes / 1_048_576.0:0} MiB resident at the end");

    /// <summary>Microseconds of the receiver's processes for each stanza.</summary>
    public Sample Run()
    {
        var before = _receiver.ProcessorNs;
        _load.Run(_changes);
        Pause.For(RestMs);
        return new Sample((_receiver.ProcessorNs - before) / 1_000.0 / ((double)_changes * XmppPlan.Watchers), null);
    }

    public void Dispose()
    {
        foreach (var watcher in _watchers)
            watcher.Dispose();
        _load.Dispose();
        _receiver.Dispose();
    }
}
