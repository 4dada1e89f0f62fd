using System.Net;
using System.Net.NetworkInformation;
using Meetpoint.Bench.Harness;
using Meetpoint.Bench.Sip;
using Microsoft.Data.Sqlite;

namespace Meetpoint.Bench.Presence;

/// <summary>The peer: Kamailio's presence server with one worker, everything in memory.</summary>
sealed class KamailioPresence : IMeasured
{
    const string Program = "/usr/sbin/kamailio";
    const int StartMs = 15_000;

    /// <summary>It keeps each transaction for 5 s after its end, some 10 kB a NOTIFY: at 30,000 a second 512 MB were not enough.</summary>
    const string SharedMemoryMb = "4096";

    static readonly string[] _schemas = ["standard", "presence"];

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-bench-kamailio-").FullName;
    readonly ChildProgram _program;

    public KamailioPresence()
    {
        var database = Path.Combine(_folder, "presence.sqlite");
        using (var connection = new SqliteConnection($"Data Source={database};Pooling=False"))
        {
            connection.Open();
            foreach (var schema in _schemas)
            {
                using var create = connection.CreateCommand();
                create.CommandText = File.ReadAllText($"{Schemas}/{schema}-create.sql");
                create.ExecuteNonQuery();
            }
        }

        string[] told = [$"LISTEN=udp:{PresencePlan.Kamailio}:{PresencePlan.ServerPort}", $"DATABASE=\"sqlite:///{database}\"", $"SERVER=\"sip:{PresencePlan.Kamailio}:{PresencePlan.ServerPort}\""];
        _program = new ChildProgram(
            Program,
            ["-f", Path.Combine(AppContext.BaseDirectory, "Presence", "kamailio-presence.cfg"), "-DD", "-E", "-Y", _folder, "-m", SharedMemoryMb, "-M", "16", .. told.SelectMany(one => new[] { "-A", one })]);
        var address = IPAddress.Parse(PresencePlan.Kamailio);
        if (Pause.Until(() => _program.HasExited || IPGlobalProperties.GetIPGlobalProperties().GetActiveUdpListeners().Any(end => end.Address.Equals(address)), StartMs) && !_program.HasExited)
            return;
        var tail = Tail;
        Dispose();
        throw new IOException($"Kamailio does not come up: {tail}");
    }

    /// <summary>True when it is on this machine with the modules that it takes.</summary>
    public static bool IsInstalled => KamailioServer.IsInstalled && File.Exists($"{Schemas}/presence-create.sql")
        && Directory.EnumerateFiles("/usr/lib", "presence_xml.so", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }).Any();

    static string Schemas => "/usr/share/kamailio/db_sqlite";

    public long ProcessorNs => _program.ProcessorNs;

    public long ResidentBytes => _program.ResidentBytes;

    public string Tail => _program.Tail;

    public void Dispose()
    {
        _program.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
