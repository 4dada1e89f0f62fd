using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Nni;
using NodaTime;

namespace Meetpoint.Exchange.Meetings;

/// <summary>
/// Looks up organisations, rooms and people: our own, and those that another provider's agreement opens to us, asked of its exchange.
/// </summary>
/// <remarks>Thread safe. Another exchange's answer is not kept: it is its owner's to change.</remarks>
sealed class ProviderDirectory(Admission admission, NniQuestions? questions, IClock clock)
{
    /// <summary>The question's type on the NNI.</summary>
    public const string Query = "directory.search";

    /// <summary>Entries of one answer.</summary>
    public const int MaxEntries = 200;

    static readonly Duration Timeout = Duration.FromSeconds(5);

    /// <summary>Searches one provider's directory, or our own providers' and every partner's when none is named.</summary>
    /// <param name="text">Part of a name or address; empty finds all.</param>
    /// <param name="asker">The provider for whose customer is asked.</param>
    /// <param name="provider">Whose directory; null for all.</param>
    public async Task<(IReadOnlyList<DirectoryEntry> Entries, IReadOnlyList<string> Unreachable)> SearchAsync(string text, string asker, string? provider)
    {
        var world = admission.World;
        var found = new List<DirectoryEntry>();
        var unreachable = new List<string>();
        foreach (var each in world.Providers.Where(each => provider is null || each.Id == provider))
        {
            if (each.Exchange == world.Exchange)
                found.AddRange(Own(world, each.Id, asker, text));
            else if (questions is not null && world.FindAgreement(asker, each.Id, clock.GetCurrentInstant()) is not null
                && world.FindNeighbourByExchange(each.Exchange) is not null)
                await AskAsync(each, asker, text, found, unreachable);
        }

        return ([.. found.Take(MaxEntries)], unreachable);
    }

    /// <summary>Answers another exchange's question, as far as the agreement opens our directory to the asker.</summary>
    public Task<JsonObject> AnswerAsync(string origin, JsonObject question)
    {
        var world = admission.World;
        var asked = question.Deserialize(DirectoryJson.Default.DirectoryQuestion);
        var entries = asked is null || world.FindProvider(asked.Asker)?.Exchange != origin || world.FindProvider(asked.Provider)?.Exchange != world.Exchange
            ? []
            : Own(world, asked.Provider, asked.Asker, asked.Text).Take(MaxEntries).ToList();
        return Task.FromResult(JsonSerializer.SerializeToNode(new DirectoryAnswer(entries), DirectoryJson.Default.DirectoryAnswer)!.AsObject());
    }

    async Task AskAsync(Provider provider, string asker, string text, List<DirectoryEntry> found, List<string> unreachable)
    {
        var question = JsonSerializer.SerializeToNode(new DirectoryQuestion(asker, provider.Id, text), DirectoryJson.Default.DirectoryQuestion)!.AsObject();
        try
        {
            var answer = await questions!.AskAsync(provider.Exchange, Query, question, Timeout);
            if (answer.Deserialize(DirectoryJson.Default.DirectoryAnswer) is { } entries)
                found.AddRange(entries.Entries.Where(entry => entry.Provider == provider.Id).Take(MaxEntries));
        }
        catch (Exception exception) when (exception is NniUnreachableException or JsonException)
        {
            unreachable.Add(provider.Id);
        }
    }

    /// <summary>Entries of a provider of ours: all to its own customers, to others what is listed and opened.</summary>
    IEnumerable<DirectoryEntry> Own(World world, string provider, string asker, string text)
    {
        var own = asker == provider;
        var opening = own ? null : Opening(world, provider, asker);
        if (!own && opening is null)
            yield break;
        var document = world.Document;
        var organisations = document.Organisations.Where(each => each.Provider == provider).ToDictionary(each => each.Id, StringComparer.Ordinal);
        var users = document.Users.ToDictionary(each => each.Id, StringComparer.Ordinal);
        foreach (var organisation in organisations.Values)
        {
            if ((own || (organisation.Listed && opening!.Organisations.Contains(organisation.Id))) && Matches(text, organisation.Name, organisation.Id))
                yield return new DirectoryEntry { Kind = "organisation", Name = organisation.Name, Organisation = organisation.Name, Provider = provider };
        }

        foreach (var user in document.Users)
        {
            if (organisations.TryGetValue(user.Organisation, out var of) && (own || (of.Listed && opening!.Organisations.Contains(of.Id)))
                && Matches(text, user.Name, user.Sip, of.Name))
                yield return new DirectoryEntry { Kind = "person", Name = user.Name, Address = user.Sip, Organisation = of.Name, Provider = provider };
        }

        foreach (var room in document.Endpoints.Where(each => each.Kind != EndpointKind.Phone))
        {
            var owner = room.Organisation ?? (room.User is { } user && users.TryGetValue(user, out var person) ? person.Organisation : null);
            if (owner is not null && organisations.TryGetValue(owner, out var of)
                && (own || (room.Listed && (opening!.Organisations.Contains(of.Id) || opening.Endpoints.Contains(room.Id))))
                && Matches(text, room.Name, room.Sip, of.Name))
            {
                yield return new DirectoryEntry
                {
                    Kind = room.Kind == EndpointKind.Bridge ? "bridge" : "room",
                    Name = room.Name,
                    Address = room.Sip,
                    Organisation = of.Name,
                    Provider = provider,
                    Screens = room.Screens,
                };
            }
        }
    }

    DirectoryOpening? Opening(World world, string provider, string asker) =>
        world.FindAgreement(asker, provider, clock.GetCurrentInstant()) is { } link && link.Covers(Service.Directory)
            ? link.Agreement.Parties[0] == provider ? link.Agreement.OpenedByA : link.Agreement.OpenedByB
            : null;

    static bool Matches(string text, params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
        {
            if (field.Contains(text, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}

/// <summary>directory.search: who asks, whose directory, for what.</summary>
sealed record DirectoryQuestion(string Asker, string Provider, string Text);

/// <summary>The answer to directory.search.</summary>
sealed record DirectoryAnswer(IReadOnlyList<DirectoryEntry> Entries);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DirectoryQuestion))]
[JsonSerializable(typeof(DirectoryAnswer))]
sealed partial class DirectoryJson : JsonSerializerContext;
