using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>The calls of a line as call control lists them when it is asked (ECMA-323, SnapshotDevice).</summary>
static class CstaSnapshot
{
    /// <summary>The name of the answer.</summary>
    public const string Name = "SnapshotDeviceResponse";

    /// <summary>True where the answer has the calls; one that only promises them, under a number of their own, says nothing yet.</summary>
    public static bool IsWhole(Markup root) => Data(root) is not null;

    /// <summary>The calls, each with what it is to the line; not more than a line has.</summary>
    public static IReadOnlyList<(string CallId, CstaConnection Connection)> Read(Markup root)
    {
        var calls = new List<(string, CstaConnection)>();
        foreach (var info in Data(root)!.All("snapshotDeviceResponseInfo"))
        {
            if (calls.Count == CstaLine.MaxCalls)
                break;
            if (CstaMessage.Id(info.Child("connectionIdentifier")?.Child("callID")) is { } call && Connection(info.Child("localCallState")) is var connection and not CstaConnection.None)
                calls.Add((call, connection));
        }

        return calls;
    }

    static Markup? Data(Markup root) => root.Child("crossRefIDorSnapshotData")?.Child("snapshotData") ?? root.Child("snapshotData");

    /// <summary>
    /// The line's own part of the state of a call: the first of a compound state, or a simple one by its name. What cannot be told is taken for off the hook: nobody is more available by it.
    /// </summary>
    static CstaConnection Connection(Markup? state) => state?.Descendants().Skip(1).FirstOrDefault(one => one.Text.Length > 0)?.Text switch
    {
        "null" or "callNull" => CstaConnection.None,
        "alerting" or "queued" or "callReceived" => CstaConnection.Alerting,
        _ => CstaConnection.OffHook,
    };
}
