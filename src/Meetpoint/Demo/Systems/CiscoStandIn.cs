using System.Text;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Demo.Systems;

/// <summary>A call control in the Cisco style: publishes the state of its lines, with activities of the draft's namespace within the status.</summary>
sealed class CiscoStandIn(NetAddress listen, NetAddress exchange) : StandIn("call control", listen, exchange)
{
    readonly Dictionary<string, string> _tags = new(StringComparer.Ordinal);

    protected override string Accept => "application/pidf+xml";

    /// <summary>A handset is lifted or put down: the call control publishes it.</summary>
    /// <returns>The status of the answer.</returns>
    public Task<int> LiftAsync(string address, bool isLifted)
    {
        var answered = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            var uri = $"sip:{address}";
            var request = new SipRequest("PUBLISH", uri)
            {
                From = new NameAddress(uri), To = new NameAddress(uri), ContentType = "application/pidf+xml", Body = Encoding.UTF8.GetBytes(Document(address, isLifted)),
            };
            request.Headers.Add(("Event", "presence"));
            request.Headers.Add(("Expires", "3600"));
            if (_tags.TryGetValue(address, out var tag))
                request.Headers.Add(("SIP-If-Match", tag));
            Ua.Send(request, Exchange, null, result =>
            {
                if (result.Response?.Text("SIP-ETag") is { } next)
                    _tags[address] = next;
                answered.SetResult(result.Status);
            });
        });
        return answered.Task;
    }

    protected override (string Type, string Body) Write(string user) => ("application/pidf+xml", Document(user, false));

    static string Document(string address, bool isLifted) =>
        $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <presence xmlns="urn:ietf:params:xml:ns:pidf" entity="{address}" xmlns:e="urn:ietf:params:xml:ns:pidf:status:rpid" xmlns:ce="urn:cisco:params:xml:ns:pidf:rpid">
        <tuple id="cmp-2001"><status><basic>open</basic><e:activities>{(isLifted ? "<e:on-the-phone/>" : "<ce:available/>")}</e:activities></status><contact priority="0.8">sip:{address}</contact></tuple>
        </presence>
        """;
}
