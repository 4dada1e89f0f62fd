using Meetpoint.Exchange.Meetings.Invitations;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Settlement;

namespace Meetpoint.Exchange.Storage;

/// <summary>The schema of an exchange: each slice's own steps, slices that others refer to first.</summary>
public static class Migrations
{
    /// <summary>Every step in the order in which a new database applies them. A slice appends to its own list.</summary>
    public static IReadOnlyList<Migration> All { get; } =
    [
        .. Nni.NniNode.Migrations,
        .. Api.ApiKeys.Migrations,
        .. WorldStore.Migrations,
        .. Meetings.Booking.MeetingRows.Migrations,
        .. MailOutbox.Migrations,
        .. Meetings.Live.Sightings.Migrations,
        .. Meetings.Live.Moderation.Migrations,
        .. SettlementSchema.Migrations,
        SliceTable.Migration,
        Calls.CallRows.Migration,
        Calls.CallSightings.Migration,
        Calls.CallSightings.QualityMigration,
        .. Calls.Registrations.RegistrationRows.Migrations,
        .. Messaging.Keeping.KeptMessageRows.Migrations,
        .. Presence.PresenceService.Migrations,
        .. Roaming.Hotspots.HotspotRows.Migrations,
        .. Roaming.Accounting.AccountingRows.Migrations,
        .. Roaming.Sessions.SessionRows.Migrations,
        Roaming.Rules.SessionRoom.Migration,
        Meetings.Recording.RecordingRows.Migration,
    ];
}
