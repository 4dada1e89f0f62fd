using System.Globalization;
using System.Reflection;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Interop.Refusals;

/// <summary>docs/reference/refusals.md is the table, and each cell of it that is not in brackets is provoked by a test.</summary>
public sealed class RefusalPageTests
{
    const int SipCell = 1;
    const int ApiCell = 2;
    const int NniCell = 3;
    const int LogCell = 4;

    [Fact]
    public void Page_Rows_AreThoseOfTheTable()
    {
        foreach (var row in RefusalTable.Rows)
        {
            var cells = Row(row.EventCode["refused.".Length..]);
            Assert.Equal(row.SipStatus == 0 ? "silence, or closed" : Text(row.SipStatus), cells[SipCell].Trim('(', ')'));
            if (!Occurs(cells[ApiCell]))
                Assert.True(row.ApiStatus is 0 or 403, $"{row.Reason} has an API status that the page lacks");
            else
                Assert.Equal(Text(row.ApiStatus), cells[ApiCell].Trim('(', ')'));
            Assert.Equal(Text(row.EventId), cells[LogCell]);
        }

        Assert.Equal(RefusalTable.Rows.Length, Rows().Count());
    }

    [Fact]
    public void Page_CellsWithoutBrackets_AreThoseThatTestsProvoke()
    {
        var promised = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var row in RefusalTable.Rows)
        {
            var cells = Row(row.EventCode["refused.".Length..]);
            Promise(Wire.Sip, cells[SipCell]);
            Promise(Wire.Api, cells[ApiCell]);
            Promise(Wire.Nni, cells[NniCell]);

            void Promise(Wire wire, string cell)
            {
                if (Occurs(cell) && cell[0] != '(')
                    promised.Add($"{row.Reason} {wire}");
            }
        }

        var provoked = typeof(RefusalPageTests).Assembly.GetTypes().SelectMany(type => type.GetMethods()).SelectMany(method => method.GetCustomAttributes<ProvokesAttribute>())
            .SelectMany(provokes => provokes.Reasons.Select(reason => $"{reason} {provokes.Wire}")).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(promised, provoked.Order(StringComparer.Ordinal));
    }

    static bool Occurs(string cell) => cell != "-" && !cell.StartsWith("does not occur", StringComparison.Ordinal);

    static string[] Row(string reason) => Rows().Single(cells => cells[0] == $"`{reason}`");

    static IEnumerable<string[]> Rows() => File.ReadLines(Path.Combine(RepositoryRoot.Path, "docs", "reference", "refusals.md"))
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..]);

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
