using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Meetpoint.Demo;

/// <summary>A mail that was received.</summary>
/// <param name="From">The envelope's sender, without angle brackets.</param>
/// <param name="Recipients">The envelope's recipients.</param>
/// <param name="Data">The message, dots unstuffed.</param>
sealed record ReceivedMail(string From, IReadOnlyList<string> Recipients, byte[] Data)
{
    /// <summary>The message as text; what is not ASCII in it is encoded.</summary>
    public string Text => Encoding.UTF8.GetString(Data);
}

/// <summary>
/// A mail server that takes everything and keeps it in memory: a subset of RFC 5321 for tests and the demonstration, so that what
/// is shown as sent was sent. EHLO, HELO, MAIL, RCPT, DATA, RSET, NOOP, QUIT and SIZE.
/// </summary>
sealed class SmtpSink : IAsyncDisposable
{
    /// <summary>Octets of a line (RFC 5321 section 4.5.3.1.6), with room for a careless client.</summary>
    const int MaxLineBytes = 4_096;

    const int MaxRecipients = 100;
    const int MaxConnections = 32;

    /// <summary>Mails kept; further ones are refused until some are taken.</summary>
    const int MaxMails = 10_000;

    static readonly TimeSpan IdleLimit = TimeSpan.FromMinutes(5);

    readonly TcpListener listener;
    readonly CancellationTokenSource stopping = new();
    readonly SemaphoreSlim connections = new(MaxConnections);
    readonly Channel<ReceivedMail> mails = Channel.CreateBounded<ReceivedMail>(MaxMails);
    readonly Action<ReceivedMail>? received;
    readonly int maxMailBytes;
    readonly Task accepting;

    SmtpSink(IPEndPoint address, Action<ReceivedMail>? received, int maxMailBytes)
    {
        this.received = received;
        this.maxMailBytes = maxMailBytes;
        listener = new TcpListener(address);
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)listener.LocalEndpoint;

    /// <summary>Gives a reply such as "550 5.1.1 no such user" for a recipient that is refused; null takes it.</summary>
    public Func<string, string?>? RecipientCheck { get; set; }

    /// <summary>Starts to listen; port 0 takes a free one.</summary>
    /// <param name="address">Where.</param>
    /// <param name="received">Called for every mail, before the client is told that it was taken.</param>
    /// <param name="maxMailBytes">Octets of a mail.</param>
    public static SmtpSink Start(IPEndPoint address, Action<ReceivedMail>? received = null, int maxMailBytes = 1 << 20) =>
        new(address, received, maxMailBytes);

    /// <summary>The next mail, in the order of arrival.</summary>
    public ValueTask<ReceivedMail> NextAsync(CancellationToken cancellationToken) => mails.Reader.ReadAsync(cancellationToken);

    /// <summary>The mails that nobody took yet.</summary>
    public int Waiting => mails.Reader.Count;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
        for (var i = 0; i < MaxConnections; i++)
            await connections.WaitAsync(CancellationToken.None);
        stopping.Dispose();
        connections.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                await connections.WaitAsync(stopping.Token);
                try
                {
                    var client = await listener.AcceptTcpClientAsync(stopping.Token);
                    _ = ServeAsync(client);
                }
                catch
                {
                    connections.Release();
                    throw;
                }
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
                await new Session(this, client.GetStream(), limit).RunAsync();
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException or SocketException)
        {
            // The client went away, was too slow, or the sink stops.
        }
        finally
        {
            connections.Release();
        }
    }

    bool Keep(ReceivedMail mail)
    {
        if (!mails.Writer.TryWrite(mail))
            return false;
        received?.Invoke(mail);
        return true;
    }

    /// <summary>One connection.</summary>
    sealed class Session(SmtpSink sink, Stream stream, CancellationTokenSource limit)
    {
        readonly PipeReader reader = PipeReader.Create(stream);
        readonly List<string> recipients = [];
        string? from;

        public async Task RunAsync()
        {
            await ReplyAsync("220 sink.example ESMTP");
            while (await LineAsync() is { } octets)
            {
                var line = Encoding.UTF8.GetString(octets);
                var verb = line.Split(' ', 2)[0].ToUpperInvariant();
                if (verb == "QUIT")
                {
                    await ReplyAsync("221 2.0.0 bye");
                    return;
                }

                await (verb switch
                {
                    "EHLO" => ReplyAsync($"250-sink.example\r\n250-8BITMIME\r\n250 SIZE {sink.maxMailBytes}"),
                    "HELO" => ReplyAsync("250 sink.example"),
                    "MAIL" => MailAsync(line),
                    "RCPT" => RecipientAsync(line),
                    "DATA" => DataAsync(),
                    "RSET" => ResetAsync(),
                    "NOOP" => ReplyAsync("250 2.0.0 ok"),
                    _ => ReplyAsync("502 5.5.1 not served"),
                });
            }
        }

        Task MailAsync(string line)
        {
            if (Path(line, "FROM:") is not { } path)
                return ReplyAsync("501 5.5.4 MAIL FROM:<address>");
            var size = line.Split(' ').FirstOrDefault(word => word.StartsWith("SIZE=", StringComparison.OrdinalIgnoreCase));
            if (size is not null && long.TryParse(size.AsSpan(5), out var octets) && octets > sink.maxMailBytes)
                return ReplyAsync("552 5.3.4 too large");
            from = path;
            recipients.Clear();
            return ReplyAsync("250 2.1.0 ok");
        }

        Task RecipientAsync(string line)
        {
            if (from is null)
                return ReplyAsync("503 5.5.1 MAIL first");
            if (Path(line, "TO:") is not { Length: > 0 } path)
                return ReplyAsync("501 5.5.4 RCPT TO:<address>");
            if (recipients.Count == MaxRecipients)
                return ReplyAsync("452 4.5.3 too many recipients");
            if (sink.RecipientCheck?.Invoke(path) is { } refusal)
                return ReplyAsync(refusal);
            recipients.Add(path);
            return ReplyAsync("250 2.1.5 ok");
        }

        async Task DataAsync()
        {
            if (recipients.Count == 0)
            {
                await ReplyAsync("503 5.5.1 RCPT first");
                return;
            }

            await ReplyAsync("354 go on");
            var data = new ArrayBufferWriter<byte>(4_096);
            var tooLarge = false;
            while (await LineAsync() is { } line)
            {
                if (line is [(byte)'.'])
                {
                    var reply = tooLarge ? "552 5.3.4 too large"
                        : sink.Keep(new ReceivedMail(from!, [.. recipients], data.WrittenSpan.ToArray())) ? "250 2.0.0 taken"
                        : "452 4.3.1 full";
                    Forget();
                    await ReplyAsync(reply);
                    return;
                }

                var octets = line is [(byte)'.', ..] ? line.AsMemory(1) : line;
                tooLarge |= data.WrittenCount + octets.Length + 2 > sink.maxMailBytes;
                if (tooLarge)
                    continue;
                data.Write(octets.Span);
                data.Write("\r\n"u8);
            }
        }

        Task ResetAsync()
        {
            Forget();
            return ReplyAsync("250 2.0.0 ok");
        }

        void Forget()
        {
            from = null;
            recipients.Clear();
        }

        static string? Path(string line, string keyword)
        {
            var at = line.IndexOf(keyword, StringComparison.OrdinalIgnoreCase);
            var open = at < 0 ? -1 : line.IndexOf('<', at);
            var close = open < 0 ? -1 : line.IndexOf('>', open);
            return close < 0 ? null : line[(open + 1)..close];
        }

        /// <summary>A line without its CRLF; null at the end, and when a line is too long, which ends the connection.</summary>
        async Task<byte[]?> LineAsync()
        {
            while (true)
            {
                limit.CancelAfter(IdleLimit);
                var result = await reader.ReadAsync(limit.Token);
                var buffer = result.Buffer;
                if (buffer.PositionOf((byte)'\n') is { } end)
                {
                    var line = buffer.Slice(0, end).ToArray();
                    reader.AdvanceTo(buffer.GetPosition(1, end));
                    return line is [.., (byte)'\r'] ? line[..^1] : line;
                }

                if (result.IsCompleted || buffer.Length > MaxLineBytes)
                    return null;
                reader.AdvanceTo(buffer.Start, buffer.End);
            }
        }

        Task ReplyAsync(string reply) => stream.WriteAsync(Encoding.ASCII.GetBytes(reply + "\r\n"), limit.Token).AsTask();
    }
}
