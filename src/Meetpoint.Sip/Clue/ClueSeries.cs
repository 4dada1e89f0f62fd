namespace Meetpoint.Sip.Clue;

/// <summary>The series of sequence numbers that each side has, apart from each other (RFC 8847 section 5).</summary>
enum ClueSeries
{
    /// <summary>Of the initiation: options and their answer.</summary>
    Initiation,

    /// <summary>Of what is said as a provider: advertisements, and answers to configurations.</summary>
    Provider,

    /// <summary>Of what is said as a consumer: acknowledgements and configurations.</summary>
    Consumer,
}

/// <summary>To which series a message belongs.</summary>
static class ClueSeriesOf
{
    /// <summary>How many there are.</summary>
    public const int Count = 3;

    public static ClueSeries Message(ClueMessage message) => message switch
    {
        ClueOptions or ClueOptionsResponse => ClueSeries.Initiation,
        ClueAdvertisement or ClueConfigureResponse => ClueSeries.Provider,
        _ => ClueSeries.Consumer,
    };

    /// <summary>By the name of the message; null for one that is not known.</summary>
    public static ClueSeries? Element(string name) => name switch
    {
        "options" or "optionsResponse" => ClueSeries.Initiation,
        "advertisement" or "configureResponse" => ClueSeries.Provider,
        "ack" or "configure" => ClueSeries.Consumer,
        _ => null,
    };
}
