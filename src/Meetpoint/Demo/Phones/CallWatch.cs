namespace Meetpoint.Demo.Phones;

/// <summary>Where a phone's one call stands, to be waited for from another thread. Thread safe.</summary>
sealed class CallWatch(string phone, Func<string> log)
{
    readonly Lock _lock = new();
    TaskCompletionSource _answered = NewSource();
    TaskCompletionSource<string> _ended = Done("there was no call");

    /// <summary>True from the answer to the end.</summary>
    public bool IsUp
    {
        get
        {
            lock (_lock)
                return _answered.Task.IsCompletedSuccessfully && !_ended.Task.IsCompleted;
        }
    }

    /// <summary>A call is being dialled.</summary>
    public void Begin()
    {
        lock (_lock)
            _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>The call stands.</summary>
    public void Answered()
    {
        lock (_lock)
        {
            if (_ended.Task.IsCompleted)
                _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _answered.TrySetResult();
        }
    }

    /// <summary>The call is over, or never stood.</summary>
    public void Ended(string reason)
    {
        lock (_lock)
        {
            _ended.TrySetResult(reason);
            if (_answered.Task.IsCompleted)
                _answered = NewSource();
        }
    }

    /// <summary>Waits until a call stands.</summary>
    public async Task AnsweredAsync(TimeSpan limit, string expected)
    {
        Task answered;
        Task<string> ended;
        lock (_lock)
            (answered, ended) = (_answered.Task, _ended.Task);
        var refused = ended.IsCompleted ? Task.Delay(Timeout.Infinite) : ended;
        var first = await Task.WhenAny(answered, refused).WithinAsync(limit, expected, log);
        if (first != answered && !answered.IsCompleted)
            throw new DemoFailedException($"expected {expected}; instead the call ended: {await ended}");
    }

    /// <summary>Waits until no call stands.</summary>
    public Task EndedAsync(TimeSpan limit)
    {
        lock (_lock)
            return _ended.Task.WithinAsync(limit, $"{phone}'s call to end", log);
    }

    static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    static TaskCompletionSource<string> Done(string reason)
    {
        var source = new TaskCompletionSource<string>();
        source.SetResult(reason);
        return source;
    }
}
