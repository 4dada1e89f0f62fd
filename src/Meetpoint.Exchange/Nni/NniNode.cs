using System.Text.Json.Nodes;
using Meetpoint.Exchange.Storage;
using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Nni;

/// <summary>What an exchange's NNI is built from.</summary>
public sealed record NniOptions
{
    /// <summary>This exchange's domain name.</summary>
    public required string Exchange { get; init; }

    /// <summary>Its identity.</summary>
    public required IdentityKey Identity { get; init; }

    /// <summary>The exchanges that it knows.</summary>
    public required NniNeighbours Neighbours { get; init; }

    /// <summary>Where outbox and inbox stand.</summary>
    public required Store Store { get; init; }

    /// <summary>The way to other exchanges.</summary>
    public required INniTransport Transport { get; init; }

    /// <summary>On which the senders run.</summary>
    public required IEventLoop Loop { get; init; }

    /// <summary>Wall time of dates in messages.</summary>
    public required IClock Clock { get; init; }

    /// <summary>For the time limits of questions.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Spreads retries. Used on the loop only.</summary>
    public required Random Jitter { get; init; }

    /// <summary>Makes message ids, at most <see cref="NniLimits.NameChars"/> characters. Thread safe.</summary>
    public required Func<string> NewId { get; init; }

    /// <summary>Whether this exchange carries from one exchange (first) to another; not unless it is a neutral one.</summary>
    public Func<string, string, bool> MayCarry { get; init; } = static (_, _) => false;

    /// <summary>Hears what an operator should; on any thread, must not block.</summary>
    public Action<NniEvent> Events { get; init; } = static _ => { };
}

/// <summary>The NNI of one exchange: outbox, inbox, questions and the server that feeds them.</summary>
/// <remarks>Thread safe. Register handlers first, then <see cref="Start"/>.</remarks>
public sealed class NniNode
{
    /// <summary>Puts it together; nothing is sent before <see cref="Start"/>.</summary>
    public NniNode(NniOptions options)
    {
        var seal = new NniSeal(options.Exchange, options.Identity, options.Neighbours, options.Clock, options.NewId);
        Questions = new NniQuestions(seal, options.Transport, options.Time, options.Events);
        Inbox = new NniInbox(options.Store, seal, options.Events);
        Outbox = new NniOutbox(
            options.Store, options.Neighbours, seal, options.Transport, options.Loop, options.Jitter, Questions, Hello, options.Events);
        Server = new NniServer(
            options.Neighbours, seal, Inbox, Questions, options.Transport, options.MayCarry, Outbox.PeerHeard, Hello, options.Events);
    }

    /// <summary>The tables of outbox and inbox.</summary>
    public static IReadOnlyList<Migration> Migrations => NniSchema.Migrations;

    /// <summary>What goes out.</summary>
    public NniOutbox Outbox { get; }

    /// <summary>What comes in.</summary>
    public NniInbox Inbox { get; }

    /// <summary>Questions asked and answered.</summary>
    public NniQuestions Questions { get; }

    /// <summary>Answers requests of other exchanges.</summary>
    public NniServer Server { get; }

    /// <summary>Connects to every neighbour and sends what waits.</summary>
    public void Start() => Outbox.Start();

    /// <summary>Stops sending. What is queued stays.</summary>
    public void Stop() => Outbox.Stop();

    JsonObject Hello() => new()
    {
        ["versions"] = new JsonArray(NniEnvelope.Version),
        ["capabilities"] = new JsonArray([.. Inbox.Types.Concat(Questions.Types).Select(type => (JsonNode)type)]),
    };
}
