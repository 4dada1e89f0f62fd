namespace Meetpoint.Interop.Presence;

/// <summary>What a call control in the Cisco style publishes of a line: the draft's namespaces, and activities within the status of the tuple.</summary>
static class CiscoLine
{
    public static string Of(string address, bool isLifted)
    {
        var activity = isLifted ? "<e:on-the-phone/>" : "<ce:available/>";
        return $"""
            <?xml version="1.0" encoding="UTF-8" standalone="no" ?>
            <presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:e="urn:ietf:params:xml:ns:pidf:status:rpid" xmlns:ce="urn:cisco:params:xml:ns:pidf:rpid" xmlns:sc="urn:ietf:params:xml:ns:pidf:servcaps" entity="sip:{address}">
              <dm:person><status><basic>open</basic></status><e:activities>{activity}</e:activities></dm:person>
              <tuple id="cmp-2001-162">
                <status><basic>open</basic><e:activities>{activity}</e:activities></status>
                <sc:servcaps><sc:audio>true</sc:audio></sc:servcaps>
                <contact priority="0.8">sip:{address}</contact>
                <timestamp>2026-11-22T10:56:16Z</timestamp>
              </tuple>
            </presence>
            """;
    }
}
