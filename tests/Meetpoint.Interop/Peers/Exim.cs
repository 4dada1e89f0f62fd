using System.Diagnostics;
using Meetpoint.Demo;
using Meetpoint.Net;

namespace Meetpoint.Interop.Peers;

/// <summary>Exim as a provider's mail server: takes mail for the domains of the world and lays it into one maildir.</summary>
sealed class Exim : IAsyncDisposable
{
    const string Account = "mail";

    readonly string _folder;
    readonly ChildProcess _process;

    Exim(string folder, ChildProcess process)
    {
        _folder = folder;
        _process = process;
    }

    /// <summary>Starts it in the foreground with configuration and spool of its own.</summary>
    public static async Task<Exim> StartAsync(NetAddress listen, params IReadOnlyList<string> domains)
    {
        var executable = RealPeer.Require("exim4", "exim4-daemon-light");
        // It gives up its privileges for a configuration that is not the system's, so as another user it could not read what root owns.
        if (!Environment.IsPrivilegedProcess)
            Assert.Skip("exim4 with a configuration of its own needs root to become its own user");
        var folder = RealPeer.NewFolder("exim");
        var configuration = Path.Combine(folder, "exim.conf");
        await File.WriteAllTextAsync(configuration, Configuration(folder, listen, domains));
        foreach (var child in (string[])["spool", "mail"])
            Directory.CreateDirectory(Path.Combine(folder, child));
        if (OperatingSystem.IsLinux()) // its own user must get at what is in it
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        using (var chown = Process.Start("chown", ["-R", $"{Account}:{Account}", Path.Combine(folder, "spool"), Path.Combine(folder, "mail")]))
            await chown.WaitForExitAsync();
        var process = await ChildProcess.StartAsync("Exim", folder, executable, "-C", configuration, "-bdf", "-q30s");
        await Expect.EventuallyAsync(
            () => Task.FromResult(IsListening(listen) ? "yes" : null), TimeSpan.FromSeconds(15), $"Exim to listen on {listen}", process.LogTail);
        return new Exim(folder, process);
    }

    /// <summary>The first mail to a recipient, waited for.</summary>
    public async Task<byte[]> MailToAsync(string recipient, TimeSpan limit) => await Expect.EventuallyAsync(
        async () =>
        {
            var box = Path.Combine(_folder, "mail", "new");
            foreach (var file in Directory.Exists(box) ? Directory.GetFiles(box) : [])
            {
                var mail = await File.ReadAllBytesAsync(file);
                if (System.Text.Encoding.Latin1.GetString(mail).Contains($"Envelope-to: {recipient}", StringComparison.OrdinalIgnoreCase))
                    return mail;
            }

            return null;
        },
        limit, $"Exim to take a mail to {recipient}", Log);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    string Log()
    {
        var main = Path.Combine(_folder, "spool", "mainlog");
        return File.Exists(main) ? File.ReadAllText(main) : _process.LogTail();
    }

    static bool IsListening(NetAddress listen) => System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties()
        .GetActiveTcpListeners().Any(end => end.Equals(listen.ToIPEndPoint()));

    static string Configuration(string folder, NetAddress listen, IReadOnlyList<string> domains) =>
        $"""
        primary_hostname = mail.example
        spool_directory = {folder}/spool
        log_file_path = {folder}/spool/%slog
        pid_file_path = {folder}/spool/exim.pid
        local_interfaces = <; [{listen.Host}]:{listen.Port}
        daemon_smtp_ports = {listen.Port}
        exim_user = {Account}
        exim_group = {Account}
        never_users =
        keep_environment =
        deliver_drop_privilege = true
        message_size_limit = 1M
        host_lookup =
        helo_lookup_domains =
        tls_advertise_hosts =
        rfc1413_query_timeout = 0s
        acl_smtp_rcpt = recipients
        acl_smtp_data = contents

        begin acl
        recipients:
          accept domains = {string.Join(" : ", domains)}
          deny message = relay not permitted
        contents:
          accept

        begin routers
        everybody:
          driver = accept
          transport = one_box

        begin transports
        one_box:
          driver = appendfile
          directory = {folder}/mail
          maildir_format
          user = {Account}
          group = {Account}
          envelope_to_add

        """;
}
