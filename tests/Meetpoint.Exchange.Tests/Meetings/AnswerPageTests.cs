using System.Text.RegularExpressions;
using Meetpoint.Exchange.Meetings;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Meetings;

public sealed partial class AnswerPageTests
{
    static readonly DateTimeZone _newYork = DateTimeZoneProviders.Tzdb["America/New_York"];

    static readonly Invitee _bob = new() { Address = "bob@liberty.example", Name = "Bob <b>", Provider = "liberty", Exchange = "liberty.example" };

    static readonly Meeting _meeting = new()
    {
        Id = "mtg_1",
        Uid = "mtg_1@albion.example",
        Focus = "albion.example",
        OrganiserProvider = "albion",
        Organiser = "alice@albion.example",
        OrganiserName = "Alice",
        Title = "<script>alert(1)</script> & more",
        Start = new LocalDateTime(2026, 11, 23, 1, 30),
        Length = Duration.FromMinutes(45),
        Zone = "Europe/London",
    };

    static string Page(AnswerForm? form = null, Invitee? invitee = null, bool isAnswered = false) => AnswerPage.Of(
        _meeting, invitee ?? _bob, new Interval(Instant.FromUtc(2026, 11, 23, 1, 30), Instant.FromUtc(2026, 11, 23, 2, 15)), _newYork,
        form ?? new AnswerForm("accept", "2026-11-22T20:30", "2026-11-22T21:15", "", null), isAnswered);

    [Fact]
    public void Of_Invitation_SaysWhenInTheInviteesZoneAndInTheMeetings()
    {
        Page().ShouldContain("Sunday 22 November 2026, 20:30 to 21:15 (America/New York)");
        Page().ShouldContain("Monday 23 November 2026, 01:30 to 02:15 (Europe/London)");
    }

    [Fact]
    public void Of_WhatOthersWrote_IsText()
    {
        var page = Page(new AnswerForm("propose", "\"><img src=x>", "", "</textarea><script>", "a <fault>"));
        page.ShouldNotContain("<script");
        page.ShouldNotContain("<img");
        page.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more");
        page.ShouldContain("role=\"alert\">a &lt;fault&gt;");
    }

    [Fact]
    public void Of_Anything_LoadsNothingAndEveryFieldHasALabel()
    {
        Page().ShouldNotMatch(@"(src|href)=|url\(|@import|https?:");
        var fields = Field().Matches(Page()).Count;
        fields.ShouldBe(6, "three choices, two times, a comment");
        Label().Matches(Page()).Sum(label => Field().Count(label.Value)).ShouldBe(fields);
    }

    [Theory]
    [InlineData(InviteeAnswer.NeedsAction, false, "<legend>Your answer</legend>")]
    [InlineData(InviteeAnswer.Accepted, true, "Thank you. You accepted. Alice is being told.")]
    [InlineData(InviteeAnswer.Declined, false, "You declined. You may change your mind.")]
    public void Of_Answer_IsSaid(InviteeAnswer answer, bool isAnswered, string expected) =>
        Page(invitee: _bob with { Answer = answer }, isAnswered: isAnswered).ShouldContain(expected);

    [GeneratedRegex("<(input|textarea)")]
    private static partial Regex Field();

    [GeneratedRegex("<label.*?</label>")]
    private static partial Regex Label();
}
