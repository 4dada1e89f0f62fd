using System.CommandLine;

namespace Meetpoint.Commands;

/// <summary>meetpoint presence page: pages on which phones show who is there.</summary>
static class PresencePageCommand
{
    public static Command Create(CommandSetup setup)
    {
        var pages = new CredentialCommand(setup, "/api/v1/phone-pages", "page");
        var watcher = new Argument<string>("watcher") { Description = "Whose phone: it shows what this customer may see." };
        var list = new Argument<string>("list") { Description = "Id of the presence list." };
        return new("page", "Pages that phones fetch: a list's people with their states.")
        {
            pages.Create("Its path is shown once, and whoever has it sees the page.", [watcher, list], "id", "watcher", "list", "path"),
            pages.List("Watcher", "List"),
            pages.Revoke("Id of the page, ppg_..."),
        };
    }
}
