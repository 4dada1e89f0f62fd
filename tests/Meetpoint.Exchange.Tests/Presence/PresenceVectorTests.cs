using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Presence.Dialects;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Presence;

/// <summary>Documents as systems of either make write them, and what they are taken to say.</summary>
public sealed class PresenceVectorTests
{
    public static TheoryData<string, string, string> Cases()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var row in PresenceVectors.Cases)
            data.Add(row[0], row[1], row[2]);
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TryRead_DocumentOfAPeer_SaysWhatItsMakerMeans(string file, string style, string expected)
    {
        var made = KebabEnum<DialectStyle>.TryParse(style, out var known) ? known : throw new ArgumentException(style);
        var type = file.Split('-')[0] switch
        {
            "categories" => MicrosoftNames.CategoriesType,
            "msrtc" => MicrosoftNames.PidfType,
            "xpidf" => MicrosoftNames.XpidfType,
            _ => "application/pidf+xml;charset=utf-8",
        };
        PresenceDialects.ForContentType(type, made)!.TryRead(PresenceVectors.Document(file), out var report, out var fault).ShouldBeTrue(fault);
        string.Join(" ; ", report!.States.Select(Line)).ShouldBe(expected);
        report.Entity.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void Cases_AndDocuments_AreTheSameFiles() =>
        PresenceVectors.Names.Where(name => !name.StartsWith("csta", StringComparison.Ordinal) && !name.StartsWith("other", StringComparison.Ordinal))
            .ShouldBe(PresenceVectors.Cases.Select(row => row[0]).Order(StringComparer.Ordinal));

    static string Line(ReportedState state) =>
        $"{state.Device} {KebabEnum<SourceKind>.Word(state.Kind)} {KebabEnum<Activity>.Word(state.State.Activity)} {KebabEnum<Availability>.Word(state.State.Availability)}"
        + (state.State.Note is { } note ? $" = {note}" : "");
}
