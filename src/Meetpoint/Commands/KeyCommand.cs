using System.CommandLine;
using System.Text.Json.Nodes;
using Meetpoint.Client;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint key: who may use the API over the network.</summary>
static class KeyCommand
{
    const string Root = "/api/v1/keys";

    public static Command Create(CommandSetup setup) =>
        new("key", "Keys to the API.") { CreateKey(setup), List(setup), Revoke(setup) };

    static Command CreateKey(CommandSetup setup)
    {
        var name = new Argument<string>("name") { Description = "What it is for." };
        var provider = new Option<string?>("--provider") { Description = "Scope it to a provider; the operator's when left out." };
        var command = new Command("create", "Make a key. It is shown once.") { name, provider };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var request = new JsonObject { ["name"] = parsed.GetValue(name) };
            if (parsed.GetValue(provider) is { } scope)
                request["provider"] = scope;
            var answer = await client.SendAsync(HttpMethod.Post, Root, request, null, cancel);
            setup.Printer(parsed).One(
                answer.Body,
                new Column("id", item => item.Text("id")),
                new Column("provider", item => item.Text("provider")),
                new Column("key", item => item.Text("key")));
            return 0;
        });
        return command;
    }

    static Command List(CommandSetup setup)
    {
        var command = new Command("list", "List keys, revoked ones too.");
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            setup.Printer(parsed).List(
                await client.ListAsync(Root, cancel), "There is no key.",
                new Column("Id", item => item.Text("id")),
                new Column("Name", item => item.Text("name")),
                new Column("Provider", item => item.Text("provider")),
                new Column("Made", item => item.Text("created")),
                new Column("Revoked", item => item.Text("revoked")));
            return 0;
        });
        return command;
    }

    static Command Revoke(CommandSetup setup)
    {
        var id = new Argument<string>("id") { Description = "The part of the key before the dot." };
        var command = new Command("revoke", "End a key at once.") { id };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            await client.SendAsync(HttpMethod.Delete, $"{Root}/{Uri.EscapeDataString(parsed.GetValue(id)!)}", null, null, cancel);
            setup.Printer(parsed).Say($"{parsed.GetValue(id)} is ended");
            return 0;
        });
        return command;
    }
}
