using System.Text;
using Meetpoint.Net;

namespace Meetpoint.Bench.Radius;

/// <summary>Who is where, who shares what with whom, and how many ask at a time: all on loopback, on addresses that nothing else takes.</summary>
static class RadiusPlan
{
    /// <summary>Of the access servers.</summary>
    public const string AccessServers = "127.50.0.2";

    /// <summary>Of the home server.</summary>
    public const string Home = "127.50.0.3";

    /// <summary>Of the exchange.</summary>
    public const string Exchange = "127.50.0.10";

    /// <summary>Of radsecproxy.</summary>
    public const string RadsecProxy = "127.50.0.11";

    /// <summary>Of radsecproxy that logs every answer.</summary>
    public const string LoggingRadsecProxy = "127.50.0.12";

    /// <summary>Of FreeRADIUS.</summary>
    public const string FreeRadius = "127.50.0.13";

    /// <summary>Of exchanges that a hop over TLS joins.</summary>
    public const string VisitedExchange = "127.50.0.20", HomeExchange = "127.50.0.21";

    /// <summary>Of exchanges that stand beside a radsecproxy.</summary>
    public const string ExchangeBeforeProxy = "127.50.0.22", ExchangeBehindProxy = "127.50.0.23";

    /// <summary>Of radsecproxies that a hop over TLS joins.</summary>
    public const string VisitedProxy = "127.50.0.24", HomeProxy = "127.50.0.25", ProxyBeforeExchange = "127.50.0.26";

    /// <summary>Of everybody, over TLS.</summary>
    public const int TlsPort = 2083;

    /// <summary>Of everybody, for Access-Requests.</summary>
    public const int AuthenticationPort = 1812;

    /// <summary>Of everybody, for Accounting-Requests.</summary>
    public const int AccountingPort = 1813;

    /// <summary>Between access servers and proxy.</summary>
    public const string ClientSecret = "testing123";

    /// <summary>Between proxy and home.</summary>
    public const string HomeSecret = "homesecret";

    /// <summary>Whose customer it is.</summary>
    public const string Realm = "home.example";

    /// <summary>Of the customer.</summary>
    public const string Password = "s3cret";

    /// <summary>Access servers, each with a source port of its own.</summary>
    public const int Ports = 2;

    /// <summary>Requests that each has under way.</summary>
    public const int UnderWayOfEach = 32;

    /// <summary>Who signs in.</summary>
    public static readonly byte[] UserName = Encoding.ASCII.GetBytes($"alice@{Realm}");

    /// <summary>Where a server of the plan takes requests.</summary>
    public static NetAddress At(string host, bool isAccounting) => NetAddress.Parse($"{host}:{(isAccounting ? AccountingPort : AuthenticationPort)}");
}
