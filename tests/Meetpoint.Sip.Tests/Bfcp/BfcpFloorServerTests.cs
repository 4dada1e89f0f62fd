using Meetpoint.Sip.Bfcp;
using Shouldly;

namespace Meetpoint.Sip.Tests.Bfcp;

/// <summary>The floor control server towards one user: what it answers, and what it tells.</summary>
public sealed class BfcpFloorServerTests : IBfcpFloorPolicy
{
    const uint Conference = 0x01020304;

    static readonly BfcpFloorHolder _room = new(7, "Boardroom", "sip:room@albion.example");
    static readonly BfcpFloorHolder _other = new(9, "Zoë", "");

    readonly BfcpFloorServer _server;
    readonly BfcpEnd _end;
    bool _mayAsk = true;
    bool _isGrantedAtOnce = true;
    int _requests;
    int _releases;
    ushort _transaction;

    public BfcpFloorServerTests()
    {
        _server = new BfcpFloorServer(Conference, _room, this);
        _end = new BfcpEnd(isReliable: false, _server);
        _server.Attach(_end.Association);
    }

    [Fact]
    public void Request_WhoMayHaveIt_IsGrantedInTheAnswer()
    {
        var answer = Ask(BfcpPrimitive.FloorRequest, Floor(1)).ShouldHaveSingleItem();
        (answer.Primitive, answer.IsResponse, answer.RequestStatus).ShouldBe((BfcpPrimitive.FloorRequestStatus, true, ((ushort)1, BfcpRequestStatus.Granted)));
        _server.IsGranted.ShouldBeTrue();
    }

    [Fact]
    public void Request_DecidedElsewhere_IsPendingThenGranted()
    {
        _isGrantedAtOnce = false;
        Ask(BfcpPrimitive.FloorRequest, Floor(1)).ShouldHaveSingleItem().RequestStatus!.Value.Status.ShouldBe(BfcpRequestStatus.Pending);
        _server.SetHolder(_room, 0);
        var told = _end.Take().ShouldHaveSingleItem();
        (told.IsResponse, told.RequestStatus).ShouldBe((false, ((ushort)1, BfcpRequestStatus.Granted)));
        told.Transaction.ShouldNotBe((ushort)0, "over datagrams what a server tells is a transaction");
    }

    [Fact]
    public void Granted_AnotherTakesTheFloor_IsRevoked_AndMayAskAgain()
    {
        Ask(BfcpPrimitive.FloorRequest, Floor(1));
        _server.SetHolder(_other, 0);
        _end.Take().ShouldHaveSingleItem().RequestStatus.ShouldBe(((ushort)1, BfcpRequestStatus.Revoked));
        _server.IsGranted.ShouldBeFalse();
        Acknowledge();
        Ask(BfcpPrimitive.FloorRequest, Floor(1)).ShouldHaveSingleItem().RequestStatus!.Value.Status.ShouldBe(BfcpRequestStatus.Granted);
    }

    [Fact]
    public void Pending_NobodyDecides_IsDenied()
    {
        _isGrantedAtOnce = false;
        Ask(BfcpPrimitive.FloorRequest, Floor(1));
        _server.Deny(0);
        _end.Take().ShouldHaveSingleItem().RequestStatus!.Value.Status.ShouldBe(BfcpRequestStatus.Denied);
    }

    [Fact]
    public void Request_WhoMayNotHaveIt_IsDenied()
    {
        _mayAsk = false;
        Ask(BfcpPrimitive.FloorRequest, Floor(1)).ShouldHaveSingleItem().RequestStatus!.Value.Status.ShouldBe(BfcpRequestStatus.Denied);
        _server.IsPending.ShouldBeFalse();
    }

    [Fact]
    public void Release_GivesItBack()
    {
        Ask(BfcpPrimitive.FloorRequest, Floor(1));
        Ask(BfcpPrimitive.FloorRelease, Request(1)).ShouldHaveSingleItem().RequestStatus.ShouldBe(((ushort)1, BfcpRequestStatus.Released));
        _releases.ShouldBe(1);
        ErrorOf(Ask(BfcpPrimitive.FloorRelease, Request(1))).ShouldBe(BfcpErrorCode.NoSuchFloorRequest);
    }

    [Fact]
    public void Query_IsToldWhoHasTheFloor_AndOfEveryChange()
    {
        _server.SetHolder(_other, 0);
        var status = Ask(BfcpPrimitive.FloorQuery, Floor(1)).ShouldHaveSingleItem();
        (status.Primitive, HolderOf(status)).ShouldBe((BfcpPrimitive.FloorStatus, (9, "Zoë")));
        _server.SetHolder(null, 0);
        var nobody = _end.Take().ShouldHaveSingleItem();
        nobody.Find(BfcpAttributeType.FloorId)!.Id.ShouldBe((ushort)1);
        nobody.Find(BfcpAttributeType.FloorRequestInformation).ShouldBeNull("nobody has it");
        Acknowledge();
        Ask(BfcpPrimitive.FloorQuery).ShouldHaveSingleItem().Attributes.ShouldBeEmpty("asks to be told no more");
        _server.SetHolder(_other, 0);
        _end.Take().ShouldBeEmpty();
    }

    [Fact]
    public void UserQuery_SaysItsRequest()
    {
        Ask(BfcpPrimitive.UserQuery).ShouldHaveSingleItem().Find(BfcpAttributeType.FloorRequestInformation).ShouldBeNull();
        Ask(BfcpPrimitive.FloorRequest, Floor(1));
        var status = Ask(BfcpPrimitive.UserQuery).ShouldHaveSingleItem();
        (status.Primitive, status.RequestStatus).ShouldBe((BfcpPrimitive.UserStatus, ((ushort)1, BfcpRequestStatus.Granted)));
        Ask(BfcpPrimitive.FloorRequestQuery, Request(1)).ShouldHaveSingleItem().RequestStatus!.Value.Status.ShouldBe(BfcpRequestStatus.Granted);
    }

    [Fact]
    public void Hello_IsToldWhatIsSpoken()
    {
        var ack = Ask(BfcpPrimitive.Hello).ShouldHaveSingleItem();
        ack.Primitive.ShouldBe(BfcpPrimitive.HelloAck);
        ack.Find(BfcpAttributeType.SupportedPrimitives)!.Value.ToArray().ShouldContain((byte)BfcpPrimitive.FloorRequest);
        ack.Find(BfcpAttributeType.SupportedAttributes)!.Value.ToArray().ShouldContain((byte)((int)BfcpAttributeType.FloorId << 1));
    }

    [Fact]
    public void WhatCannotBe_IsRefusedWithItsCode()
    {
        ErrorOf(Ask(BfcpPrimitive.Hello, conference: 5)).ShouldBe(BfcpErrorCode.NoSuchConference);
        ErrorOf(Ask(BfcpPrimitive.Hello, user: 8)).ShouldBe(BfcpErrorCode.NoSuchUser);
        ErrorOf(Ask((BfcpPrimitive)77)).ShouldBe(BfcpErrorCode.UnknownPrimitive);
        ErrorOf(Ask(BfcpPrimitive.FloorRequest, Floor(2))).ShouldBe(BfcpErrorCode.InvalidFloor);
        ErrorOf(Ask(BfcpPrimitive.FloorQuery, Floor(2))).ShouldBe(BfcpErrorCode.InvalidFloor);
        ErrorOf(Ask(BfcpPrimitive.FloorRequestQuery, Request(44))).ShouldBe(BfcpErrorCode.NoSuchFloorRequest);
        ErrorOf(Ask(BfcpPrimitive.ChairAction)).ShouldBe(BfcpErrorCode.UnauthorizedOperation);
        ErrorOf(Ask(BfcpPrimitive.FloorRequest, Floor(1), BfcpAttribute.OfId(BfcpAttributeType.BeneficiaryId, 9))).ShouldBe(BfcpErrorCode.UnauthorizedOperation);
        ErrorOf(Ask(BfcpPrimitive.UserQuery, BfcpAttribute.OfId(BfcpAttributeType.BeneficiaryId, 9))).ShouldBe(BfcpErrorCode.NoSuchUser);
        Ask(BfcpPrimitive.FloorRequest, Floor(1));
        ErrorOf(Ask(BfcpPrimitive.FloorRequest, Floor(1))).ShouldBe(BfcpErrorCode.TooManyFloorRequests);
        _requests.ShouldBe(1, "none of the others was asked for");
    }

    [Fact]
    public void UnknownAttribute_ThatMustBeUnderstood_IsRefusedByName_AnyOtherIsPassedOver()
    {
        // Type 64, with and without the bit that says so.
        _end.Association.OnBytes(Convert.FromHexString("400b0001010203040007000781040000"), 0);
        _end.Take().ShouldHaveSingleItem().Find(BfcpAttributeType.ErrorCode)!.Value.ToArray().ShouldBe([4, 0x80]);
        _end.Association.OnBytes(Convert.FromHexString("400b0001010203040008000780040000"), 0);
        _end.Take().ShouldHaveSingleItem().Primitive.ShouldBe(BfcpPrimitive.HelloAck);
    }

    [Fact]
    public void Goodbye_GivesTheFloorBack()
    {
        Ask(BfcpPrimitive.FloorRequest, Floor(1));
        Ask(BfcpPrimitive.Goodbye).ShouldHaveSingleItem().Primitive.ShouldBe(BfcpPrimitive.GoodbyeAck);
        _releases.ShouldBe(1);
    }

    [Fact]
    public void WhoHearsNothing_LosesTheFloor_AndMayAskAgain()
    {
        Ask(BfcpPrimitive.FloorQuery, Floor(1));
        Ask(BfcpPrimitive.FloorRequest, Floor(1));
        while (_end.Association.DueNs != long.MaxValue)
            _end.Association.OnTime(_end.Association.DueNs);
        _releases.ShouldBe(1);
        _end.Take();
        Ask(BfcpPrimitive.FloorRequest, Floor(1)).ShouldHaveSingleItem().RequestStatus!.Value.Status.ShouldBe(BfcpRequestStatus.Granted);
    }

    [Fact]
    public void LongNames_FitInTheirGroup()
    {
        _server.SetHolder(new BfcpFloorHolder(9, new string('ü', 500), "sip:" + new string('x', 500) + "@liberty.example"), 0);
        HolderOf(Ask(BfcpPrimitive.FloorQuery, Floor(1)).ShouldHaveSingleItem()).Name.ShouldBe(new string('ü', BfcpFloorHolder.MaxNameBytes / 2));
    }

    bool IBfcpFloorPolicy.Request()
    {
        _requests++;
        if (_mayAsk && _isGrantedAtOnce)
            _server.SetHolder(_room, 0);
        return _mayAsk;
    }

    void IBfcpFloorPolicy.Release()
    {
        _releases++;
        _server.SetHolder(null, 0);
    }

    List<BfcpMessage> Ask(BfcpPrimitive primitive, params IReadOnlyList<BfcpAttribute> attributes) => Send(primitive, Conference, 7, attributes);

    List<BfcpMessage> Ask(BfcpPrimitive primitive, uint conference = Conference, ushort user = 7) => Send(primitive, conference, user, []);

    List<BfcpMessage> Send(BfcpPrimitive primitive, uint conference, ushort user, IReadOnlyList<BfcpAttribute> attributes)
    {
        _end.Sent.Clear();
        var message = new BfcpMessage { Version = 2, Primitive = primitive, Conference = conference, Transaction = ++_transaction, User = user, Attributes = attributes };
        _end.Association.OnBytes(message.ToBytes(), 0);
        var sent = _end.Take();
        // What follows by itself has its own place in the tests.
        return sent.FindAll(each => each.IsResponse);
    }

    void Acknowledge()
    {
        _end.Sent.Clear();
        for (ushort transaction = 1; transaction < 10; transaction++)
            _end.Association.OnBytes(new BfcpMessage { Version = 2, Primitive = BfcpPrimitive.FloorRequestStatusAck, IsResponse = true, Conference = Conference, Transaction = transaction, User = 7 }.ToBytes(), 0);
        _end.Sent.Clear();
    }

    static BfcpAttribute Floor(ushort id) => BfcpAttribute.OfId(BfcpAttributeType.FloorId, id);

    static BfcpAttribute Request(ushort id) => BfcpAttribute.OfId(BfcpAttributeType.FloorRequestId, id);

    static BfcpErrorCode ErrorOf(List<BfcpMessage> answers) => answers.ShouldHaveSingleItem().Find(BfcpAttributeType.ErrorCode)?.Error ?? BfcpErrorCode.None;

    static (int User, string Name) HolderOf(BfcpMessage status)
    {
        var holder = BfcpAttribute.Find(status.Find(BfcpAttributeType.FloorRequestInformation)!.Children, BfcpAttributeType.BeneficiaryInformation)!;
        return (holder.Id, BfcpAttribute.Find(holder.Children, BfcpAttributeType.UserDisplayName)?.Text ?? "");
    }
}
