namespace Meetpoint.Exchange.Calls;

/// <summary>Identities that requests under way keep until they are answered; used again, since each is a kilobyte. On the loop only.</summary>
sealed class CallerIdentities
{
    const int MostKept = 1_024;

    readonly Stack<CallerIdentity> _free = [];

    public CallerIdentity Rent() => _free.TryPop(out var identity) ? identity : new CallerIdentity();

    public void Return(CallerIdentity identity)
    {
        if (_free.Count < MostKept)
            _free.Push(identity);
    }
}
