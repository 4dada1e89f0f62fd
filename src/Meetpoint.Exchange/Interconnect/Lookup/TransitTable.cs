namespace Meetpoint.Exchange.Interconnect;

/// <summary>The links that let transit through, by one of their parties, in one flat array. Immutable.</summary>
sealed class TransitTable
{
    readonly int[] _starts;
    readonly AgreementLink[] _links;
    readonly AgreementLink?[] _only;

    public TransitTable(IEnumerable<AgreementLink> links, int providers, Func<AgreementLink, int> party)
    {
        _links = [.. links.Where(link => link.Transit).OrderBy(party)];
        _starts = new int[providers + 1];
        foreach (var link in _links)
            _starts[party(link) + 1]++;
        for (var i = 0; i < providers; i++)
            _starts[i + 1] += _starts[i];
        _only = new AgreementLink?[providers];
        for (var i = 0; i < providers; i++)
            _only[i] = Of(i) is [var only] ? only : null;
    }

    /// <summary>The one link of a party that has one, as a customer of one neutral exchange has; null when it has none, or more.</summary>
    public AgreementLink? OnlyOf(int provider) => _only[provider];

    /// <summary>The links of a party.</summary>
    public ReadOnlySpan<AgreementLink> Of(int provider) => _links.AsSpan(_starts[provider].._starts[provider + 1]);
}
