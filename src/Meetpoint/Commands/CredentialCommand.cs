using System.CommandLine;
using System.Text.Json.Nodes;
using Meetpoint.Client;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>The verbs of what lets in whoever has it: made, and then shown once; listed without its secret; ended at once.</summary>
/// <param name="setup">What commands have in common.</param>
/// <param name="root">Where these stand in the API.</param>
/// <param name="noun">What one is called.</param>
sealed class CredentialCommand(CommandSetup setup, string root, string noun)
{
    /// <summary>create: asks for one, and shows it.</summary>
    /// <param name="hint">What is said of its secret.</param>
    /// <param name="terms">Texts that it is asked with: arguments, and options, which may be left out; each is named as in the request.</param>
    /// <param name="shown">Members of the answer.</param>
    public Command Create(string hint, IReadOnlyList<Symbol> terms, params IReadOnlyList<string> shown)
    {
        var command = new Command("create", $"Make a {noun}. {hint}");
        foreach (var argument in terms.OfType<Argument>())
            command.Add(argument);
        foreach (var option in terms.OfType<Option>())
            command.Add(option);

        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var request = new JsonObject();
            foreach (var term in terms)
            {
                if (parsed.GetValue<string?>(term.Name) is { } value)
                    request[term.Name.TrimStart('-')] = value;
            }

            var answer = await client.SendAsync(HttpMethod.Post, root, request, null, cancel);
            setup.Printer(parsed).One(answer.Body, [.. shown.Select(name => new Column(name, item => item.Text(name)))]);
            return 0;
        });
        return command;
    }

    /// <summary>list: those that were ended too.</summary>
    /// <param name="columns">Heads of what stands between the id and when it was made and ended; each is the member's name with a capital.</param>
    public Command List(params IReadOnlyList<string> columns)
    {
        var command = new Command("list", $"List {noun}s, revoked ones too.");
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            setup.Printer(parsed).List(
                await client.ListAsync(root, cancel), $"There is no {noun}.",
                [
                    new Column("Id", item => item.Text("id")),
                    .. columns.Select(head => new Column(head, item => item.Text(head.ToLowerInvariant()))),
                    new Column("Made", item => item.Text("created")),
                    new Column("Revoked", item => item.Text("revoked")),
                ]);
            return 0;
        });
        return command;
    }

    /// <summary>revoke: it opens nothing from now on.</summary>
    /// <param name="idHint">What its id looks like.</param>
    public Command Revoke(string idHint)
    {
        var id = new Argument<string>("id") { Description = idHint };
        var command = new Command("revoke", $"End a {noun} at once.") { id };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            await client.SendAsync(HttpMethod.Delete, $"{root}/{Uri.EscapeDataString(parsed.GetValue(id)!)}", null, null, cancel);
            setup.Printer(parsed).Say($"{parsed.GetValue(id)} is ended");
            return 0;
        });
        return command;
    }
}
