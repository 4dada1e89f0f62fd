using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>What became of an edit: the difference, or why there is none.</summary>
/// <param name="Diff">Steps taken, or that would be taken by a dry run; null when there are faults.</param>
/// <param name="Faults">Everything wrong with it.</param>
public sealed record WorldEdit(WorldDiff? Diff, ImmutableArray<Fault> Faults);

/// <summary>
/// The one way by which a world changes: validated whole, made durable, then put in force. One edit at a time, so that each is judged by
/// what stands. Thread safe.
/// </summary>
public sealed class WorldEditor(WorldStore store, Admission admission, LimitBook limits, TimeProvider time) : IDisposable
{
    readonly SemaphoreSlim _turn = new(1);

    /// <summary>Another world is in force; on the thread of the edit.</summary>
    public event Action<World>? Applied;

    /// <summary>The world in force.</summary>
    public World World => admission.World;

    /// <summary>Makes the world what a document says, read from outside.</summary>
    /// <param name="input">The document; secrets that it leaves out are kept.</param>
    /// <param name="dryRun">True: only says what would change.</param>
    public Task<WorldEdit> ApplyAsync(JsonNode? input, bool dryRun) => EditAsync(
        standing =>
        {
            if (input is JsonObject root)
                WorldSecrets.Keep(root, standing);
            return WorldValidator.Check(input);
        },
        dryRun);

    /// <summary>Makes the world what an edit of the standing document gives; the edit runs while no other does.</summary>
    internal async Task<WorldEdit> EditAsync(Func<WorldDocument, WorldCheck> edit, bool dryRun)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            var standing = World.Document;
            var check = edit(standing);
            if (check.Document is not { } desired)
                return new WorldEdit(null, check.Faults);
            if (WorldValidator.ValidateChange(standing, desired) is { IsEmpty: false } faults)
                return new WorldEdit(null, faults);
            if (dryRun)
                return new WorldEdit(WorldDiff.Between(standing, desired), []);
            var diff = await store.ApplyAsync(desired).ConfigureAwait(false);
            if (!diff.IsEmpty)
            {
                // As stored, so that a restart puts the same order of neighbours in force as the edit does.
                var world = World.Build(store.Load(), World.Exchange, limits);
                await limits.RenewAsync(time.NowNs()).ConfigureAwait(false); // so that new agreements begin with a part of their limits
                admission.Apply(world);
                Applied?.Invoke(world);
            }

            return new WorldEdit(diff, []);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
