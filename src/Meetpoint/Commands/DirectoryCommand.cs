using System.CommandLine;
using Meetpoint.Client;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint directory: organisations, people and rooms that agreements open.</summary>
static class DirectoryCommand
{
    public static Command Create(CommandSetup setup)
    {
        var text = new Argument<string>("text") { Description = "Part of a name or address." };
        var provider = new Option<string?>("--provider") { Description = "Only of this provider." };
        var search = new Command("search", "Look up organisations, people and rooms of any provider.") { text, provider };
        search.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var path = ApiClient.With(ApiClient.With("/api/v1/directory", "q", parsed.GetValue(text)), "provider", parsed.GetValue(provider));
            setup.Printer(parsed).List(
                await client.ListAsync(path, cancel), "Nothing is found, or nothing that an agreement opens to you.",
                new Column("Kind", item => item.Text("kind")),
                new Column("Name", item => item.Text("name")),
                new Column("Address", item => item.Text("address")),
                new Column("Organisation", item => item.Text("organisation")),
                new Column("Provider", item => item.Text("provider")),
                new Column("Screens", item => item.Text("screens")));
            return 0;
        });
        return new Command("directory", "The directory of all providers.") { search };
    }
}
