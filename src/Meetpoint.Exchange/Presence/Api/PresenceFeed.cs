using System.Text.Json;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Api.Streams;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Hub;

namespace Meetpoint.Exchange.Presence.Api;

/// <summary>
/// Presence of a stream: the client names whom it watches in whose name, and is told each state whole, at first and whenever it changes. What is to be told is which people have
/// changed, each once: the last state wins. On the loop only.
/// </summary>
/// <param name="presence">The exchange's presence.</param>
/// <param name="caller">Whose stream.</param>
/// <param name="watcher">In whose name, where a frame names nobody; null for none.</param>
/// <param name="wake">Has the stream collect.</param>
sealed class PresenceFeed(PresenceService presence, ApiCaller caller, string? watcher, Action wake) : IStreamFeed
{
    /// <summary>People watched by one stream, at most.</summary>
    public const int MaxWatches = 1_000;

    const string Operator = "";

    readonly Dictionary<(string Address, string Watcher), StreamWatch> _watches = [];
    readonly Queue<StreamWatch> _due = new();

    PresenceContext Context => presence.Context;

    /// <inheritdoc/>
    public bool IsWanted => _watches.Count > 0;

    /// <inheritdoc/>
    public bool TryTake(JsonObject frame, out JsonObject? answer)
    {
        answer = null;
        if (frame["watch"] is { } watch)
            answer = Named(frame, watch, Watch);
        else if (frame["unwatch"] is { } unwatch)
            answer = Named(frame, unwatch, Unwatch);
        else
            return false;
        return true;
    }

    /// <inheritdoc/>
    public bool Collect(List<byte[]> frames, int atMost)
    {
        while (frames.Count < atMost && _due.TryDequeue(out var watch))
        {
            watch.IsDue = false;
            if (watch.Refused is { } refused)
                frames.Add(JsonSerializer.SerializeToUtf8Bytes(Ended(watch, in refused)));
            else if (watch.View is { } view)
                frames.Add(State(watch, view));
        }

        return _due.Count > 0;
    }

    /// <summary>The world has changed: who may see less, or nothing any more, is told so.</summary>
    public void Readmit()
    {
        foreach (var (key, watch) in _watches.ToList())
        {
            Refusal refusal = default;
            if (Context.Directory.Find(watch.Target.Address) is { } target && TryAdmit(watch.Asker, target, out var audience, out refusal))
            {
                if (watch.View is { } view && view.Audience == audience)
                    continue;
                Leave(watch);
                watch.View = Context.Hub.Watch(target.Address, in audience, watch);
            }
            else
            {
                _watches.Remove(key);
                Leave(watch);
                watch.Refused = refusal.Reason == RefusalReason.None ? Context.Admission.Refuse(RefusalReason.NoRoute, default) : refusal;
            }

            Due(watch);
        }
    }

    /// <inheritdoc/>
    public void Close()
    {
        foreach (var watch in _watches.Values)
            Leave(watch);
        _watches.Clear();
        presence.Feeds.Remove(this);
    }

    /// <summary>Somebody is shown something else.</summary>
    public void Due(StreamWatch watch)
    {
        if (watch.IsDue)
            return;
        watch.IsDue = true;
        _due.Enqueue(watch);
        wake();
    }

    JsonObject? Named(JsonObject frame, JsonNode whom, Func<JsonObject, string, string, JsonObject?> act)
    {
        var name = frame["watcher"] is JsonValue given && given.GetValueKind() == JsonValueKind.String ? given.GetValue<string>() : watcher;
        if (whom is not JsonValue value || value.GetValueKind() != JsonValueKind.String)
            return ApiStream.Error(frame, "malformed", "Whom? An address is a string.");
        if (name is null && !caller.IsOperator)
            return ApiStream.Error(frame, "malformed", "In whose name? Give 'watcher', an address of one of your customers.");
        var asker = name is null ? Operator : AddressText.Canonical(name, out var form) is { } canonical && form != AddressForm.Domain ? canonical : null;
        return asker is null ? ApiStream.Error(frame, "malformed", $"'{name}' is no address.") : act(frame, value.GetValue<string>(), asker);
    }

    JsonObject? Watch(JsonObject frame, string address, string name)
    {
        PresenceAsker? asker = null;
        if (name != Operator)
        {
            // A watcher is a customer of ours, and of the key's provider.
            if (Context.Admission.World.Find(name)?.Provider is not { } provider || !caller.MayActFor(provider.Id) || !Context.Policy.IsHere(provider))
                return ApiStream.Error(frame, "forbidden", $"{name} is no customer in whose name you may watch.");
            asker = new PresenceAsker(null, provider, name, [], default);
        }

        if (Context.Directory.Find(address) is not { } target)
            return ApiStream.Error(frame, "not-found", $"Nobody here knows a way to '{address}'.");
        if (asker is null && !Context.Policy.IsHere(target.Provider))
            return ApiStream.Error(frame, "malformed", $"{target.Address} is a customer of another exchange, which wants to know who watches: give 'watcher'.");
        if (_watches.TryGetValue((target.Address, name), out var known))
        {
            known.Id = frame["id"]?.DeepClone();
            Due(known); // asked again, told again
            return null;
        }

        if (_watches.Count >= MaxWatches)
            return ApiStream.Error(frame, "too-many-watches", $"A stream watches {MaxWatches} people at most: open another.");
        var watch = new StreamWatch(this, target, asker, Context.Now) { Id = frame["id"]?.DeepClone() };
        if (!TryAdmit(asker, target, out var audience, out var refusal))
        {
            Context.Hub.Decisions?.AddRare(target.Address, DecisionKind.Refused, name, KebabEnum<RefusalReason>.Word(refusal.Reason));
            return Ended(watch, in refusal);
        }

        watch.View = Context.Hub.Watch(target.Address, in audience, watch);
        if (watch.View is null)
            return ApiStream.Error(frame, "overload", "Too many people are watched already: try again later.");
        _watches[(target.Address, name)] = watch;
        Context.Hub.Decisions?.AddRare(target.Address, DecisionKind.Watched, asker?.Address ?? PresenceWatcherView.Operator, null);
        Due(watch);
        return null;
    }

    JsonObject? Unwatch(JsonObject frame, string address, string name)
    {
        if (Context.Directory.Find(address) is not { } target || !_watches.Remove((target.Address, name), out var watch))
            return ApiStream.Error(frame, "not-found", $"'{address}' is not watched by this stream.");
        Leave(watch);
        return new JsonObject { ["type"] = "unwatched", ["id"] = frame["id"]?.DeepClone(), ["address"] = target.Address };
    }

    bool TryAdmit(PresenceAsker? asker, PresenceTarget target, out PresenceAudience audience, out Refusal refusal)
    {
        if (asker is not null)
            return Context.Policy.TryAdmit(asker, target, out audience, out refusal);
        audience = new PresenceAudience(null, null, PresenceLevel.Note, null);
        refusal = default;
        return true;
    }

    void Leave(StreamWatch watch)
    {
        if (watch.View is { } view)
            Context.Hub.Unwatch(view, watch);
        watch.View = null;
    }

    byte[] State(StreamWatch watch, AudienceView view)
    {
        watch.Told = Context.Now;
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("type", "presence");
            if (watch.Id is { } id)
            {
                json.WritePropertyName("id");
                id.WriteTo(json);
            }

            json.WriteString("address", watch.Target.Address);
            // Written once for all who are shown the same.
            json.WritePropertyName("presence");
            json.WriteRawValue(view.Write(JsonDialect.Instance, Context.Now).Bytes, skipInputValidation: true);
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    static JsonObject Ended(StreamWatch watch, in Refusal refusal) => new()
    {
        ["type"] = "refused",
        ["id"] = watch.Id?.DeepClone(),
        ["address"] = watch.Target.Address,
        ["code"] = KebabEnum<RefusalReason>.Word(refusal.Reason),
        ["detail"] = refusal.Row.ApiTitle,
        ["incident"] = refusal.Incident.ToString(),
    };
}
