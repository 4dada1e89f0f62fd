using Meetpoint.Demo;
using Meetpoint.Demo.Phones;
using Meetpoint.Demo.World;

namespace Meetpoint.Interop.Killed;

/// <summary>Somebody with a phone who dials in, again when his exchange is killed under him, and knows how long he was in.</summary>
sealed class Attendee(KillingWorld world, DemoExchange exchange, Resident who, int hears) : IAsyncDisposable
{
    /// <summary>For which he has to hear the other, so that there is use to charge for: more than the second between two proofs of life.</summary>
    const double HeardSeconds = 1.25;

    static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    readonly List<(long Answered, long Ended)> _calls = [];
    OwnPhone? _phone;
    long _dialled;
    long _answered;

    public DemoExchange Exchange => exchange;

    public Resident Who => who;

    /// <summary>Calls that were answered in this meeting.</summary>
    public int Answered { get; private set; }

    /// <summary>Calls that a kill of his exchange ended, or that had ended within the second before it: a usage is durable once it is completed.</summary>
    public int Cut => _calls.Count(call => world.KilledWithin(exchange, call.Answered, call.Ended + TimeProvider.System.TimestampFrequency) is not null);

    /// <summary>Seconds from dialling to the end of each call: nothing above can be charged.</summary>
    public double AtMost { get; private set; }

    /// <summary>
    /// Seconds from the answer to hanging up, or to the kill, of which he was given something to hear (a busy exchange answers before it has him in):
    /// what is charged falls short by what a kill costs at most.
    /// </summary>
    public double AtLeast { get; private set; }

    /// <summary>Begins to count anew, for another meeting.</summary>
    public void Reset()
    {
        (Answered, AtMost, AtLeast) = (0, 0, 0);
        _calls.Clear();
    }

    /// <summary>Dials until answered: a call that a kill cut short is dialled again.</summary>
    public async Task JoinAsync(string uri, TimeSpan limit)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            await world.UpAsync(exchange);
            _phone ??= OwnPhone.Start(who.Account, Path.Combine(world.Folder, "phones", who.Party.Id, who.User));
            _dialled = TimeProvider.System.GetTimestamp();
            try
            {
                await _phone.DialAsync(uri, AnswerLimit);
                _answered = TimeProvider.System.GetTimestamp();
                Answered++;
                return;
            }
            catch (DemoFailedException) when (Seconds(began) < limit.TotalSeconds
                && (world.KilledWithin(exchange, began, long.MaxValue) is not null || !world.UpAsync(exchange).IsCompleted))
            {
                AtMost += Seconds(_dialled); // it may have been in for all that we know
                await AnewAsync();
            }
        }
    }

    /// <summary>True once the other side's tone was heard in this call; false when there was a kill meanwhile, or it took too long.</summary>
    public async Task<bool> HearsAsync(int killsBefore, TimeSpan limit)
    {
        var isHeard = false;
        try
        {
            await Expect.EventuallyAsync<object>(
                async () =>
                {
                    isHeard = await _phone!.HeardSoFarAsync() is { } heard && Hearing.Of(heard, hears)[0].HeardSeconds >= HeardSeconds;
                    return isHeard || world.Kills != killsBefore ? this : null;
                },
                limit, $"{who.Address} to hear {hears} Hz");
        }
        catch (DemoFailedException)
        {
            // Told by what is returned.
        }

        return isHeard;
    }

    /// <summary>Hangs up, when his exchange runs.</summary>
    public async Task LeaveAsync()
    {
        var leaving = TimeProvider.System.GetTimestamp();
        var given = await _phone!.HeardSoFarAsync() is { } heard ? (double)heard.Samples.Length / heard.SampleRate : 0;
        await world.UpAsync(exchange);
        try
        {
            await _phone.HangUpAsync();
        }
        catch (DemoFailedException) when (world.KilledWithin(exchange, _answered, long.MaxValue) is not null)
        {
            await AnewAsync();
        }

        var ended = TimeProvider.System.GetTimestamp();
        if (world.KilledWithin(exchange, _answered, ended) is { } killed)
            (leaving, ended) = (Math.Min(leaving, killed), killed);
        _calls.Add((_answered, ended));
        AtMost += TimeProvider.System.GetElapsedTime(_dialled, ended).TotalSeconds;
        AtLeast += Math.Min(given, TimeProvider.System.GetElapsedTime(_answered, leaving).TotalSeconds);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _phone?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Another phone in place of one whose call nobody answers any more.</summary>
    async Task AnewAsync()
    {
        try
        {
            await world.UpAsync(exchange);
            await _phone!.DisposeAsync();
        }
        catch (DemoFailedException)
        {
            // It could not say goodbye.
        }

        _phone = null;
    }

    static double Seconds(long since) => TimeProvider.System.GetElapsedTime(since).TotalSeconds;
}
