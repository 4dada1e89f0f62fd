using Meetpoint.Demo.World;

namespace Meetpoint.Demo.Story;

/// <summary>The world after the story: kept up for whoever wants to try something, until it is stopped.</summary>
sealed class KeptWorld(DemoWorld world, Narrator narrator, StoryReport report)
{
    /// <summary>Says what to try, and then each process that ends, until <paramref name="stopped"/>.</summary>
    public async Task WatchAsync(Task stopped)
    {
        SayWhatToTry();
        var running = world.Exchanges.ToDictionary(exchange => (Task)exchange.Process.Exited);
        while (running.Count > 0)
        {
            var first = await Task.WhenAny([stopped, .. running.Keys]);
            if (first == stopped)
                break;
            running.Remove(first, out var ended);
            narrator.Say($"{ended!.Party.Domain} (process {ended.Process.Id}) ended with {await ended.Process.Exited}; its log is {ended.Process.LogPath}");
            foreach (var other in running.Values)
            {
                narrator.Say(await other.Api.TryGetAsync("/health/ready") is not null
                    ? $"{other.Party.Domain} (process {other.Process.Id}) is up, and answers"
                    : $"{other.Party.Domain} (process {other.Process.Id}) does not answer");
            }
        }

        if (!stopped.IsCompleted)
        {
            narrator.Say("no exchange is left");
            return;
        }

        narrator.Say("ending the world");
    }

    void SayWhatToTry()
    {
        var (albion, liberty) = (world.Albion, world.Liberty);
        var program = Path.Combine(AppContext.BaseDirectory, "meetpoint");
        narrator.Chapter("The world stays up. Try next, in a browser on this machine (127.0.0.0/8 counts as secure, so it may use camera and microphone):");
        foreach (var (domain, link) in report.JoinLinks)
            narrator.Detail($"{link}      # join the meeting at {domain}{(report.Pictures.Count > 0 ? ", where the others still are" : "")}");
        narrator.Chapter("Or in another terminal:");
        foreach (var line in (IEnumerable<string>)
        [
            $"alias albion='{program} --config {albion.ConfigurationPath}'",
            $"alias liberty='{program} --config {liberty.ConfigurationPath}'",
            "albion directory search boardroom",
            $"albion meeting schedule --organiser {world.Alice.Address} --title Lunch --start now+2m --length 15m --invite {world.Bob.Address}",
            "liberty meeting list",
            "liberty usage list",
            "albion statement show albion-liberty",
            $"albion apply -f {albion.WorldPath} --dry-run      # after a change in that file",
            $"kill {liberty.Process.Id}      # {liberty.Party.Domain} ends; {albion.Party.Domain} stays up",
        ])
            narrator.Detail(line);
        narrator.Detail("");
        narrator.Detail("Ctrl-C ends it all.");
    }
}
