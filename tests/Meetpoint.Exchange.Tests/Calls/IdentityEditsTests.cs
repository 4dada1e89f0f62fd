using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Tests.Interconnect;
using Meetpoint.Exchange.Tests.Numbers;
using Meetpoint.Sip;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Calls;

public sealed class IdentityEditsTests
{
    const string Alice = "From: Alice <sip:alice@albion.example>;tag=a1;x=y";
    const string AlicesNumber = "From: \"A\" <sip:02079460009@192.0.2.9;user=phone>;tag=a1";
    const string Anonymous = "From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=a1";
    const string Asserted = "P-Asserted-Identity: \"Alice\" <sip:alice@albion.example>";

    static readonly World _world = NumberWorld.Admission().World;

    static string[] Apply(IdentityTrust farSide, bool isAnchored, IdentityOutcome expected, params string[] lines) =>
        Apply("uk", farSide, isAnchored, expected, lines);

    static string[] Apply(string neighbour, IdentityTrust farSide, bool isAnchored, IdentityOutcome expected, params string[] lines)
    {
        var caller = new CallerIdentity();
        var message = CallMessages.Invite(lines);
        caller.Identify(_world, message, _world.FindNeighbour(neighbour)!).ShouldBe(RefusalReason.None);
        var edits = new SipEdits().Begin(message);
        IdentityEdits.Apply(edits, caller, farSide, isAnchored).ShouldBe(expected);
        return CallMessages.Changes(edits);
    }

    [Theory]
    [InlineData(IdentityTrust.Trusted)]
    [InlineData(IdentityTrust.Untrusted)]
    public void Apply_NothingToHide_PassesByteForByte(IdentityTrust farSide) => Apply(
        farSide, false, IdentityOutcome.Shown, Alice, Asserted, "Identity: eyJhbGciOiJFUzI1NiJ9.e30.sig;info=<https://x.example/c>;alg=ES256", "Subject: lunch",
        "Remote-Party-ID: <sip:x@y>", "Privacy: none").ShouldBeEmpty();

    [Fact]
    public void Apply_Trusted_LeavesPrivacyToTheFarSide() => Apply(
        IdentityTrust.Trusted, true, IdentityOutcome.Shown, Alice, Asserted, "Privacy: id;user;critical", "Subject: lunch").ShouldBeEmpty();

    [Fact]
    public void Apply_TrustedWithoutAssertedIdentity_AddsIt() => Apply(
        IdentityTrust.Trusted, false, IdentityOutcome.Shown, Alice).ShouldBe(["+P-Asserted-Identity: <sip:alice@albion.example>, <tel:+442079460001>"]);

    [Fact]
    public void Apply_UntrustedWithoutAssertedIdentity_AddsNone() => Apply(IdentityTrust.Untrusted, false, IdentityOutcome.Shown, Alice).ShouldBeEmpty();

    [Fact]
    public void Apply_NumberInFrom_IsNormalWhereTheCallIsAnchored()
    {
        Apply(IdentityTrust.Trusted, true, IdentityOutcome.Shown, AlicesNumber).ShouldBe(
        [
            "-" + AlicesNumber, "+From: \"A\" <sip:+442079460009@192.0.2.9;user=phone>;tag=a1", "+P-Asserted-Identity: <tel:+442079460009>",
        ]);
        Apply(IdentityTrust.Untrusted, false, IdentityOutcome.Shown, AlicesNumber).ShouldBeEmpty("a proxy changes no From");
    }

    [Fact]
    public void Apply_NumberInAssertedIdentity_IsNormalInItsPlace() => Apply(
        IdentityTrust.Trusted, false, IdentityOutcome.Shown, Anonymous, "P-Asserted-Identity: \"A, B\" <sip:02079460009@192.0.2.9;user=phone>, <tel:020-7946-0009>")
        .ShouldContain("+P-Asserted-Identity: \"A, B\" <sip:+442079460009@192.0.2.9;user=phone>, <tel:+442079460009>");

    [Fact]
    public void Apply_IdWithheldFromTheUntrusted_TakesAssertedIdentityOut() => Apply(
        IdentityTrust.Untrusted, false, IdentityOutcome.Shown, Anonymous, Asserted, "P-Asserted-Identity: <tel:+442079460001>", "Privacy: id", "Remote-Party-ID: <sip:alice@albion.example>", "Subject: lunch")
        .ShouldBe(["-" + Asserted, "-P-Asserted-Identity: <tel:+442079460001>", "-Remote-Party-ID: <sip:alice@albion.example>"]);

    [Fact]
    public void Apply_IdAndAFromThatTellsTheSame_MakesFromAnonymous() => Apply(
        IdentityTrust.Untrusted, false, IdentityOutcome.Withheld, Alice, Asserted, "Privacy: id")
        .ShouldBe(["-" + Alice, "-" + Asserted, "+From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=a1;x=y"]);

    [Fact]
    public void Apply_IdAndAFromThatTellsAnother_LeavesIt() => Apply(
        IdentityTrust.Untrusted, false, IdentityOutcome.Shown, "From: <sip:switchboard@albion.example>;tag=a1", Asserted, "Privacy: id").ShouldBe(["-" + Asserted]);

    [Fact]
    public void Apply_User_WithholdsWhatTheEquipmentSays() => Apply(
        IdentityTrust.Untrusted, false, IdentityOutcome.Withheld, "From: sip:alice@albion.example;tag=a1", Asserted, "Privacy: user;critical", "Subject: lunch", "User-Agent: Deskphone of Alice",
        "Call-Info: <http://x/alice.jpg>", "Organization: Acme", "Reply-To: <sip:alice@albion.example>", "In-Reply-To: 1@x", "Identity: abc")
        .ShouldBe(
        [
            "-From: sip:alice@albion.example;tag=a1", "-" + Asserted, "-Privacy: user;critical", "-Subject: lunch", "-User-Agent: Deskphone of Alice",
            "-Call-Info: <http://x/alice.jpg>", "-Organization: Acme", "-Reply-To: <sip:alice@albion.example>", "-In-Reply-To: 1@x",
            "-Contact: \"Alice\" <sip:alice@192.0.2.9>",
            "+From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=a1", "+Contact:  <sip:alice@192.0.2.9>",
        ]);

    [Fact]
    public void Apply_ServedValues_LeaveThePrivacyHeader() => Apply(
        IdentityTrust.Untrusted, true, IdentityOutcome.Withheld, Alice, Asserted, "Privacy: id;user;header;session;history;critical", "History-Info: <sip:old@albion.example>;index=1")
        .ShouldContain("+Privacy: id;critical");

    [Theory]
    [InlineData("header;critical", false, IdentityOutcome.CannotWithhold)]
    [InlineData("session;critical", false, IdentityOutcome.CannotWithhold)]
    [InlineData("secret;critical", true, IdentityOutcome.CannotWithhold)]
    [InlineData("header;session;critical", true, IdentityOutcome.Shown)]
    [InlineData("id;critical", false, IdentityOutcome.Shown)]
    [InlineData("header;session;secret", false, IdentityOutcome.Shown)]
    public void Apply_Critical_IsDoneOrTheCallFails(string privacy, bool isAnchored, IdentityOutcome expected)
    {
        var changes = Apply(IdentityTrust.Untrusted, isAnchored, expected, Anonymous, Asserted, $"Privacy: {privacy}");
        if (expected == IdentityOutcome.CannotWithhold)
            changes.ShouldBeEmpty("the answer is 500, and nothing goes on");
        Apply(IdentityTrust.Trusted, false, IdentityOutcome.Shown, Anonymous, Asserted, $"Privacy: {privacy}").ShouldBeEmpty();
    }

    [Fact]
    public void Apply_WhatNobodyChecked_DoesNotGoOn()
    {
        Apply(IdentityTrust.Untrusted, false, IdentityOutcome.Shown, Alice, Asserted + ", <sip:victim@liberty.example>")
            .ShouldBe(["-" + Asserted + ", <sip:victim@liberty.example>", "+P-Asserted-Identity: <sip:alice@albion.example>, <tel:+442079460001>"]);
        Apply("gateway", IdentityTrust.Untrusted, false, IdentityOutcome.Shown, Alice, "P-Asserted-Identity: <sip:victim@liberty.example>", "P-Preferred-Identity: <sip:alice@albion.example>")
            .ShouldBe(["-P-Asserted-Identity: <sip:victim@liberty.example>", "-P-Preferred-Identity: <sip:alice@albion.example>"]);
        Apply("gateway", IdentityTrust.Trusted, false, IdentityOutcome.Shown, Alice, "P-Asserted-Identity: <sip:victim@liberty.example>", "P-Preferred-Identity: <tel:02079460009>")
            .ShouldBe(["-P-Asserted-Identity: <sip:victim@liberty.example>", "-P-Preferred-Identity: <tel:02079460009>", "+P-Asserted-Identity: <tel:+442079460009>"]);
    }

    [Fact]
    public void FarSide_EveryAgreementAndTheNeighbour_MustTrust()
    {
        Trust(Worlds.Document).ShouldBe(IdentityTrust.Untrusted, "an agreement that says nothing trusts nobody");
        Trust(Worlds.WithAgreement(agreement => agreement with { Identity = IdentityTrust.Trusted })).ShouldBe(IdentityTrust.Trusted);
        var document = Worlds.WithAgreement(agreement => agreement with { Identity = IdentityTrust.Trusted });
        Trust(document, "room@gamma.example").ShouldBe(IdentityTrust.Untrusted, "the second agreement says nothing");
        Trust(document with { Neighbours = [document.Neighbours[0] with { Identity = IdentityTrust.Untrusted }, .. document.Neighbours.Skip(1)] }).ShouldBe(IdentityTrust.Untrusted);
        Trust(document, "alice@albion.example").ShouldBe(IdentityTrust.Untrusted, "a customer's phone is in no trust domain");
    }

    static IdentityTrust Trust(WorldDocument document, string target = "room@liberty.example")
    {
        var request = new AdmissionRequest { IsOwn = true, Origin = "albion", Target = target, Kind = GrantKind.Meeting, Now = Worlds.Now, NowNs = 0 };
        Worlds.Admission(document).Admit(in request, out var grant, out var refusal).ShouldBeTrue(refusal.Row.EventCode);
        foreach (var candidate in grant.Candidates)
            return IdentityEdits.FarSide(grant, candidate);
        throw new InvalidOperationException("no way");
    }

    static string[] Later(string? sender, IdentityTrust farSide, bool isWithheld, params string[] lines)
    {
        var edits = new SipEdits().Begin(CallMessages.Invite(lines));
        IdentityEdits.ApplyLater(edits, _world, sender is null ? null : _world.FindNeighbour(sender), farSide, isAnchored: true, isWithheld);
        return CallMessages.Changes(edits);
    }

    [Fact]
    public void ApplyLater_AssertedIdentity_GoesOnOnlyFromWhomItIsBelieved()
    {
        Later("uk", IdentityTrust.Untrusted, false, Alice, Asserted).ShouldBeEmpty();
        Later("uk", IdentityTrust.Untrusted, false, Alice, "P-Asserted-Identity: <sip:victim@liberty.example>").ShouldBe(["-P-Asserted-Identity: <sip:victim@liberty.example>"]);
        Later("gateway", IdentityTrust.Trusted, false, Alice, Asserted).ShouldBe(["-" + Asserted]);
        Later(null, IdentityTrust.Trusted, false, Alice, Asserted).ShouldBe(["-" + Asserted]);
        Later("uk", IdentityTrust.Untrusted, false, Anonymous, Asserted, "Privacy: id").ShouldBe(["-" + Asserted]);
        Later("uk", IdentityTrust.Trusted, false, Anonymous, Asserted, "Privacy: id").ShouldBeEmpty();
    }

    [Fact]
    public void ApplyLater_CallerWhoIsWithheld_StaysSo() => Later("uk", IdentityTrust.Untrusted, true, Alice, Asserted).ShouldBe(
        ["-" + Alice, "-" + Asserted, "+From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=a1;x=y"]);
}
