using Meetpoint.Demo;
using Meetpoint.Demo.Phones;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;

namespace Meetpoint.Interop.Registrar;

/// <summary>Real user agents register by digest, and are rung for a meeting over that registration.</summary>
public sealed class RegisteredRoomTests(RegistrarWorld world) : IClassFixture<RegistrarWorld>
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    [Theory]
    [InlineData("lounge", "udp", 3)]
    [InlineData("studio", "tcp", 4)]
    public async Task Baresip_Registered_IsRungForItsMeeting(string room, string transport, int number)
    {
        await using var phone = await StartAsync(room, transport, number);
        var registration = await world.RegisteredAsync(room, () => "no registration");
        Assert.StartsWith(transport + " ", (string?)registration["from"], StringComparison.Ordinal);
        Assert.Equal(1, (int?)registration["regId"]);

        var meeting = await world.MeetAsync(room);
        await phone.AnsweredAsync(Soon);
        await world.InAsync(meeting, room);
        await phone.EndedAsync(Soon);
    }

    [Theory]
    [InlineData("lounge", "udp", 3)]
    [InlineData("studio", "tcp", 4)]
    public async Task Baresip_Registered_IsCalledByANeighbour(string room, string transport, int number)
    {
        await using var phone = await StartAsync(room, transport, number);
        await world.RegisteredAsync(room, () => "no registration");
        using var caller = RawSip.Bind(world.Trunk, world.Albion.Party.Trunk);
        var invite = SipText.Invite($"sip:{room}@albion.example", caller.Local, "sip:carol@albion.example");
        caller.Send(invite.ToString());
        var answer = await caller.AnswerAsync("1 INVITE");
        Assert.Equal(200, SipText.Status(answer));
        var routes = string.Concat(answer.Split("\r\n").Where(line => line.StartsWith("Record-Route:", StringComparison.Ordinal)).Reverse()
            .Select(line => $"Route:{line["Record-Route:".Length..]}\r\n"));
        var contact = SipText.Header(answer, "Contact")!.Split('<', '>')[1];
        caller.Send((invite.Within(answer, "ACK", 1) with { Uri = contact, More = routes }).ToString());
        await phone.AnsweredAsync(Soon);
        caller.Send((invite.Within(answer, "BYE", 2) with { Uri = contact, More = routes }).ToString());
        Assert.Equal(200, SipText.Status(await caller.AnswerAsync("2 BYE")));
        await phone.EndedAsync(Soon);
    }

    [Fact]
    public async Task Baresip_ExchangeKilled_IsRungAllTheSame()
    {
        await using var phone = await StartAsync("attic", "udp", 5);
        var before = await world.RegisteredAsync("attic", () => "no registration");
        await world.Albion.Process.KillAsync();
        await world.Albion.StartAsync();
        var after = await world.RegisteredAsync("attic", () => "forgotten");
        Assert.Equal((string?)before["id"], (string?)after["id"]);
        Assert.Equal((string?)before["contact"], (string?)after["contact"]);

        var meeting = await world.MeetAsync("attic");
        await phone.AnsweredAsync(Soon);
        await world.InAsync(meeting, "attic");
    }

    [Fact]
    public async Task Linphone_Registered_IsRungForItsMeeting()
    {
        await using var phone = await LinphoneBridge.StartAsync(world.Albion.Party.Address(90, 5_060), world.Albion.Party.PhoneMediaPort(7));
        await phone.RegisterAsync("cellar@albion.example", $"sip:{world.Albion.Party.Sip}", RegistrarWorld.Secret);
        await world.RegisteredAsync("cellar", phone.LogTail);

        var meeting = await world.MeetAsync("cellar");
        await phone.CalledAsync(1);
        await world.InAsync(meeting, "cellar");
    }

    async Task<BaresipPhone> StartAsync(string room, string transport, int number)
    {
        var party = world.Albion.Party;
        var account = new PhoneAccount
        {
            Name = room,
            Address = $"{room}@albion.example",
            Listen = party.Phone(number),
            FirstMediaPort = party.PhoneMediaPort(number),
            NameServer = world.World.Plan.NameServer,
            DigestUser = room,
            DigestSecret = RegistrarWorld.Secret,
            Registrar = $"sip:{(transport == "tcp" ? world.SipTcp : party.Sip)};transport={transport}",
            ToneHz = 0,
            AnswersByItself = true,
        };
        return await BaresipPhone.StartAsync(account, Path.Combine(world.World.Folder, "phones", room), RealPeer.Require("baresip", "baresip"));
    }
}
