using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Meetpoint.Exchange.Meetings.Live.Browsers;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Net;

namespace Meetpoint.Configuration;

/// <summary>Reads meetpoint.yaml, and finds every fault in it at once.</summary>
static partial class ConfigurationReader
{
    /// <summary>Browsers take long to gather from many relays, and say so beyond four.</summary>
    const int MaxRelayUrls = 4;

    const int MinRelaySecret = 16;

    static readonly Dictionary<string, string> NoVariables = [];

    /// <summary>Reads the file, and the environment over it.</summary>
    /// <param name="text">The file.</param>
    /// <param name="folder">Its folder, from which relative paths go.</param>
    /// <param name="variables">The environment; null for none.</param>
    public static ConfigurationReading Read(string text, string folder, IReadOnlyDictionary<string, string>? variables = null)
    {
        var tree = YamlTree.Parse(text);
        tree.Override(variables ?? NoVariables);
        var faults = new List<YamlFault>(tree.Faults);
        var values = new OrderedDictionary<string, ConfigurationValue>(StringComparer.Ordinal);
        var root = new Section(tree, tree.Root, "", faults, values);
        var data = Path.Combine(folder, root.Text("data", "data")!);
        var store = root.Child("store");
        var api = root.Child("api");
        var nni = root.Child("nni");
        var media = root.Child("media");
        var meetings = root.Child("meetings");
        var quality = root.Child("quality");
        var trace = root.Child("trace");
        var recordings = root.Child("recordings");
        var configuration = new ExchangeConfiguration
        {
            Exchange = root.Required("exchange", "the domain name of this exchange, such as albion.example").ToLowerInvariant(),
            DataFolder = data,
            Postgres = store.Secret("postgres"),
            StoreNode = store.Text("node", "node-1")!,
            ApiListen = api.Text("listen") is null ? NetAddress.None : api.Address("listen", null, "address and port, such as 127.0.0.1:8080"),
            PublicUrl = HttpUrl(api, "public_url", api.Text("public_url")),
            AdminSocket = Path.Combine(folder, api.Text("socket", Path.Combine(data, "admin.sock"))!),
            NniListen = nni.IsPresent ? nni.Address("listen", null, "address and port, such as 192.0.2.1:7443") : NetAddress.None,
            TlsNames = nni.Texts("names"),
            Sip = [.. root.Children("sip").Select(section => Listener(section, folder))],
            Xmpp = Xmpp(root.Child("xmpp"), folder),
            Radius = [.. root.Children("radius").Select(section => RadiusListener(section, folder))],
            TrustedCertificates = Trusted(root, folder),
            MediaAddress = media.Address("address", "127.0.0.1:0", "an address of this machine"),
            MediaPortFirst = media.Number("first_port", 20_000, 1_024, 65_534),
            MediaPortLast = media.Number("last_port", 29_999, 1_025, 65_535),
            MediaThreads = media.Number("threads", 1, 1, 64),
            NameServers = [.. root.Texts("name_servers").Select((text, i) => Server(root, text, i))],
            Relays = Relays(root.Child("turn")),
            Mail = Mail(root.Child("mail")),
            EntryNumber = meetings.Text("entry_number"),
            EntryUser = meetings.Text("entry_user", "meet")!,
            Ports = meetings.Number("ports", 1_000, 2, 1_000_000),
            QualityPoorBelow = quality.Fraction("poor_below", 3.1, 1, 4.5),
            QualityAlarmWindows = quality.Number("alarm_windows", 2, 1, 60),
            Recordings = new RecordingsConfiguration(
                Path.Combine(folder, recordings.Text("folder", Path.Combine(data, "recordings"))!), recordings.Number("keep_days", 30, 1, 3_650),
                recordings.Number("megabytes", 10_240, 0, 100_000_000)),
            TraceMegabytes = trace.Number("megabytes", 64, 0, 1_024),
        };
        if (configuration.MediaPortLast <= configuration.MediaPortFirst)
            media.Fault("last_port", "is not after first_port", "leave four ports a participant");
        if (configuration.EntryNumber is { } number && !(number.StartsWith('+') && number.Length > 4 && number.Skip(1).All(char.IsAsciiDigit)))
            meetings.Fault("entry_number", $"'{number}' is no E.164 number", "\"+442079460000\", in quotes");
        if (configuration.Exchange.Length > 0 && Uri.CheckHostName(configuration.Exchange) != UriHostNameType.Dns)
            root.Fault("exchange", $"'{configuration.Exchange}' is no domain name", "such as albion.example");
        foreach (var section in (ReadOnlySpan<Section>)[store, api, nni, media, meetings, quality, recordings, trace, root])
            section.RejectUnknown();
        return new ConfigurationReading(configuration, [.. faults.OrderBy(fault => fault.Line).ThenBy(fault => fault.Column)]) { Values = [.. values.Values] };
    }

    static SipListenerConfiguration Listener(Section section, string folder)
    {
        var transport = section.Choice("transport", "udp", "udp", "tcp", "tls");
        var listener = new SipListenerConfiguration(
            section.Text("name", transport)!, transport,
            section.Address("listen", null, "address and port, such as 192.0.2.1:5060"), section.Text("sent_by"),
            PathOf(section, "certificate", folder), PathOf(section, "key", folder));
        section.RejectUnknown();
        CheckShown(section, transport == "tls", listener.Certificate, listener.Key);
        return listener;
    }

    static RadiusListenerConfiguration RadiusListener(Section section, string folder)
    {
        var isTls = section.Choice("transport", "udp", "udp", "tls") == "tls";
        var listener = new RadiusListenerConfiguration(
            section.Text("name", isTls ? "radius-tls" : "radius")!, isTls, section.Address("listen", null, $"address and port, such as 192.0.2.1:{(isTls ? 2083 : 1812)}"),
            section.Text("accounting") is null ? NetAddress.None : section.Address("accounting", null, "address and port, such as 192.0.2.1:1813"),
            section.Text("dynamic") is null ? NetAddress.None : section.Address("dynamic", null, "address and port, such as 192.0.2.1:3799"),
            PathOf(section, "certificate", folder), PathOf(section, "key", folder));
        section.RejectUnknown();
        if (isTls && (listener.Accounting.IsSet || listener.Dynamic.IsSet))
            section.Fault(listener.Accounting.IsSet ? "accounting" : "dynamic", "over TLS all comes in at one port", "take it out");
        CheckShown(section, isTls, listener.Certificate, listener.Key);
        return listener;
    }

    /// <summary>What a listener shows in TLS: certificate and key together, or neither.</summary>
    static void CheckShown(Section section, bool isTls, string? certificate, string? key)
    {
        if (certificate is null != key is null)
            section.Fault(key is null ? "key" : "certificate", "a certificate and its key go together", "give both files, or neither");
        else if (certificate is not null && !isTls)
            section.Fault("certificate", "a listener without TLS shows no certificate", "take it out, or set 'transport: tls'");
        else if (certificate is not null && key is not null)
            CheckCertificate(section, certificate, key);
    }

    static XmppConfiguration? Xmpp(Section section, string folder)
    {
        if (!section.IsPresent)
            return null;
        var xmpp = new XmppConfiguration(
            section.Address("listen", null, "address and port, such as 192.0.2.1:5269"),
            section.Text("direct_tls") is null ? NetAddress.None : section.Address("direct_tls", null, "address and port, such as 192.0.2.1:5270"),
            PathOf(section, "certificate", folder), PathOf(section, "key", folder));
        section.RejectUnknown();
        if (xmpp.Certificate is null != xmpp.Key is null)
            section.Fault(xmpp.Key is null ? "key" : "certificate", "a certificate and its key go together", "give both files, or neither");
        else if (xmpp is { Certificate: { } certificate, Key: { } key })
            CheckCertificate(section, certificate, key);
        else if (xmpp.DirectTls.IsSet)
            section.Fault("direct_tls", "there is no certificate to show", "add 'certificate' and 'key'");
        return xmpp;
    }

    static string? PathOf(Section section, string key, string folder) => section.Text(key) is { } name ? Path.GetFullPath(name, Path.GetFullPath(folder)) : null;

    static void CheckCertificate(Section section, string certificate, string key)
    {
        try
        {
            _ = new TlsCertificate(certificate, key);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            section.Fault("certificate", $"cannot be taken: {error.Message}", "PEM files: the certificate with its intermediates, and its key");
        }
    }

    static string? Trusted(Section root, string folder)
    {
        const string Key = "trusted_certificates";
        if (PathOf(root, Key, folder) is not { } file)
            return null;
        try
        {
            _ = TrustedPem.Parse(File.ReadAllText(file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            root.Fault(Key, $"'{file}' cannot be taken: {error.Message}", "a PEM file with one certificate after another");
        }

        return file;
    }

    /// <summary>A base address of HTTP; null, and a fault, for what is none. Nothing given is no fault here.</summary>
    static Uri? HttpUrl(Section section, string key, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" })
            return url;
        section.Fault(key, $"'{text}' is no http or https address that paths can stand below", "such as https://meet.albion.example/");
        return null;
    }

    static RelayOptions? Relays(Section section)
    {
        if (!section.IsPresent)
            return null;
        var (urls, secret, minutes) = (section.Texts("urls"), section.Secret("secret"), section.Number("minutes", 720, 10, 10_080));
        section.RejectUnknown();
        if (urls.Count is 0 or > MaxRelayUrls || !urls.All(static url => RelayUrl().IsMatch(url)))
            section.Fault("urls", $"these are not one to {MaxRelayUrls} addresses of relays", "such as [\"turn:relay.albion.example:3478\", \"turns:relay.albion.example:443?transport=tcp\"]");
        if (secret is null or { Length: < MinRelaySecret })
            section.Fault("secret", $"is missing, or has less than {MinRelaySecret} characters", "the static-auth-secret of the relay");
        return new RelayOptions(urls, secret ?? "", NodaTime.Duration.FromMinutes(minutes));
    }

    /// <summary>turn: and turns: (RFC 7065).</summary>
    [GeneratedRegex(@"^turns?:[A-Za-z0-9.\-\[\]:]+(\?transport=(udp|tcp))?$")]
    private static partial Regex RelayUrl();

    static MailConfiguration? Mail(Section section)
    {
        if (!section.IsPresent)
            return null;
        var mail = new MailConfiguration(
            section.Required("host", "name or address of the mail server"), section.Number("port", 25, 1, 65_535), section.Flag("starttls", false),
            section.Text("user"), section.Text("password_file"), section.Text("from", "meetings")!,
            section.Required("answer_url", "where invitees reach the API, such as https://meet.albion.example/"));
        HttpUrl(section, "answer_url", mail.AnswerUrl);
        if (mail.PasswordFile is { } file && (!File.Exists(file) || new FileInfo(file).Length == 0))
            section.Fault("password_file", $"'{file}' is missing or empty", "write the password into it, mode 0600");
        section.RejectUnknown();
        return mail;
    }

    static NetAddress Server(Section root, string text, int index)
    {
        if (NetAddress.TryParse(text, 53, out var address))
            return address;
        root.Fault($"name_servers/{index}", $"'{text}' is no address", "such as 192.0.2.53");
        return NetAddress.None;
    }
}
