using Meetpoint.Bench.Harness;
using Meetpoint.Bench.Startup;

namespace Meetpoint.Bench.Sip;

/// <summary>Ours: <c>meetpoint serve</c> as it was built, with its store in SQLite and all that it does by default.</summary>
sealed class ExchangeServer : IMeasured
{
    const string WorldName = "world.yaml";

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-bench-sip-").FullName;
    readonly StartedServer _server;

    public ExchangeServer(ExchangeLayout layout, int? processor = null)
    {
        File.WriteAllText(Path.Combine(_folder, StartedServer.ConfigurationName), layout.Configuration(StartedServer.Socket));
        File.WriteAllText(Path.Combine(_folder, WorldName), layout.World);
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
