using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Exchanges;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;
using Meetpoint.Radius.Realms;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Radius.Tests;

/// <summary>Paths that allocate nothing once warm.</summary>
public sealed class AllocationTests
{
    static readonly PacketSecurity _client = PacketSecurity.By(new SharedSecret("testing123"u8), MessageAuthenticatorRule.Always);
    static readonly PacketSecurity _server = PacketSecurity.By(new SharedSecret("homesecret"u8), MessageAuthenticatorRule.Always);

    /// <summary>A request from its arrival to its answer, with all that a hub keeps of it in between.</summary>
    [Fact]
    public void ARequestCarriedOverAHop_WithItsAnswer()
    {
        var clientMark = new RequestMark(RadiusCode.AccessRequest, 7, new RequestAuthenticator(1, 2));
        byte[] request = new byte[512], outgoing = new byte[RadiusPacket.MaxLength], answer = new byte[RadiusPacket.MaxLength], back = new byte[RadiusPacket.MaxLength];
        var writer = _client.BeginRequest(request, clientMark);
        var password = new byte[32];
        writer.TryWrite(AttributeType.UserName, "alice@home.example"u8);
        writer.TryWrite(AttributeType.UserPassword, password.AsSpan(0, UserPassword.Hide("correct horse"u8, _client.Secret!, clientMark.Authenticator, password)));
        var requestLength = _client.SignRequest(ref writer);

        var authenticators = new AuthenticatorSource(new SeededRandomness(1));
        var requests = new RequestTable<object>(new RequestTableOptions { QuarantineNs = 1 }, new Random(1));
        var duplicates = new DuplicateTable(new DuplicateTableOptions { AnsweredNs = 10 });
        var health = new ServerHealth(new ServerHealthOptions(), new Random(1));
        RealmTable<object>.TryBuild([new("*.example", new object())], out var realms, out _).ShouldBeTrue();
        var from = NetAddress.Parse("192.0.2.1:1812");
        var good = 0;
        Measure(2_000, 5_000, now =>
        {
            if (!RadiusPacket.TryParse(request.AsSpan(0, requestLength), out var packet, out _) || _client.VerifyRequest(packet) != PacketError.None)
                return;
            var mark = _client.MarkOf(packet) with { Id = (uint)now & 0xff };
            if (duplicates.Take(from, mark, now * 20, out _) != Arrival.New || !packet.TryFind(AttributeType.UserName, out var name)
                || !NetworkAccessId.TryParse(name.Value, out var id, out _) || realms!.Find(id.Realm) is not { } home || !requests.TryTake(now * 20, home, null, out var requestId))
            {
                return;
            }

            var serverMark = new RequestMark(packet.Code, requestId.Id, authenticators.Next());
            var forward = _server.BeginRequest(outgoing, serverMark);
            var filter = default(AttributeSet);
            if (!ForwardedPacket.TryCopy(packet, HopSide.Of(_client, clientMark), HopSide.Of(_server, serverMark), ref forward, HiddenAttributes.Standard, ref filter)
                || _server.SignRequest(ref forward) == 0)
            {
                return;
            }

            requests.SetMark(requestId, serverMark);
            var respond = _server.BeginResponse(answer, RadiusCode.AccessAccept, serverMark);
            respond.TryWrite(AttributeType.Class, "class"u8);
            var answerLength = _server.SignResponse(ref respond);
            if (!requests.TryFind(requestId, out _, out var found) || !RadiusPacket.TryParse(answer.AsSpan(0, answerLength), out var response, out _)
                || _server.VerifyResponse(response, found) != PacketError.None)
            {
                return;
            }

            requests.Release(requestId);
            health.Answered(1, now);
            var returned = _client.BeginResponse(back, response.Code, clientMark);
            if (!ForwardedPacket.TryCopy(response, HopSide.Of(_server, found), HopSide.Of(_client, clientMark), ref returned, HiddenAttributes.Standard, ref filter))
                return;
            var length = _client.SignResponse(ref returned);
            duplicates.Answer(from, mark, back.AsSpan(0, length), now * 20);
            good++;
        });
        good.ShouldBe(7_000);
    }

    static void Measure(int warmUp, int count, Action<long> step)
    {
        for (var i = 0; i < warmUp; i++)
            step(i);
        var before = Allocations.Begin();
        for (var i = 0; i < count; i++)
            step(warmUp + i);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0, "octets allocated");
    }
}
