namespace Meetpoint.Net.Dns;

/// <summary>Asks a resolver that lives on another loop. On the loop of its user only.</summary>
/// <param name="names">Who is asked.</param>
/// <param name="theirs">The loop of the resolver.</param>
/// <param name="ours">The loop of the user, where answers come.</param>
public sealed class PostedNames(INameResolver names, IEventLoop theirs, IEventLoop ours) : INameResolver
{
    /// <inheritdoc/>
    public void Query(string name, DnsType type, Action<DnsAnswer> done) => theirs.Post(() => names.Query(name, type, answer => ours.Post(() => done(answer))));
}
