using System.CommandLine;
using System.Text.Json.Nodes;
using Meetpoint.Client;
using Meetpoint.Exchange.Nni;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint identity: what the operators of other exchanges pin, and those of trunks believe.</summary>
static class IdentityCommand
{
    public static Command Create(CommandSetup setup)
    {
        var show = new Command("show", "Show this exchange's name and the thumbprint of its identity key; the key is made when it is not there yet.");
        show.SetAction(parsed =>
        {
            var configuration = setup.Configuration(parsed);
            Directory.CreateDirectory(configuration.DataFolder);
            using var identity = IdentityKey.LoadOrCreate(configuration.IdentityKeyPath);
            setup.Printer(parsed).One(
                new JsonObject { ["exchange"] = configuration.Exchange, ["identityKey"] = identity.Thumbprint },
                new Column("exchange", item => item.Text("exchange")),
                new Column("identityKey", item => item.Text("identityKey")));
            return 0;
        });
        var certificate = new Command("certificate", "Print the certificate (PEM) that a SIP trunk must believe in order to know this exchange over TLS.");
        certificate.SetAction(parsed =>
        {
            var configuration = setup.Configuration(parsed);
            Directory.CreateDirectory(configuration.DataFolder);
            using var identity = IdentityKey.LoadOrCreate(configuration.IdentityKeyPath);
            setup.Around.Out.WriteLine(NniCertificates.TrustAnchorOf(identity, configuration.Exchange, TimeProvider.System.GetUtcNow()));
            return 0;
        });
        return new Command("identity", "The identity of this exchange.") { show, certificate };
    }
}
