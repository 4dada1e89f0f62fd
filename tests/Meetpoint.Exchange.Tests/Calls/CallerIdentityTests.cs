using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Tests.Numbers;
using Meetpoint.Sip;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Calls;

public sealed class CallerIdentityTests
{
    static readonly World _world = NumberWorld.Admission().World;

    static Endpoint AlicesPhone => _world.Find("alice@albion.example")!.Endpoint!;

    public static IEnumerable<TheoryDataRow<string, string, string, string, string>> Cases =>
        Vectors.Rows("identity.txt").Select(row => new TheoryDataRow<string, string, string, string, string>(row[0], row[1], row[2], row[3], row[4]));

    static string Line(string name, string value) => value.Length == 0 ? "" : $"{name}: {value}";

    [Theory]
    [MemberData(nameof(Cases))]
    public void Identify_Vector_GivesProviderAndAddressOrRefusal(string neighbour, string from, string asserted, string preferred, string expected)
    {
        var message = CallMessages.Invite($"From: {from}", Line("P-Asserted-Identity", asserted), Line("P-Preferred-Identity", preferred));
        var caller = new CallerIdentity();
        var reason = caller.Identify(_world, message, _world.FindNeighbour(neighbour)!);
        var found = reason == RefusalReason.None ? $"{caller.Provider!.Id} {caller}" : KebabEnum<RefusalReason>.Word(reason);
        found.ShouldBe(expected);
        (caller.Provider is null).ShouldBe(reason != RefusalReason.None);
        caller.Identify(_world, message, _world.FindNeighbour(neighbour)!, isEmergency: true).ShouldBe(RefusalReason.None, "an emergency call goes on whoever calls");
        caller.Provider!.Id.ShouldBe(reason == RefusalReason.None ? expected.Split(' ')[0] : _world.FindNeighbour(neighbour)!.Neighbour.Provider);
    }

    [Theory]
    [InlineData("<sip:alice@albion.example>", "", "alice@albion.example")]
    [InlineData("<sip:+442079460001@albion.example;user=phone>", "", "+442079460001")]
    [InlineData("<sip:alice@albion.example>", "<tel:02079460001>", "+442079460001")]
    [InlineData("<sip:anonymous@anonymous.invalid>", "", "alice@albion.example")]
    [InlineData("<sip:anonymous@anonymous.invalid>", "<sip:bob@liberty.example>, <tel:+442079460001>", "+442079460001")]
    [InlineData("<sip:alice@albion.example>", "<sip:vault@albion.example>", "alice@albion.example")]
    [InlineData("<sip:vault@albion.example>", "", null)]
    [InlineData("<sip:bob@liberty.example>", "", null)]
    [InlineData("<tel:+442079460002>", "", null)]
    public void Identify_EndpointThatProvedItself_ClaimsItsOwnAddressesOnly(string from, string preferred, string? expected)
    {
        var message = CallMessages.Invite($"From: {from};tag=1", Line("P-Preferred-Identity", preferred), "P-Asserted-Identity: <sip:bob@liberty.example>");
        var caller = new CallerIdentity();
        caller.Identify(_world, message, AlicesPhone).ShouldBe(expected is null ? RefusalReason.OriginNotAllowed : RefusalReason.None);
        caller.ToString().ShouldBe(expected ?? "");
        caller.Endpoint?.Id.ShouldBe("alice-phone");
    }

    [Theory]
    [InlineData("<sip:alice@albion.example>", "", "alice-phone")]
    [InlineData("<sip:anonymous@anonymous.invalid>", "<sip:alice@albion.example>", "alice-phone")]
    [InlineData("<sip:bob@liberty.example>", "<sip:alice@albion.example>", null)]
    [InlineData("<sip:anonymous@anonymous.invalid>", "", null)]
    public void Claimed_BeforeAnythingIsProved_IsFromOrWhatIsPreferredWhereFromIsAnonymous(string from, string preferred, string? endpoint) =>
        CallerIdentity.Claimed(_world, CallMessages.Invite($"From: {from};tag=1", Line("P-Preferred-Identity", preferred), "P-Asserted-Identity: <sip:alice@albion.example>"))
            ?.Id.ShouldBe(endpoint);

    [Theory]
    [InlineData("", Privacy.None)]
    [InlineData("none", Privacy.None)]
    [InlineData("id", Privacy.Id)]
    [InlineData("ID; critical", Privacy.Id | Privacy.Critical)]
    [InlineData("user;header;session", Privacy.User | Privacy.Header | Privacy.Session)]
    [InlineData("id,history", Privacy.Id | Privacy.History)]
    [InlineData("secret", Privacy.Unknown)]
    public void Privacy_OfRequest_IsRead(string value, Privacy expected)
    {
        var caller = new CallerIdentity();
        caller.Identify(_world, CallMessages.Invite("From: <sip:alice@albion.example>;tag=1", Line("Privacy", value)), AlicesPhone).ShouldBe(RefusalReason.None);
        caller.Privacy.ShouldBe(expected);
    }

    [Fact]
    public void Identify_Warm_AllocatesNothing()
    {
        var message = CallMessages.Invite("From: <sip:02079460009@192.0.2.9>;tag=1", "P-Asserted-Identity: <sip:alice@albion.example>, <tel:02079460001>", "Privacy: id");
        var caller = new CallerIdentity();
        var edits = new SipEdits();
        var neighbour = _world.FindNeighbour("uk")!;
        for (var round = 0; round < 2; round++)
        {
            var before = Allocations.Begin();
            for (var i = 0; i < 1_000; i++)
            {
                caller.Identify(_world, message, neighbour);
                IdentityEdits.Apply(edits.Begin(message), caller, i % 2 == 0 ? IdentityTrust.Trusted : IdentityTrust.Untrusted, isAnchored: true);
                edits.Write();
            }

            if (round == 1)
                (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        }
    }
}
