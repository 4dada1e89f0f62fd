using Meetpoint.Bench.Harness;
using Meetpoint.Bench.Startup;

namespace Meetpoint.Bench.Sip;

/// <summary>Ours: <c>meetpoint serve</c> as it was built, with its store in SQLite and all that it does by default.</summary>
sealed class ExchangeServer : IMeasured
{
    const string WorldName = "world.yaml";

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-bench-exchange-").FullName;
    readonly StartedServer _server;

    public ExchangeServer(ExchangeLayout layout, int? processor = null)
        : this(layout.Configuration(StartedServer.Socket), layout.World, processor)
    {
    }

    /// <param name="configuration">Its configuration file, with <see cref="StartedServer.Socket"/> for administration.</param>
    /// <param name="world">The world that it is handed.</param>
    /// <param name="processor">The processor that it is held to; null for all.</param>
    public ExchangeServer(string configuration, string world, int? processor = null)
    {
        File.WriteAllText(Path.Combine(_folder, StartedServer.ConfigurationName), configuration);
        File.WriteAllText(Path.Combine(_folder, WorldName), world);
        _server = StartedServer.Start(PublishedProgram.BuiltBeside, _folder, processor);
        try
        {
            _server.WaitUntilReady();
            _server.Apply(WorldName);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Its process.</summary>
    public int Id => _server.Program.Id;

    public long ProcessorNs => _server.Program.ProcessorNs;

    public long ResidentBytes => _server.Program.ResidentBytes;

    public string Tail => _server.Program.Tail;

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
