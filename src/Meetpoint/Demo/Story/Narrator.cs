using System.Globalization;

namespace Meetpoint.Demo.Story;

/// <summary>Tells what happens as it happens, each line with the seconds since the start. Thread safe.</summary>
sealed class Narrator(TextWriter output, TimeProvider time)
{
    readonly Lock _lock = new();
    readonly long _began = time.GetTimestamp();

    /// <summary>Seconds since the start.</summary>
    public double Seconds => time.GetElapsedTime(_began).TotalSeconds;

    /// <summary>A heading.</summary>
    public void Chapter(string title)
    {
        lock (_lock)
            output.WriteLine($"\n{title}");
    }

    /// <summary>Something that happened.</summary>
    public void Say(string what)
    {
        lock (_lock)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {Seconds,6:0.0}s  {what}"));
    }

    /// <summary>More on what was said last.</summary>
    public void Detail(string what)
    {
        lock (_lock)
            output.WriteLine($"           {what}");
    }

    /// <summary>Says that something is waited for, and again every two seconds until it has come.</summary>
    public async Task<T> WaitingAsync<T>(string what, Task<T> task)
    {
        while (await Task.WhenAny(task, Task.Delay(TimeSpan.FromSeconds(2), time)) != task)
            Say($"... {what}");
        return await task;
    }

    /// <inheritdoc cref="WaitingAsync{T}"/>
    public async Task WaitingAsync(string what, Task task)
    {
        while (await Task.WhenAny(task, Task.Delay(TimeSpan.FromSeconds(2), time)) != task)
            Say($"... {what}");
        await task;
    }
}
