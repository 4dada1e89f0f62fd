using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Exchanges;
using Meetpoint.Radius.Packets;
using Shouldly;

namespace Meetpoint.Radius.Tests.Exchanges;

public sealed class DuplicateTableTests
{
    const long Second = MonotonicTime.Second;
    static readonly NetAddress _client = NetAddress.Parse("192.0.2.1:40000");

    [Fact]
    public void Take_SameRequestAgain_IsDroppedThenAnsweredAlike()
    {
        var table = new DuplicateTable(new DuplicateTableOptions());
        table.Take(_client, Mark(1), 0, out _).ShouldBe(Arrival.New);
        table.Take(_client, Mark(1), 1, out _).ShouldBe(Arrival.InProgress);
        table.Take(NetAddress.Parse("192.0.2.1:40001"), Mark(1), 1, out _).ShouldBe(Arrival.New, "another source port is another request");
        table.Answer(_client, Mark(1), "answer"u8, Second);
        table.Take(_client, Mark(1), 2 * Second, out var answer).ShouldBe(Arrival.Answered);
        answer.SequenceEqual("answer"u8).ShouldBeTrue();
        table.Take(_client, Mark(1), (11 * Second) - 1, out _).ShouldBe(Arrival.Answered);
        table.Take(_client, Mark(1), 11 * Second, out _).ShouldBe(Arrival.New, "ten seconds after its answer it is forgotten");
        table.Bytes.ShouldBe(0);
    }

    [Fact]
    public void Take_OtherAuthenticatorUnderTheSameId_IsANewRequest()
    {
        var table = new DuplicateTable(new DuplicateTableOptions());
        table.Take(_client, Mark(1, 1), 0, out _).ShouldBe(Arrival.New);
        table.Answer(_client, Mark(1, 1), "one"u8, 0);
        table.Take(_client, Mark(1, 2), 1, out _).ShouldBe(Arrival.New);
        table.Answer(_client, Mark(1, 1), "late"u8, 2);
        table.Take(_client, Mark(1, 2), 3, out _).ShouldBe(Arrival.InProgress, "what came late answered the request before");
        table.Count.ShouldBe(1);
    }

    [Fact]
    public void Take_RequestNeverAnswered_MayBeTriedAgainAfterItsTime()
    {
        var table = new DuplicateTable(new DuplicateTableOptions());
        table.Take(_client, Mark(1), 0, out _);
        table.Take(_client, Mark(1), (30 * Second) - 1, out _).ShouldBe(Arrival.InProgress);
        table.Take(_client, Mark(1), 30 * Second, out _).ShouldBe(Arrival.New);
        table.Abandon(_client, Mark(1));
        table.Take(_client, Mark(1), 31 * Second, out _).ShouldBe(Arrival.New);
    }

    [Fact]
    public void Take_MoreThanTheLimit_TheOldestAnswerMakesRoomAndWorkDoesNot()
    {
        var table = new DuplicateTable(new DuplicateTableOptions { MaxEntries = 4 });
        for (byte i = 0; i < 4; i++)
            table.Take(_client, Mark(i), i, out _).ShouldBe(Arrival.New);
        table.Take(_client, Mark(9), 5, out _).ShouldBe(Arrival.NoRoom);
        table.Answer(_client, Mark(2), "x"u8, 6);
        table.Take(_client, Mark(9), 7, out _).ShouldBe(Arrival.New);
        table.Count.ShouldBe(4);
        table.Take(_client, Mark(0), 8, out _).ShouldBe(Arrival.InProgress);
    }

    [Fact]
    public void Answer_MoreOctetsThanTheLimit_TheOldestGo()
    {
        var table = new DuplicateTable(new DuplicateTableOptions { MaxBytes = 8_192 });
        for (byte i = 0; i < 200; i++)
        {
            table.Take(_client, Mark(i), i, out _);
            table.Answer(_client, Mark(i), new byte[1_000], i);
            table.Bytes.ShouldBeLessThanOrEqualTo(8_192);
        }

        table.Count.ShouldBe(8);
        table.Take(_client, Mark(199), 300, out var answer).ShouldBe(Arrival.Answered);
        answer.Length.ShouldBe(1_000);
    }

    static RequestMark Mark(byte id, ulong authenticator = 7) => new(RadiusCode.AccessRequest, id, new RequestAuthenticator(authenticator, id));
}
