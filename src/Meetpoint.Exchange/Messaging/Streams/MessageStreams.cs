using Meetpoint.Exchange.Calls;

namespace Meetpoint.Exchange.Messaging.Streams;

/// <summary>The streams of clients of the API, by the person whose messages they are told. On the loop only.</summary>
/// <remarks>
/// A client is one more device of its user: it is told beside her phones, and whoever takes a message first has delivered it. What it does not acknowledge was not
/// delivered, and is kept as for anyone who is not there.
/// </remarks>
/// <param name="context">Knows whose an endpoint is.</param>
sealed class MessageStreams(CallContext context)
{
    readonly Dictionary<string, List<MessageFeed>> _byPerson = new(StringComparer.Ordinal);
    readonly Dictionary<string, MessageFeed> _awaited = new(StringComparer.Ordinal);

    /// <summary>A stream is told a person's messages from now on.</summary>
    /// <param name="person">Address, in lower case.</param>
    /// <param name="feed">The stream's part.</param>
    public void Add(string person, MessageFeed feed)
    {
        if (!_byPerson.TryGetValue(person, out var feeds))
            _byPerson[person] = feeds = [];
        feeds.Add(feed);
    }

    /// <summary>And no longer.</summary>
    public void Remove(string person, MessageFeed feed)
    {
        if (_byPerson.TryGetValue(person, out var feeds) && feeds.Remove(feed) && feeds.Count == 0)
            _byPerson.Remove(person);
    }

    /// <summary>Tells a message to every stream of its receiver; false where there is none that can be told.</summary>
    /// <param name="admitted">Words.</param>
    /// <param name="done">Told once what became of it, never within this call.</param>
    public bool TrySend(AdmittedMessage admitted, Action<MessageOutcome> done)
    {
        if (Listening(admitted, out var person) is not { } feeds)
            return false;
        var delivery = new StreamDelivery(admitted.Message, person, admitted.Receiver, done);
        var target = admitted.Grant.Target;
        return feeds.Count(feed => feed.MayHear(target) && feed.TryTell(delivery)) > 0;
    }

    /// <summary>Tells a sign of writing to every stream of its receiver; false where there is none.</summary>
    public bool TrySign(AdmittedMessage admitted)
    {
        if (Listening(admitted, out var person) is not { } feeds)
            return false;
        var target = admitted.Grant.Target;
        foreach (var feed in feeds.Where(feed => feed.MayHear(target)))
            feed.Sign(person, admitted.Message);
        return true;
    }

    /// <summary>A stream wants to know what becomes of a message that was accepted or kept.</summary>
    /// <param name="key">As <see cref="TextMessage.Key"/>.</param>
    /// <param name="feed">Who is told.</param>
    public void Await(string key, MessageFeed feed) => _awaited[key] = feed;

    /// <summary>And no longer.</summary>
    public void Forget(string key, MessageFeed feed)
    {
        if (_awaited.GetValueOrDefault(key) == feed)
            _awaited.Remove(key);
    }

    /// <summary>It is known what became of one.</summary>
    /// <param name="key">As <see cref="TextMessage.Key"/>.</param>
    /// <param name="why">Why it was not delivered; null where it was.</param>
    public void Settled(string key, string? why)
    {
        if (_awaited.Remove(key, out var feed))
            feed.Settled(key, why);
    }

    /// <summary>Who listens for the receiver: the user with the address, or whose endpoint has it.</summary>
    List<MessageFeed>? Listening(AdmittedMessage admitted, out string person)
    {
        person = "";
        if (_byPerson.Count == 0)
            return null;
        var (user, endpoint) = (admitted.Grant.User, admitted.Grant.Endpoint);
        if ((user?.Sip ?? (endpoint is null ? null : context.Endpoints.OwnerOf(endpoint)?.Sip ?? endpoint.Sip)) is not { } address)
            return null;
        person = MessageAddress.Of("sip:" + address);
        return _byPerson.GetValueOrDefault(person);
    }
}
