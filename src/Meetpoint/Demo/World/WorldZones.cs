using Meetpoint.Net.Dns;

namespace Meetpoint.Demo.World;

/// <summary>What the name server of the world says of a party: SIP by NAPTR and SRV (RFC 3263), and its hosts.</summary>
static class WorldZones
{
    public static DnsZone Of(PartyPlan party) => new DnsZone(party.Domain)
        .Naptr("@", 10, 10, "SIPS+D2T", $"_sips._tcp.{party.Domain}")
        .Naptr("@", 20, 10, "SIP+D2U", $"_sip._udp.{party.Domain}")
        .Srv("_sips._tcp", 10, 10, party.SipTls.Port, $"sip.{party.Domain}")
        .Srv("_sip._udp", 10, 10, party.Sip.Port, $"sip.{party.Domain}")
        .Srv("_xmpp-server._tcp", 10, 10, party.Xmpp.Port, $"sip.{party.Domain}")
        .Srv("_xmpp-server._tcp.chat", 10, 10, new PresencePlan(party.World).Chat.Port, $"chat.{party.Domain}")
        .Address("chat", new PresencePlan(party.World).Chat.Host)
        .Address("@", party.Sip.Host)
        .Address("sip", party.Sip.Host)
        .Address("nni", party.Nni.Host)
        .Address("core", party.Core.Host)
        .Address("mail", party.World.MailServer.Host);
}
