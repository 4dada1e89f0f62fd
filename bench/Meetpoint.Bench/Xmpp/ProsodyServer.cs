using System.Diagnostics;
using Meetpoint.Bench.Harness;
using Meetpoint.Bench.Sip;

namespace Meetpoint.Bench.Xmpp;

/// <summary>The peer: Prosody with its store in memory, and accounts that let everyone in.</summary>
sealed class ProsodyServer : IXmppReceiver
{
    const string Program = "/usr/bin/prosody";
    const string Account = "prosody";

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-bench-prosody-").FullName;
    readonly ChildProgram _program;

    public ProsodyServer(HopCertificate certificate)
    {
        foreach (var (from, to) in ((string, string)[])[(certificate.Certificate, "own.pem"), (certificate.Key, "own.key"), (certificate.Authority, "trusted.pem")])
            File.Copy(from, Path.Combine(_folder, to));
        var configuration = Path.Combine(_folder, "prosody.cfg.lua");
        File.WriteAllText(configuration, Configuration(_folder));
        // It refuses to run as root.
        using (var own = Process.Start("chown", ["-R", $"{Account}:{Account}", _folder]))
            own.WaitForExit();
        _program = new ChildProgram("setpriv", ["--reuid", Account, "--regid", Account, "--clear-groups", "--", Program, "-F", "--config", configuration]);
        try
        {
            Receivers.WaitFor(_program, Host, "Prosody");
        }
        catch
        {
            Directory.Delete(_folder, recursive: true);
            throw;
        }
    }

    /// <summary>True when it is on this machine, and may be run under its own account.</summary>
    public static bool IsInstalled => File.Exists(Program) && Environment.IsPrivilegedProcess;

    public string Host => XmppPlan.Prosody;

    public long ProcessorNs => _program.ProcessorNs;

    public long ResidentBytes => _program.ResidentBytes;

    public string Tail => _program.Tail;

    public void SignIn(Watcher watcher) => watcher.SignIn(registers: false);

    public void Dispose()
    {
        _program.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    static string Configuration(string folder) =>
        $$"""
        pidfile = "{{folder}}/pid"
        data_path = "{{folder}}"
        storage = "memory"
        log = { { levels = { min = "warn" }, to = "console" } }
        modules_enabled = { "roster", "saslauth", "disco", "tls", "dialback", "presence", "message", "iq", "c2s", "s2s", "s2s_auth_certs" }
        modules_disabled = { "limits", "offline" }
        c2s_interfaces = { "{{XmppPlan.Prosody}}" }
        s2s_interfaces = { "{{XmppPlan.Prosody}}" }
        c2s_ports = { {{XmppPlan.WatcherPort}} }
        s2s_ports = { {{XmppPlan.ServerPort}} }
        c2s_require_encryption = false
        allow_unencrypted_plain_auth = true
        authentication = "insecure"
        insecure_open_authentication = "Yes please, I know what I'm doing!"
        s2s_require_encryption = true
        s2s_secure_auth = true
        ssl = { certificate = "{{folder}}/own.pem"; key = "{{folder}}/own.key"; cafile = "{{folder}}/trusted.pem" }
        VirtualHost "{{XmppPlan.ReceiverDomain}}"

        """;
}
