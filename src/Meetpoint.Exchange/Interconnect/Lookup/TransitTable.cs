namespace Meetpoint.Exchange.Interconnect;

/// <summary>The links that let transit through, by one of their parties, in one flat array of their indexes. Immutable.</summary>
sealed class TransitTable
{
    readonly int[] _starts;
    readonly int[] _links;
    readonly Single[] _only;

    /// <summary>A link and its slice of the limits; both are fetched at once.</summary>
    public readonly record struct Single(int Link, int Slice);

    public TransitTable(IReadOnlyList<AgreementLink> links, int providers, Func<AgreementLink, int> party)
    {
        _links = [.. Enumerable.Range(0, links.Count).Where(link => links[link].Row.Transit).OrderBy(link => party(links[link]))];
        _starts = new int[providers + 1];
        foreach (var link in _links)
            _starts[party(links[link]) + 1]++;
        for (var i = 0; i < providers; i++)
            _starts[i + 1] += _starts[i];
        _only = new Single[providers];
        for (var i = 0; i < providers; i++)
            _only[i] = Of(i) is [var only] ? new Single(only, links[only].Row.Slice) : new Single(LinkRow.None, LinkRow.None);
    }

    /// <summary>The one link of a party that has one, as a customer of one neutral exchange has; none when it has none, or more.</summary>
    public Single OnlyOf(int provider) => _only[provider];

    /// <summary>The links of a party.</summary>
    public ReadOnlySpan<int> Of(int provider) => _links.AsSpan(_starts[provider].._starts[provider + 1]);
}
