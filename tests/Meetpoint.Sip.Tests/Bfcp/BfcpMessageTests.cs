using Meetpoint.Sip.Bfcp;
using Meetpoint.Sip.Tests.Support;
using Shouldly;

namespace Meetpoint.Sip.Tests.Bfcp;

/// <summary>Messages of floor control as octets: read as another make writes them, and written alike.</summary>
public sealed class BfcpMessageTests
{
    const uint Conference = 0x01020304;

    [Fact]
    public void EveryVector_IsReadAndWrittenAgainAlike()
    {
        foreach (var (name, bytes) in BfcpVectors.All)
        {
            BfcpMessage.TryParse(bytes, out var message, out var error).ShouldBeTrue($"{name}: {error}");
            message!.ToBytes().ShouldBe(bytes, name);
            message.Conference.ShouldBe(Conference, name);
            message.User.ShouldBe((ushort)7, name);
        }
    }

    [Fact]
    public void Vectors_SayWhatTheyAreToSay()
    {
        Read("floor-request").Find(BfcpAttributeType.FloorId)!.Id.ShouldBe((ushort)1);
        Read("floor-request").Version.ShouldBe(BfcpHeader.Unreliable);
        Read("floor-request-stream").Version.ShouldBe(BfcpHeader.Reliable);
        Read("floor-request-for-another").Find(BfcpAttributeType.BeneficiaryId)!.Id.ShouldBe((ushort)9);
        Read("floor-request-for-another").Find(BfcpAttributeType.ParticipantProvidedInfo)!.Text.ShouldBe("slides");
        var granted = Read("floor-request-status-granted");
        granted.IsResponse.ShouldBeTrue();
        granted.RequestStatus.ShouldBe(((ushort)12, BfcpRequestStatus.Granted));
        Read("floor-request-status-revoked").RequestStatus.ShouldBe(((ushort)12, BfcpRequestStatus.Revoked));
        var holder = BfcpAttribute.Find(Read("floor-status").Find(BfcpAttributeType.FloorRequestInformation)!.Children, BfcpAttributeType.BeneficiaryInformation)!;
        (holder.Id, BfcpAttribute.Find(holder.Children, BfcpAttributeType.UserDisplayName)!.Text).ShouldBe(((ushort)9, "Zoë"));
        Read("error-mandatory").Find(BfcpAttributeType.ErrorCode)!.Error.ShouldBe(BfcpErrorCode.UnknownMandatoryAttribute);
        Read("error-mandatory").Find(BfcpAttributeType.ErrorCode)!.Value.ToArray().ShouldBe([4, 0x80, 0x26]);
        Read("hello-ack").Find(BfcpAttributeType.SupportedPrimitives)!.Value.ToArray().ShouldBe([1, 2, 3, 4, 11, 12, 13]);
    }

    [Fact]
    public void OurMessages_AreThoseOfTheOtherMake()
    {
        Written(BfcpPrimitive.FloorRequest, 1, BfcpAttribute.OfId(BfcpAttributeType.FloorId, 1)).ShouldBe(BfcpVectors.All["floor-request"]);
        Written(BfcpPrimitive.FloorRelease, 3, BfcpAttribute.OfId(BfcpAttributeType.FloorRequestId, 12)).ShouldBe(BfcpVectors.All["floor-release"]);
        Written(BfcpPrimitive.Hello, 7).ShouldBe(BfcpVectors.All["hello"]);
        Written(BfcpPrimitive.FloorRequestStatus, 900, BfcpAttribute.OfGroup(
            BfcpAttributeType.FloorRequestInformation, 12,
            BfcpAttribute.OfGroup(BfcpAttributeType.OverallRequestStatus, 12, BfcpAttribute.OfStatus(BfcpRequestStatus.Revoked)),
            BfcpAttribute.OfGroup(BfcpAttributeType.FloorRequestStatus, 1, BfcpAttribute.OfStatus(BfcpRequestStatus.Revoked)),
            BfcpAttribute.OfGroup(BfcpAttributeType.BeneficiaryInformation, 7))).ShouldBe(BfcpVectors.All["floor-request-status-revoked"]);
    }

    [Theory]
    [InlineData("", BfcpErrorCode.UnableToParse)]
    [InlineData("400100010102030400010007", BfcpErrorCode.IncorrectLength)]
    [InlineData("40010000010203040001000704040001", BfcpErrorCode.IncorrectLength)]
    [InlineData("40010001010203040001000704010001", BfcpErrorCode.UnableToParse)] // an attribute shorter than its header
    [InlineData("40010001010203040001000704050001", BfcpErrorCode.UnableToParse)] // one that ends after the message
    [InlineData("40010001010203040001000704030100", BfcpErrorCode.UnableToParse)] // a floor of 8 bits
    [InlineData("4004000101020304000100071e030000", BfcpErrorCode.UnableToParse)] // a group without its number
    [InlineData("4004000201020304000100071e08000122090000", BfcpErrorCode.UnableToParse)] // one in a group that ends after the group
    public void Broken_IsRefusedWithItsCode(string hex, BfcpErrorCode expected)
    {
        BfcpMessage.TryParse(Convert.FromHexString(hex), out _, out var error).ShouldBeFalse();
        error.ShouldBe(expected);
    }

    [Fact]
    public void GroupsWithinGroups_BeyondTheDepth_AreRefused()
    {
        var group = BfcpAttribute.OfGroup(BfcpAttributeType.BeneficiaryInformation, 1);
        for (var depth = 1; depth < BfcpAttribute.MaxDepth; depth++)
            group = BfcpAttribute.OfGroup(BfcpAttributeType.BeneficiaryInformation, 1, group);
        BfcpMessage.TryParse(Written(BfcpPrimitive.UserStatus, 1, group), out _, out _).ShouldBeTrue("as deep as may be");
        group = BfcpAttribute.OfGroup(BfcpAttributeType.BeneficiaryInformation, 1, group);
        BfcpMessage.TryParse(Written(BfcpPrimitive.UserStatus, 1, group), out _, out var error).ShouldBeFalse("deeper");
        error.ShouldBe(BfcpErrorCode.UnableToParse);
    }

    [Fact]
    public void Text_IsCutBetweenCharacters()
    {
        BfcpAttribute.OfText(BfcpAttributeType.UserDisplayName, "Zoë", 3).Text.ShouldBe("Zo");
        BfcpAttribute.OfText(BfcpAttributeType.UserDisplayName, "Zoë", 4).Text.ShouldBe("Zoë");
        BfcpAttribute.OfText(BfcpAttributeType.UserUri, new string('x', 400), 400).Length.ShouldBe(BfcpAttribute.MaxBytes);
    }

    [Fact]
    public void Mutated_NeverThrowsAndWhatIsReadStandsStill()
    {
        var corpus = BfcpVectors.All.Values.ToArray();
        for (var seed = 1; seed <= 20_000; seed++)
        {
            var bytes = Mutation.Of(corpus, new Random(seed));
            if (!BfcpMessage.TryParse(bytes, out var message, out _))
                continue;
            var again = message.ToBytes();
            BfcpMessage.TryParse(again, out var second, out var error).ShouldBeTrue($"seed {seed}: {error}");
            second!.ToBytes().ShouldBe(again, $"seed {seed}");
        }
    }

    static BfcpMessage Read(string name)
    {
        BfcpMessage.TryParse(BfcpVectors.All[name], out var message, out var error).ShouldBeTrue($"{name}: {error}");
        return message!;
    }

    static byte[] Written(BfcpPrimitive primitive, ushort transaction, params IReadOnlyList<BfcpAttribute> attributes) => new BfcpMessage
    {
        Version = BfcpHeader.Unreliable, Primitive = primitive, Conference = Conference, Transaction = transaction, User = 7, Attributes = attributes,
    }.ToBytes();
}
