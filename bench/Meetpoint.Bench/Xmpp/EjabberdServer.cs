using System.Diagnostics;
using Meetpoint.Bench.Harness;
using Meetpoint.Bench.Sip;

namespace Meetpoint.Bench.Xmpp;

/// <summary>Another peer: ejabberd on a node of its own with one scheduler that does not spin, its accounts made as they sign in.</summary>
sealed class EjabberdServer : IXmppReceiver
{
    const string Program = "/usr/sbin/ejabberdctl";
    const string Account = "ejabberd";

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-bench-ejabberd-").FullName;
    readonly ChildProgram _program;

    public EjabberdServer(HopCertificate certificate)
    {
        File.WriteAllText(Path.Combine(_folder, "own.pem"), File.ReadAllText(certificate.Certificate) + File.ReadAllText(certificate.Key));
        File.Copy(certificate.Authority, Path.Combine(_folder, "trusted.pem"));
        File.WriteAllText(Path.Combine(_folder, "ejabberd.yml"), Configuration(_folder));
        // It writes its data and log under its own account.
        using (var own = Process.Start("chown", ["-R", $"{Account}:{Account}", _folder]))
            own.WaitForExit();
        string[] environment =
        [
            $"HOME={_folder}", $"EJABBERD_CONFIG_PATH={_folder}/ejabberd.yml", $"EJABBERD_LOG_PATH={_folder}/ejabberd.log", $"ERL_CRASH_DUMP={_folder}/crash.dump",
            "ERL_LIBS=/usr/lib/x86_64-linux-gnu",
        ];
        string[] node = ["erl", "-noinput", "+S", "1", "+sbwt", "none", "+sbwtdcpu", "none", "+sbwtdio", "none", "-mnesia", "dir", $"\"{_folder}/data\"", "-s", "ejabberd"];
        _program = new ChildProgram("setpriv", ["--reuid", Account, "--regid", Account, "--clear-groups", "--", "env", .. environment, .. node]);
        try
        {
            Receivers.WaitFor(_program, Host, "ejabberd");
        }
        catch
        {
            Directory.Delete(_folder, recursive: true);
            throw;
        }
    }

    /// <summary>True when it is on this machine, and may be run under its own account.</summary>
    public static bool IsInstalled => File.Exists(Program) && Environment.IsPrivilegedProcess;

    public string Host => XmppPlan.Ejabberd;

    public long ProcessorNs => _program.ProcessorNs;

    public long ResidentBytes => _program.ResidentBytes;

    public string Tail => _program.Tail;

    public void SignIn(Watcher watcher) => watcher.SignIn(registers: true);

    public void Dispose()
    {
        _program.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    static string Configuration(string folder) =>
        $$"""
        hosts: ["{{XmppPlan.ReceiverDomain}}"]
        loglevel: warning
        certfiles: ["{{folder}}/own.pem"]
        ca_file: "{{folder}}/trusted.pem"
        s2s_use_starttls: required
        auth_method: internal
        auth_password_format: plain
        registration_timeout: infinity
        acme: { auto: false }
        listen:
          - { port: {{XmppPlan.WatcherPort}}, ip: "{{XmppPlan.Ejabberd}}", module: ejabberd_c2s, starttls: false }
          - { port: {{XmppPlan.ServerPort}}, ip: "{{XmppPlan.Ejabberd}}", module: ejabberd_s2s_in }
        modules:
          mod_disco: {}
          mod_roster: {}
          mod_register: { access: all, ip_access: all, welcome_message: {} }

        """;
}
