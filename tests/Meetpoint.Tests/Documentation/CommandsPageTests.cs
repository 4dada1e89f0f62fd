using System.CommandLine;
using Meetpoint.Commands;
using Meetpoint.Tests.Support;
using NodaTime;
using Shouldly;

namespace Meetpoint.Tests.Documentation;

public sealed class CommandsPageTests
{
    [Fact]
    public void Page_AndProgram_HaveTheSameCommands()
    {
        var around = new Surroundings("/", _ => null, TextWriter.Null, TextWriter.Null, TextReader.Null, false, SystemClock.Instance, DateTimeZone.Utc);
        var program = Leaves(CommandLine.Root(new CommandSetup(around)), "").Order(StringComparer.Ordinal).ToList();
        var page = Samples.Read("docs/reference/commands.md").Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(Name)
            .Order(StringComparer.Ordinal).ToList();
        page.ShouldBe(program);
    }

    static IEnumerable<string> Leaves(Command command, string path) => command.Subcommands.Count == 0
        ? [path.Trim()] : command.Subcommands.SelectMany(inner => Leaves(inner, $"{path} {inner.Name}"));

    // The words before the first option or argument.
    static string Name(string line) => string.Join(' ', line.Split('`')[1].Split(' ').TakeWhile(word => char.IsAsciiLetterLower(word[0]) && word.All(c => char.IsAsciiLetterLower(c) || c == '-')));
}
