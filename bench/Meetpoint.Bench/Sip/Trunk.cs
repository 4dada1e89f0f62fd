namespace Meetpoint.Bench.Sip;

/// <summary>One neighbour of the exchange, as its lines in the world say it.</summary>
sealed record Trunk(string Recognised, string SipUri)
{
    /// <summary>Known by where it sends from.</summary>
    public static Trunk ByAddress(string host, int port, SipTransport transport) =>
        new($"listener: {transport.Name}\n    sourceAddresses: [{host}]", $"sip:{host}:{port};transport={transport.Name}");

    /// <summary>Known by the name that its certificate stands for.</summary>
    public static Trunk ByName(string name, string host) => new($"tlsNames: [{name}]", $"sip:{host}:{SipPlan.TlsPort};transport=tls");
}
