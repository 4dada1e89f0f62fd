using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Calls.Statistics;
using Meetpoint.Exchange.Presence.Hub;

namespace Meetpoint.Exchange.Presence.Calls;

/// <summary>
/// What the calls that cross here say of the people who make and take them: on the phone from the answer to the end, and ringing before. It ends with the last call, and says nothing of
/// somebody without one. On the loop only.
/// </summary>
sealed class PhoneStates(PresenceContext context)
{
    /// <summary>The name of the device that stands for all calls of a person that cross here.</summary>
    public const string Device = "calls";

    readonly Dictionary<string, Person> _people = new(StringComparer.Ordinal);

    /// <summary>People who are in a call, or rung.</summary>
    public int Count => _people.Count;

    /// <summary>Something became of a call. Help is called in private.</summary>
    public void Seen(RelayedCall call, CallPhase phase)
    {
        if ((call.Grant.IsHeld && call.Grant.IsEmergency) || !context.Directory.HasPeople)
            return;
        Tell(call.Caller, call.Id, phase == CallPhase.Ringing ? null : phase);
        Tell(call.CalledAddress ?? call.Called, call.Id, phase);
    }

    void Tell(string address, string call, CallPhase? phase)
    {
        if (phase is not { } known || context.Directory.Find(address) is not { User: not null } target || !context.Policy.IsHere(target.Provider))
            return;
        if (!_people.TryGetValue(target.Address, out var person))
        {
            if (known == CallPhase.Over || context.Hub.Open(target.Address, null, null, isWhole: false) is not { } source)
                return;
            _people[target.Address] = person = new Person(source);
        }

        if (known == CallPhase.Over)
            person.Calls.Remove(call);
        else
            person.Calls[call] = known;
        if (person.Calls.Count == 0)
        {
            _people.Remove(target.Address);
            context.Hub.Close(person.Source);
            return;
        }

        var activity = person.Calls.ContainsValue(CallPhase.Answered) ? Activity.OnThePhone : Activity.Ringing;
        context.Hub.Report(
            person.Source, [new ReportedState { Device = Device, Kind = SourceKind.Phone, Capabilities = Capabilities.Audio, State = new PresenceState(activity) }], context.Now, context.Loop.NowNs);
    }

    sealed class Person(PresenceSource source)
    {
        public PresenceSource Source => source;

        public Dictionary<string, CallPhase> Calls { get; } = new(StringComparer.Ordinal);
    }
}
