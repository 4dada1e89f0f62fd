using System.Net.Sockets;
using System.Text;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Refusals;

namespace Meetpoint.Interop.BadInput;

/// <summary>Broken SIP and SDP from a sender that is known: an answer in SIP, a log line, and everything else goes on.</summary>
[Collection(BorderCollection.Name)]
public sealed class SipTests(BorderWorld border)
{
    const int Seed = 4475;

    static readonly string Vectors = Path.Combine(RepositoryRoot.Path, "tests", "vectors", "sip", "rfc4475");

    /// <summary>Messages of RFC 4475 that must be refused with 400, or 505 where the version is the fault.</summary>
    public static TheoryData<string> Refused =>
    [
        "badinv01", "clerr", "ncl", "scalar02", "ltgtruri", "lwsstart", "badvers", "mismatch01", "mismatch02", "insuf", "quotbal", "lwsruri", "baddn",
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Udp_TortureMessage_IsLoggedAndEverythingElseGoesOn(string name)
    {
        using var trunk = RawSip.Bind(border.OwnTrunk, border.Albion.Party.Trunk);
        var mark = border.Log.Mark();

        trunk.Send(Vector(name));

        await border.Log.LinesAsync(mark, "[1100] sip.malformed", border.OwnTrunk.Host);
        // What the broken one was answered with, if anything, is passed over by its CSeq.
        trunk.Send((new SipText("OPTIONS", "sip:albion.example", trunk.Local) with { Sequence = 4_475 }).ToString());
        Assert.Equal(200, SipText.Status(await trunk.AnswerAsync("4475 OPTIONS")));
    }

    [Fact]
    public async Task Udp_MalformedHeader_Is400()
    {
        using var trunk = RawSip.Bind(border.OwnTrunk, border.Albion.Party.Trunk);
        var broken = new SipText("OPTIONS", "sip:albion.example", trunk.Local).ToString().Replace("CSeq: 1 OPTIONS", "CSeq: one OPTIONS", StringComparison.Ordinal);

        trunk.Send(broken);

        Assert.StartsWith("SIP/2.0 400 ", await trunk.ReceiveAsync("a 400"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Udp_RandomBytesAndMutations_LeaveACallAndMemoryAsTheyWere()
    {
        await using var call = await LiveCall.StartAsync(border);
        using var trunk = RawSip.Bind(border.OwnTrunk, border.Albion.Party.Trunk);
        var random = new Random(Seed);
        var whole = Encoding.UTF8.GetBytes(SipText.Invite("sip:dora@nowhere.example", trunk.Local, "sip:carol@albion.example").ToString());
        for (var i = 0; i < 5_000; i++)
        {
            var bytes = i % 2 == 0 ? new byte[random.Next(1, 2_000)] : whole.ToArray();
            if (i % 2 == 0)
                random.NextBytes(bytes);
            else
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            trunk.Send(bytes);
        }

        await call.GoesOnAsync();
    }

    [Theory]
    [InlineData("v=0\r\nno SDP\r\n", 400)]
    [InlineData("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 5000 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n", 488)]
    [InlineData("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 99999999 RTP/AVP 0\r\n", 400)]
    public async Task Invite_WithSdpThatCannotBeTaken_IsRefusedInSip(string sdp, int status)
    {
        var (_, code) = await border.MeetAsync("Bad SDP");
        using var trunk = RawSip.Bind(border.OwnTrunk, border.Albion.Party.Trunk);

        var answer = await trunk.InviteAsync(SipText.Invite($"sip:{code}@albion.example", trunk.Local, "sip:carol@albion.example") with { Body = sdp });

        Assert.Equal(status, SipText.Status(answer));
    }

    [Theory]
    [InlineData("clerr")]
    [InlineData("badinv01")]
    [InlineData("ncl")]
    public async Task Tcp_TortureMessage_IsLoggedAndNothingElseSuffers(string name)
    {
        using var socket = await UnknownSenderTests.ConnectAsync(border.SipTcp, border.OwnTrunk);
        var mark = border.Log.Mark();

        await socket.SendAsync(Vector(name));
        socket.Shutdown(SocketShutdown.Send);

        await ReadToEndAsync(socket);
        await border.Log.LinesAsync(mark, "[1100] sip.malformed", border.OwnTrunk.Host);
        await OptionsAsync();
    }

    [Fact]
    public async Task Tcp_AHeaderOfAMegabyte_IsRefusedAndClosedWithoutBeingKept()
    {
        await using var call = await LiveCall.StartAsync(border);
        using var socket = await UnknownSenderTests.ConnectAsync(border.SipTcp, border.OwnTrunk);
        var mark = border.Log.Mark();
        var head = new SipText("OPTIONS", "sip:albion.example", border.OwnTrunk) { Transport = "TCP" }.ToString().Split("Content-Length")[0];

        await PourAsync(socket, Encoding.ASCII.GetBytes(head + "Subject: "), 1 << 20);

        var answer = await ReadToEndAsync(socket);
        Assert.True(answer.Length == 0 || answer.StartsWith("SIP/2.0 513", StringComparison.Ordinal) || answer.StartsWith("SIP/2.0 400", StringComparison.Ordinal), answer);
        await border.Log.LinesAsync(mark, "[1100] sip.malformed MessageTooLarge");
        await call.GoesOnAsync();
    }

    [Fact]
    public async Task Tcp_ABodyOfAHundredMegabytes_IsRefusedByItsLengthAlone()
    {
        await using var call = await LiveCall.StartAsync(border);
        using var socket = await UnknownSenderTests.ConnectAsync(border.SipTcp, border.OwnTrunk);
        var mark = border.Log.Mark();
        var request = new SipText("OPTIONS", "sip:albion.example", border.OwnTrunk) { Transport = "TCP" }.ToString()
            .Replace("Content-Length: 0", "Content-Length: 104857600", StringComparison.Ordinal);

        await PourAsync(socket, Encoding.ASCII.GetBytes(request), 100 << 20);

        await ReadToEndAsync(socket);
        await border.Log.LinesAsync(mark, "[1100] sip.malformed BodyTooLarge");
        await call.GoesOnAsync();
    }

    async Task OptionsAsync()
    {
        using var trunk = RawSip.Bind(border.OwnTrunk, border.Albion.Party.Trunk);
        trunk.Send(new SipText("OPTIONS", "sip:albion.example", trunk.Local).ToString());
        Assert.Equal(200, SipText.Status(await trunk.AnswerAsync("1 OPTIONS")));
    }

    /// <summary>Sends the start and then filler until it is refused, at most this much.</summary>
    static async Task PourAsync(Socket socket, byte[] start, int bytes)
    {
        var filler = new byte[64 << 10];
        filler.AsSpan().Fill((byte)'a');
        using var bound = new CancellationTokenSource(BorderWorld.Soon);
        try
        {
            await socket.SendAsync(start, bound.Token);
            for (var sent = 0; sent < bytes; sent += filler.Length)
                await socket.SendAsync(filler, bound.Token);
        }
        catch (SocketException)
        {
            // Closed in the middle: that is the point.
        }
    }

    static async Task<string> ReadToEndAsync(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[4_096];
        using var bound = new CancellationTokenSource(BorderWorld.Soon);
        try
        {
            while (await socket.ReceiveAsync(buffer, bound.Token) is > 0 and var length)
                text.Append(Encoding.ASCII.GetString(buffer, 0, length));
        }
        catch (SocketException)
        {
            // A reset is an end as well.
        }

        return text.ToString();
    }

    /// <summary>A message as it goes on the wire: text whose LF becomes CRLF, or a .bin as it stands.</summary>
    internal static byte[] VectorOf(string folder, string name) => File.Exists(Path.Combine(folder, name + ".bin"))
        ? File.ReadAllBytes(Path.Combine(folder, name + ".bin"))
        : Encoding.Latin1.GetBytes(File.ReadAllText(Path.Combine(folder, name + ".txt"), Encoding.Latin1).Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal));

    static byte[] Vector(string name) => VectorOf(Vectors, name);

    internal static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Meetpoint.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests do not stand in the repository");
        return folder;
    }
}
