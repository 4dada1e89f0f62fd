using Meetpoint.Exchange.Storage;

namespace Meetpoint.Exchange.Meetings.Booking;

/// <summary>The unguessable tokens by which invitees answer; one for each invitee and meeting, for all of its versions.</summary>
static class MeetingTokens
{
    public sealed record Found(string Meeting, string Address);

    /// <summary>The invitee's token, made when there is none yet.</summary>
    public static string For(StoreTransaction transaction, string meeting, string address, Ids ids)
    {
        transaction.Execute(
            "INSERT INTO meeting_tokens (token, meeting, address) VALUES (@token, @meeting, @address) ON CONFLICT DO NOTHING",
            new { token = ids.Token(), meeting, address });
        return transaction.Single<string>(
            "SELECT token FROM meeting_tokens WHERE meeting = @meeting AND address = @address", new { meeting, address })!;
    }

    /// <summary>The invitee is asked no longer.</summary>
    public static void Forget(StoreTransaction transaction, string meeting, string address) =>
        transaction.Execute("DELETE FROM meeting_tokens WHERE meeting = @meeting AND address = @address", new { meeting, address });

    /// <summary>True when the invitee was written to before.</summary>
    public static bool Has(StoreReader reader, string meeting, string address) => reader.Single<string>(
        "SELECT token FROM meeting_tokens WHERE meeting = @meeting AND address = @address", new { meeting, address }) is not null;

    public static Found? Find(StoreReader reader, string token) =>
        reader.Single<Found>("SELECT meeting, address FROM meeting_tokens WHERE token = @token", new { token });
}
