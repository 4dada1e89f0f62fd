using Meetpoint.Bench.Harness;

namespace Meetpoint.Bench.Sip;

/// <summary>What calls go through: one server, or several in a chain.</summary>
sealed class SipServer(string entry, IReadOnlyList<IMeasured> hops) : IDisposable
{
    /// <summary>HOST:PORT that the caller sends to.</summary>
    public string Entry { get; } = entry;

    /// <summary>Starts the servers of a chain; when one does not start, those before it are ended.</summary>
    public static SipServer Chain(string entry, params ReadOnlySpan<Func<IMeasured>> starts)
    {
        var hops = new List<IMeasured>();
        try
        {
            foreach (var start in starts)
                hops.Add(start());
            return new SipServer(entry, hops);
        }
        catch
        {
            foreach (var hop in hops)
                hop.Dispose();
            throw;
        }
    }

    /// <summary>Servers that it is made of, each with all its processes.</summary>
    public int Hops => hops.Count;

    /// <summary>Nanoseconds that all processes of all hops have run.</summary>
    public long ProcessorNs => hops.Sum(hop => hop.ProcessorNs);

    /// <summary>Bytes resident in all of them.</summary>
    public long ResidentBytes => hops.Sum(hop => hop.ResidentBytes);

    /// <summary>The last lines that they wrote.</summary>
    public string Tail => string.Join('\n', hops.Select(hop => hop.Tail));

    public void Dispose()
    {
        foreach (var hop in hops)
            hop.Dispose();
    }
}

/// <summary>A server whose cost can be read.</summary>
interface IMeasured : IDisposable
{
    /// <inheritdoc cref="ChildProgram.ProcessorNs"/>
    long ProcessorNs { get; }

    /// <inheritdoc cref="ChildProgram.ResidentBytes"/>
    long ResidentBytes { get; }

    /// <inheritdoc cref="ChildProgram.Tail"/>
    string Tail { get; }
}
