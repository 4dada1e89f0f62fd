using System.Net;
using System.Net.Sockets;
using Meetpoint.Configuration;
using Meetpoint.Exchange.Nni;
using Meetpoint.Hosting;
using Meetpoint.Net;
using Npgsql;

namespace Meetpoint.Commands;

/// <summary>What a sound configuration needs of the machine and does not find: ports, key file, database.</summary>
/// <remarks>Warnings and not faults: a port is in use while the exchange runs, and the check may run elsewhere.</remarks>
static class MachineCheck
{
    const int DatabaseSeconds = 3;

    public static async Task<IReadOnlyList<YamlFault>> LookAsync(ExchangeConfiguration configuration, CancellationToken cancel)
    {
        var warnings = new List<YamlFault>();
        for (var i = 0; i < configuration.Sip.Count; i++)
        {
            var listener = configuration.Sip[i];
            Port($"/sip/{i}/listen", listener.Listen, listener.Transport == "udp" ? ProtocolType.Udp : ProtocolType.Tcp, warnings);
        }

        Port("/nni/listen", configuration.NniListen, ProtocolType.Tcp, warnings);
        Port("/api/listen", configuration.ApiListen, ProtocolType.Tcp, warnings);
        if (System.Text.Encoding.UTF8.GetByteCount(configuration.AdminSocket) > AdminSocket.MaxPathBytes)
            warnings.Add(Warning("/api/socket", $"'{configuration.AdminSocket}' is longer than {AdminSocket.MaxPathBytes} bytes", "choose a shorter path"));
        else if (AdminSocket.IsListening(configuration.AdminSocket))
            warnings.Add(Warning("/api/socket", "an exchange is running there", ""));
        Key(configuration, warnings);
        Recordings(configuration.Recordings, warnings);
        await DatabaseAsync(configuration, warnings, cancel);
        return warnings;
    }

    static void Port(string path, NetAddress address, ProtocolType protocol, List<YamlFault> warnings)
    {
        if (!address.IsSet || address.Port == 0)
            return;
        var end = IPEndPoint.Parse(address.ToString());
        using var probe = new Socket(end.AddressFamily, protocol == ProtocolType.Udp ? SocketType.Dgram : SocketType.Stream, protocol);
        try
        {
            probe.Bind(end);
        }
        catch (SocketException exception)
        {
            var (message, mend) = exception.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => ($"{address} is in use", "end what uses it, or choose another port"),
                SocketError.AddressNotAvailable => ($"{address} is no address of this machine", "choose one of 'ip address'"),
                SocketError.AccessDenied => ($"{address} needs a privilege", "choose a port above 1023, or give CAP_NET_BIND_SERVICE"),
                _ => ($"{address}: {exception.Message}", ""),
            };
            warnings.Add(Warning(path, message, mend));
        }
    }

    static void Key(ExchangeConfiguration configuration, List<YamlFault> warnings)
    {
        if (!File.Exists(configuration.IdentityKeyPath))
            return;
        try
        {
            IdentityKey.LoadOrCreate(configuration.IdentityKeyPath).Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            warnings.Add(Warning("/data", exception.Message, "mend it before the exchange is started"));
        }
    }

    /// <summary>Of the folder what there is: the exchange makes the rest with the first recording.</summary>
    static void Recordings(RecordingsConfiguration recordings, List<YamlFault> warnings)
    {
        if (recordings.Megabytes == 0)
            return;
        var folder = Path.GetFullPath(recordings.Folder);
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } above)
            folder = above;
        var free = new DriveInfo(folder).AvailableFreeSpace >> 20;
        if (free < recordings.Megabytes)
            warnings.Add(Warning("/recordings/megabytes", $"'{folder}' has {free} MB free, less than {recordings.Megabytes}", "make room, set fewer, or choose another folder"));
    }

    static async Task DatabaseAsync(ExchangeConfiguration configuration, List<YamlFault> warnings, CancellationToken cancel)
    {
        if (configuration.Postgres is null)
            return;
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(configuration.Postgres) { Timeout = DatabaseSeconds, Pooling = false };
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(cancel);
        }
        catch (Exception exception) when (exception is NpgsqlException or ArgumentException or TimeoutException)
        {
            warnings.Add(Warning("/store/postgres", $"the database is not to be reached: {exception.Message}", "start it, or mend the connection string"));
        }
    }

    static YamlFault Warning(string path, string message, string mend) => new(0, 0, path, message, mend);
}
