using Meetpoint.Xmpp.Xml;

namespace Meetpoint.Xmpp.Server;

/// <summary>What a server answers by itself when a hosted domain is asked: ping, and what it is (XEP-0199, XEP-0030).</summary>
static class ServiceAnswers
{
    internal static XmppStanza Of(XmppStanza request, XmppServerOptions options)
    {
        if (request.To.Local is not null || request.Type != "get")
            return request.Error(XmppCondition.ServiceUnavailable);
        if (request.Child("ping", XmppNamespaces.Ping) is not null)
            return request.Result();
        if (request.Child("query", XmppNamespaces.DiscoInfo) is not { } query)
            return request.Error(XmppCondition.ServiceUnavailable);
        return query["node"] is null ? request.Result(Info(options)) : request.Error(XmppCondition.ItemNotFound);
    }

    static XmppElement Info(XmppServerOptions options)
    {
        var info = new XmppElement("query", XmppNamespaces.DiscoInfo)
            .Add(new XmppElement("identity", XmppNamespaces.DiscoInfo) { ["category"] = "server", ["type"] = "im", ["name"] = options.Name });
        foreach (var feature in (string[])[XmppNamespaces.DiscoInfo, XmppNamespaces.Ping, .. options.Features])
            info.Add(new XmppElement("feature", XmppNamespaces.DiscoInfo) { ["var"] = feature });
        return info;
    }
}
