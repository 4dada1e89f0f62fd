using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Meetpoint.Commands;
using Meetpoint.Configuration;
using NodaTime;

namespace Meetpoint.Tests.Support;

/// <summary>A running exchange of the program in a folder of its own: its API on a loopback port and on the administration socket.</summary>
public sealed class TestExchange : IAsyncDisposable
{
    readonly Server _server;

    TestExchange(string folder, Server server)
    {
        Folder = folder;
        _server = server;
        Operator = OverSocket(Path.Combine(folder, "data", "admin.sock"));
        Network = new HttpClient { BaseAddress = server.ApiAddresses[0] };
    }

    public string Folder { get; }

    public Uri Address => _server.ApiAddresses[0];

    /// <summary>Where a SIP listener got its port.</summary>
    public System.Net.IPEndPoint SipAddress(string listener) => _server.Node.SipAddresses[listener].ToIPEndPoint();

    /// <summary>Over the administration socket.</summary>
    public HttpClient Operator { get; }

    /// <summary>Over TCP, without a key.</summary>
    public HttpClient Network { get; }

    public static async Task<TestExchange> StartAsync(bool withWorld = true, string more = "")
    {
        var folder = Directory.CreateTempSubdirectory("mp-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "meetpoint.yaml"), "exchange: albion.example\napi:\n  listen: 127.0.0.1:0\n" + more);
        var (configuration, faults) = ConfigurationReader.Read(await File.ReadAllTextAsync(Path.Combine(folder, "meetpoint.yaml")), folder);
        Assert.Empty(faults);
        var exchange = new TestExchange(folder, await Server.StartAsync(configuration, TestContext.Current.CancellationToken));
        await File.WriteAllTextAsync(Path.Combine(folder, "world.yaml"), Samples.Read("docs/reference/world.sample.yaml"));
        if (withWorld)
        {
            var (code, _, error) = await exchange.RunAsync("apply", "-f", "world.yaml");
            Assert.True(code == 0, error);
        }

        return exchange;
    }

    /// <summary>Runs a command in the exchange's folder.</summary>
    public Task<(int Code, string Out, string Error)> RunAsync(params string[] args) => CommandRun.InAsync(Folder, args);

    /// <summary>A client with a key made for it.</summary>
    public async Task<(HttpClient Client, string KeyId)> WithKeyAsync(string? provider)
    {
        var request = new JsonObject { ["name"] = "test" };
        if (provider is not null)
            request["provider"] = provider;
        var made = await Json(await Operator.PostAsync("/api/v1/keys", Body(request)));
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made["key"]!.GetValue<string>());
        return (client, made["id"]!.GetValue<string>());
    }

    public static StringContent Body(JsonNode json) => new(json.ToJsonString(), Encoding.UTF8, "application/json");

    public static async Task<JsonNode> Json(HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

    public async ValueTask DisposeAsync()
    {
        Operator.Dispose();
        Network.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    static HttpClient OverSocket(string path) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancel) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = new Uri("http://localhost/") };
}

/// <summary>Runs the command line as the program does, with its output caught.</summary>
static class CommandRun
{
    public static Task<(int Code, string Out, string Error)> InAsync(string folder, params string[] args) => InAsync(folder, [], args);

    public static async Task<(int Code, string Out, string Error)> InAsync(string folder, Dictionary<string, string> variables, string[] args)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var around = new Surroundings(
            folder, _ => null, output, error, new StringReader(""), IsTerminal: false, SystemClock.Instance, DateTimeZoneProviders.Tzdb["Europe/London"])
        {
            Variables = variables,
        };
        var code = await CommandLine.RunAsync(args, around, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Runs one that goes on until it is cancelled.</summary>
    public static Task<int> FollowAsync(string folder, TextWriter output, string[] args, CancellationToken cancel) => CommandLine.RunAsync(
        args, new Surroundings(folder, _ => null, output, output, new StringReader(""), IsTerminal: false, SystemClock.Instance, DateTimeZoneProviders.Tzdb["Europe/London"]), cancel);
}

/// <summary>What a command writes, line by line as it comes.</summary>
sealed class LineWriter : TextWriter
{
    readonly System.Threading.Channels.Channel<string> _lines = System.Threading.Channels.Channel.CreateUnbounded<string>();
    readonly StringBuilder _line = new();

    public override Encoding Encoding => Encoding.UTF8;

    public ValueTask<string> LineAsync(CancellationToken cancel) => _lines.Reader.ReadAsync(cancel);

    public override void Write(char value)
    {
        if (value == '\n')
        {
            _lines.Writer.TryWrite(_line.ToString());
            _line.Clear();
        }
        else
        {
            _line.Append(value);
        }
    }
}

/// <summary>Files of the repository.</summary>
static class Samples
{
    public static string PathOf(string path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Meetpoint.slnx")))
            folder = folder.Parent;
        return Path.Combine(folder!.FullName, path);
    }

    public static string Read(string path) => File.ReadAllText(PathOf(path));
}
