using System.CommandLine;
using Meetpoint.Hosting;

namespace Meetpoint.Commands;

/// <summary>meetpoint openapi: the documents under docs/reference are made with it.</summary>
static class OpenApiCommand
{
    public static Command Create(CommandSetup setup)
    {
        var name = new Argument<string>("document") { DefaultValueFactory = _ => OpenApiDocuments.Api, Description = "v1 for the API, nni for the link between exchanges." };
        name.AcceptOnlyFromAmong([.. OpenApiDocuments.Names]);
        var command = new Command("openapi", "Print the OpenAPI document.") { name };
        command.SetAction(async (parsed, cancel) =>
        {
            await setup.Around.Out.WriteAsync(await OpenApiDocuments.GenerateAsync(parsed.GetValue(name)!, cancel));
            return 0;
        });
        return command;
    }
}
