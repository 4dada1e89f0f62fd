namespace Meetpoint.Interop.Presence;

/// <summary>Presence documents as a phone publishes them (RFC 3863, RFC 4480).</summary>
static class Pidf
{
    public static string OnThePhone(string address) => Of(address, "<rpid:on-the-phone/>");

    public static string Available(string address) => Of(address, "");

    /// <summary>One device that is there, and what its user does.</summary>
    public static string Of(string address, string activity) =>
        $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="sip:{address}">
          <tuple id="desk"><status><basic>open</basic></status></tuple>
          <dm:person id="p1"><rpid:activities>{activity}</rpid:activities></dm:person>
        </presence>
        """;
}
