using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Presence.Dialects;
using NodaTime;

namespace Meetpoint.Exchange.Tests.Presence;

/// <summary>What tests show, and the dialects that they show it in: XMPP, which has no documents of its own, among them.</summary>
static class PresenceSamples
{
    public static readonly Instant Now = Instant.FromUtc(2026, 11, 22, 9, 30);

    public static readonly Instant Since = Instant.FromUtc(2026, 11, 22, 9, 12, 7) + Duration.FromMilliseconds(250);

    /// <summary>Columns of the table in the documentation, with what takes a state to the wire and back.</summary>
    public static readonly (string Name, Func<PresenceState, PresenceState> Pass)[] Dialects =
    [
        ("PIDF", state => Pass(PidfDialect.Standard, state)),
        ("Cisco style", state => Pass(PidfDialect.Cisco, state)),
        ("Microsoft categories", state => Pass(CategoriesDialect.Instance, state)),
        ("msrtc.pidf", state => Pass(MsrtcPidfDialect.Instance, state)),
        ("XPIDF", state => Pass(XpidfDialect.Instance, state)),
        ("XMPP", state => XmppPresence.Of(state).ToState()!.Value),
        ("dialog-info", state => Pass(LampDialect.Instance, state)),
        ("JSON", state => Pass(JsonDialect.Instance, state)),
        ("Exchange", state => Pass(PidfDialect.Exchange, state)),
    ];

    public static PresenceShown Shown(PresenceState user, params DeviceState[] devices) =>
        new() { Entity = "sip:alice@albion.example", User = user, Devices = devices, DisplayName = "Alice Archer", Version = 7, Now = Now };

    public static DeviceState Device(PresenceState state, SourceKind kind = SourceKind.Client, string device = "desk-1", string origin = "north/pbx", bool isLost = false) =>
        new() { Origin = origin, Device = device, Version = 3, State = state, Kind = kind, IsLost = isLost };

    /// <summary>What a reader makes of it, composed.</summary>
    public static PresenceState Composed(PresenceReport report) =>
        Composition.Of([.. report.States.Select(state => Device(state.State, state.Kind, state.Device, isLost: state.IsLost) with { Version = 1 })]);

    public static PresenceReport Read(IPresenceDialect dialect, byte[] document) => dialect.TryRead(document, out var report, out var fault)
        ? report : throw new FormatException($"{fault}\n{System.Text.Encoding.UTF8.GetString(document)}");

    static PresenceState Pass(IPresenceDialect dialect, PresenceState state) => Composed(Read(dialect, dialect.Write(Shown(state))));
}
