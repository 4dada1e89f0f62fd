using System.CommandLine;

namespace Meetpoint.Commands;

/// <summary>meetpoint key: who may use the API over the network.</summary>
static class KeyCommand
{
    public static Command Create(CommandSetup setup)
    {
        var keys = new CredentialCommand(setup, "/api/v1/keys", "key");
        var name = new Argument<string>("name") { Description = "What it is for." };
        var provider = new Option<string?>("--provider") { Description = "Scope it to a provider; the operator's when left out." };
        return new("key", "Keys to the API.")
        {
            keys.Create("It is shown once.", [name, provider], "id", "provider", "key"),
            keys.List("Name", "Provider"),
            keys.Revoke("The part of the key before the dot."),
        };
    }
}
