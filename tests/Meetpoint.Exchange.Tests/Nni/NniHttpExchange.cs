using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Storage;
using Meetpoint.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Meetpoint.Exchange.Tests.Nni;

/// <summary>An exchange's NNI as a program would put it together: store, certificates, HTTPS both ways, a loop of its own.</summary>
sealed class NniHttpExchange : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("nni").FullName;
    readonly Channel<int> _heard = Channel.CreateUnbounded<int>();
    readonly ThreadEventLoop _loop;
    readonly SqlStore _store;
    readonly WebApplication _app;

    NniHttpExchange(string name, IdentityKey identity, NniNeighbour neighbour, Func<NetAddress> addressOfOther)
    {
        Neighbours = new NniNeighbours(neighbour);
        Certificates = new NniCertificates(identity, name, ["nni." + name, "sip." + name], Neighbours, TimeProvider.System, Events.Add);
        Transport = new HttpsNniTransport(
            Neighbours, Certificates, (_, _, _) => ValueTask.FromResult<IReadOnlyList<NetAddress>>([addressOfOther()]));
        _store = SqliteStore.Open(new SqliteStoreOptions(Path.Combine(_folder, "store.db")), NniNode.Migrations);
        _loop = new ThreadEventLoop("nni", TimeProvider.System, error => Events.Add(new NniEvent("test.loop_error", null, error.ToString())));
        var ids = new Ids(SystemClock.Instance);
        Node = new NniNode(new NniOptions
        {
            Exchange = name,
            Identity = identity,
            Neighbours = Neighbours,
            Store = _store,
            Transport = Transport,
            Loop = _loop,
            Clock = SystemClock.Instance,
            Jitter = new Random(1),
            NewId = () => ids.New("msg"),
            Events = Events.Add,
        });
        Node.Inbox.Handle("note", (transaction, message) =>
        {
            var n = message.Body["n"]!.GetValue<int>();
            transaction.AfterCommit(() => _heard.Writer.TryWrite(n));
        });
        Node.Questions.Handle("echo", (origin, question) =>
        {
            var answer = new JsonObject { ["origin"] = origin };
            foreach (var (key, value) in question)
                answer[key] = value?.DeepClone();
            return Task.FromResult(answer);
        });

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddEndpointsApiExplorer();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseNniTls(() => Certificates)));
        _app = builder.Build();
        _app.MapNni(Node.Server, Certificates);
    }

    public List<int> Heard { get; } = [];

    public ConcurrentBag<NniEvent> Events { get; } = [];

    public NniNeighbours Neighbours { get; }

    public NniCertificates Certificates { get; }

    public HttpsNniTransport Transport { get; }

    public NniNode Node { get; }

    public IServiceProvider Services => _app.Services;

    public Uri BaseAddress => new(
        _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public NetAddress Address => NetAddress.From(IPAddress.Loopback, BaseAddress.Port);

    public static async Task<NniHttpExchange> StartAsync(
        string name, IdentityKey identity, NniNeighbour neighbour, Func<NetAddress> addressOfOther)
    {
        var exchange = new NniHttpExchange(name, identity, neighbour, addressOfOther);
        await exchange._app.StartAsync();
        return exchange;
    }

    public Task SendAsync(string destination, int n) => _store.WriteAsync(transaction => Node.Outbox.Enqueue(
        transaction, destination, "note", new JsonObject { ["n"] = n }, SystemClock.Instance.GetCurrentInstant() + Duration.FromHours(1)));

    /// <summary>Waits until so many messages came in all.</summary>
    public async Task HeardAsync(int count)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (Heard.Count < count)
            Heard.Add(await _heard.Reader.ReadAsync(bound.Token));
    }

    public async ValueTask DisposeAsync()
    {
        Node.Stop();
        Transport.Dispose();
        await _app.DisposeAsync();
        _loop.Dispose();
        await _store.DisposeAsync();
        Certificates.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
