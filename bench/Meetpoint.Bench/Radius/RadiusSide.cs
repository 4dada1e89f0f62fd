using System.Globalization;
using Meetpoint.Bench.Harness;
using Meetpoint.Bench.Sip;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Bench.Radius;

/// <summary>One proxy with what it is asked.</summary>
/// <param name="name">For the reader.</param>
/// <param name="server">What is counted.</param>
/// <param name="host">Its address.</param>
/// <param name="code">What it is asked.</param>
/// <param name="requests">Of a window.</param>
sealed class RadiusSide(string name, IMeasured server, string host, RadiusCode code, int requests) : IDisposable
{
    /// <summary>After the last answer: what a server does afterwards belongs to it.</summary>
    const int RestMs = 500;

    /// <summary>What is kept comes home later than its answer.</summary>
    const int HomeMs = 30_000;

    readonly List<double> _costsUs = [];

    public string Name => name;

    public string Note => string.Create(CultureInfo.InvariantCulture, $"{name}: {server.ResidentBytes / 1_048_576.0:0} MiB resident at the end");

    /// <summary>What every window so far cost.</summary>
    public string Costs => string.Join(", ", _costsUs.Select(static us => us.ToString("f2", CultureInfo.InvariantCulture)));

    /// <summary>Microseconds of the proxy's processes for each request, until it is answered and has come home.</summary>
    /// <exception cref="IOException">One was not carried as it should be.</exception>
    public Sample Run(RadiusLoad load, RadiusHome home)
    {
        home.Begin(load.Next, requests);
        var before = server.ProcessorNs;
        try
        {
            load.Run(RadiusPlan.At(host, code == RadiusCode.AccountingRequest), code, requests);
            if (!Pause.Until(() => home.Heard >= requests, HomeMs))
                throw new IOException($"only {home.Heard} of {requests} requests came home");
        }
        catch (IOException error)
        {
            throw new IOException($"{name}: {home.Failure ?? error.Message}\n{server.Tail}", error);
        }

        Pause.For(RestMs);
        if (home.Failure is { } failure)
            throw new IOException($"{name}: {failure}");
        var cost = (server.ProcessorNs - before) / 1e3 / requests;
        _costsUs.Add(cost);
        return new Sample(cost, null);
    }

    public void Dispose() => server.Dispose();
}
