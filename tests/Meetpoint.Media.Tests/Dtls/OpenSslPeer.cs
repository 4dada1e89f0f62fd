using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Meetpoint.Media.Dtls;
using Meetpoint.Net;

namespace Meetpoint.Media.Tests.Dtls;

/// <summary>The openssl program on the other side of a loopback socket, on real time.</summary>
sealed partial class OpenSslPeer : IDtlsOutput, IDisposable
{
    const string Program = "openssl";
    const long LimitNs = 20 * MonotonicTime.Second;

    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("dtls-peer");
    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    readonly DtlsCertificate _certificate = DtlsWorld.NewCertificate();
    EndPoint _peer = new IPEndPoint(IPAddress.Loopback, 0);
    Process? _process;
    int _sent;

    public OpenSslPeer()
    {
        Assert.SkipUnless(IsInstalled, "The openssl program is not here.");
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        File.WriteAllText(PathOf("cert.pem"), System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE", _certificate.CertificateDer.Span));
        File.WriteAllText(PathOf("key.pem"), System.Security.Cryptography.PemEncoding.WriteString("PRIVATE KEY", _certificate.ExportPkcs8()));
    }

    public DtlsFingerprint Fingerprint => _certificate.Fingerprint;

    /// <summary>Our datagrams that are lost, by number.</summary>
    public Predicate<int> Loses { get; init; } = _ => false;

    /// <summary>The 60 or 56 bytes that the program exported, in hexadecimal.</summary>
    public string KeyingMaterial { get; private set; } = "";

    public void StartClient(string profile) => StartProcess(
        $"s_client -dtls1_2 -connect 127.0.0.1:{((IPEndPoint)_socket.LocalEndPoint!).Port} -use_srtp {profile} {Keying(profile)} "
        + $"-cert {PathOf("cert.pem")} -key {PathOf("key.pem")}");

    public void SendDatagram(ReadOnlySpan<byte> datagram)
    {
        if (!Loses(_sent++))
        {
            _socket.SendTo(datagram, SocketFlags.None, _peer);
        }
    }

    /// <summary>Runs the endpoint until it is no longer in the handshake, then reads what the program printed.</summary>
    public async Task RunAsync(DtlsEndpoint endpoint)
    {
        endpoint.Start(Now);
        var buffer = new byte[4096];
        var endNs = Now + LimitNs;
        while (endpoint.State == DtlsState.Handshaking && Now < endNs)
        {
            var waitNs = Math.Clamp(endpoint.NextTimeoutNs - Now, 0, 100 * MonotonicTime.Millisecond);
            if (_socket.Poll((int)(waitNs / MonotonicTime.Microsecond), SelectMode.SelectRead))
            {
                var length = _socket.ReceiveFrom(buffer, ref _peer);
                endpoint.OnDatagram(buffer.AsSpan(0, length), Now);
            }
            endpoint.OnTimer(Now);
        }
        _process!.StandardInput.Close();
        var printed = await _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        KeyingMaterial = KeyingLine().Match(printed).Groups[1].Value;
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
        }
        _process?.Dispose();
        _socket.Dispose();
        _certificate.Dispose();
        _directory.Delete(recursive: true);
    }

    static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Any(directory => File.Exists(Path.Combine(directory, Program)));

    static long Now => TimeProvider.System.NowNs();

    static string Keying(string profile) =>
        $"-keymatexport EXTRACTOR-dtls_srtp -keymatexportlen {(profile.Contains("GCM", StringComparison.Ordinal) ? 56 : 60)}";

    [GeneratedRegex("Keying material: ([0-9A-F]+)")]
    private static partial Regex KeyingLine();

    string PathOf(string name) => Path.Combine(_directory.FullName, name);

    void StartProcess(string arguments) => _process = Process.Start(new ProcessStartInfo(Program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    });
}
