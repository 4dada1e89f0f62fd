using Meetpoint.Net;
using Meetpoint.Net.Dns;
using NodaTime;

namespace Meetpoint.Simulation.Kit;

/// <summary>Wall time of a simulated exchange.</summary>
sealed class VirtualClock(TimeProvider time) : IClock
{
    public Instant GetCurrentInstant() => Instant.FromDateTimeOffset(time.GetUtcNow());
}

/// <summary>Name servers of a world in which everything has its address written down.</summary>
sealed class NoNames(IEventLoop loop) : INameResolver
{
    public void Query(string name, DnsType type, Action<DnsAnswer> done) => loop.Post(() => done(new DnsAnswer(DnsAnswerStatus.NoSuchName, [])));
}

/// <summary>Tasks of a world on one thread: each is over when its call is, or the world is no longer deterministic.</summary>
static class InlineTasks
{
    /// <summary>Asserts that it is over and throws what it threw.</summary>
    public static void Done(this Task task)
    {
        Assert.True(task.IsCompleted, "a task of the simulation left its thread");
        task.GetAwaiter().GetResult();
    }

    /// <inheritdoc cref="Done(Task)"/>
    public static void Done(this ValueTask task) => task.AsTask().Done();

    /// <inheritdoc cref="Done(Task)"/>
    public static T Done<T>(this Task<T> task)
    {
        Assert.True(task.IsCompleted, "a task of the simulation left its thread");
        return task.GetAwaiter().GetResult();
    }
}
