using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>Writes what a watcher of lines has to say (ECMA-323, edition 3, which ECMA TR/87 names).</summary>
static class CstaWriter
{
    const string Ns = "http://www.ecma-international.org/standards/ecma-323/csta/ed3";

    /// <summary>Asks whether the other side lives: the first message of a session.</summary>
    public static byte[] RequestSystemStatus() => new XmlDocumentWriter("", "RequestSystemStatus", Ns).Finish();

    /// <summary>Answers that we do.</summary>
    public static byte[] RequestSystemStatusResponse() =>
        new XmlDocumentWriter("", "RequestSystemStatusResponse", Ns).Element("systemStatus", Ns, "normal").Finish();

    /// <summary>Answers that it is heard how the other side does.</summary>
    public static byte[] SystemStatusResponse() => new XmlDocumentWriter("", "SystemStatusResponse", Ns).Finish();

    /// <summary>Asks for the calls that a line has now.</summary>
    /// <param name="device">The line.</param>
    public static byte[] SnapshotDevice(string device) => new XmlDocumentWriter("", "SnapshotDevice", Ns).Element("snapshotObject", Ns, device).Finish();

    /// <summary>Asks whether a line wants not to be disturbed.</summary>
    /// <param name="device">The line.</param>
    public static byte[] GetDoNotDisturb(string device) => new XmlDocumentWriter("", "GetDoNotDisturb", Ns).Element("device", Ns, device).Finish();

    /// <summary>Asks for the events of a line.</summary>
    /// <param name="device">The line, as "tel:+15551234" or "sip:+15551234@pbx.example".</param>
    public static byte[] MonitorStart(string device) =>
        new XmlDocumentWriter("", "MonitorStart", Ns).Start("monitorObject", Ns).Element("deviceObject", Ns, device).End().Finish();

    /// <summary>Ends a monitor.</summary>
    /// <param name="monitorId">The number that it was started with.</param>
    public static byte[] MonitorStop(string monitorId) => new XmlDocumentWriter("", "MonitorStop", Ns).Element("monitorCrossRefID", Ns, monitorId).Finish();
}
