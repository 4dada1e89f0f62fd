using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Discovery;
using Meetpoint.Exchange.Roaming.Hub;
using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Exchange.Roaming.Watch;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Accounting;

/// <summary>
/// Takes accounting: it is acknowledged once it is durable here, and not before, and sent on to the home until that acknowledges it. There is no answer that refuses (RFC 2866 section 2): what
/// cannot be taken is left without one, and its client asks again. On the hub's loop.
/// </summary>
sealed class AccountingRelay(RoamingContext context, AccountingSender sender, RoamingSessions sessions)
{
    /// <summary>What was not sent on yet, at most: some days of a large network.</summary>
    const int MaxKept = 5_000_000;

    const AttributeType EventTimestamp = AttributeType.EventTimestamp, AcctDelayTime = (AttributeType)41;

    readonly byte[] _buffer = new byte[RadiusPacket.MaxLength];
    long _lastId;

    /// <summary>A request, verified, that is no duplicate.</summary>
    public void OnRequest(in InboundRequest inbound, in RadiusPacket packet)
    {
        var client = inbound.Client;
        var watched = context.Watch.IsOn ? context.Watch.Begin(inbound, packet) : null;
        if (sender.Count >= MaxKept || !sender.IsReady)
        {
            Discard(inbound, sender.IsReady ? "too much accounting waits" : "what is kept is being read", watched);
            return;
        }

        var now = context.Clock.GetCurrentInstant();
        var reason = context.Locate(client, packet, out var route, out var visited);
        watched?.Located(client, packet, route, visited, reason);
        if (reason == RefusalReason.None && route!.Discoverer is not null && !DiscoveryTerms.Allow(context.Admission.World, visited!, route.Provider.Id, now))
        {
            route = context.Realms.Undiscovered(route);
            reason = sender.HasNamed(route.Provider) ? RefusalReason.None : RefusalReason.DiscoveryNotAgreed;
        }

        if (reason != RefusalReason.None && !IsOfItself(packet))
        {
            Discard(inbound, $"accounting of {RoamingContext.RealmIn(packet)}: {RefusalTable.Row(reason).ApiTitle}", watched);
            return;
        }

        if (reason == RefusalReason.None && !sender.HasRoomFor(route!))
        {
            Discard(inbound, "accounting waits for too many realms", watched);
            return;
        }

        // What began under an agreement is reported to its end, and counted; what begins without one is nobody's to settle.
        if (reason == RefusalReason.None && visited != route!.Provider.Id && IsStart(packet) && !sessions.IsCovered(visited!, route.Provider.Id))
        {
            Discard(inbound, $"accounting of {RoamingContext.RealmIn(packet)}: no agreement in force covers what begins", watched);
            return;
        }

        var kept = reason == RefusalReason.None ? Keep(inbound, packet, visited!, route!, now) : null;
        if (reason == RefusalReason.None && kept is null)
        {
            Discard(inbound, "it cannot be carried on", watched); // to acknowledge it would be to lose it
            return;
        }

        var answer = _buffer.AsSpan(0, LocalAnswer.Acknowledge(_buffer, inbound.Security, packet, RadiusCode.AccountingResponse)).ToArray();
        var asked = inbound;
        var isTaken = sessions.Take(
            ReportOf(client, packet, visited, route, now),
            isDurable =>
            {
                if (!isDurable)
                {
                    Discard(asked, "the store does not take it", watched);
                    return;
                }

                asked.Answer(answer, context.Loop.NowNs);
                watched?.Say(RadiusWatchStep.Durable, "it is durable here");
                watched?.Returned(asked.Client, answer);
                if (watched is not null && kept is not null)
                    context.Watch.Keep(kept.Id, watched);
                if (kept is not null)
                    sender.Add(kept);
            },
            kept is null ? null : transaction => AccountingRows.Keep(transaction, kept));
        if (!isTaken)
            Discard(inbound, "too much accounting waits", watched);
    }

    /// <summary>What it tells of a session between two providers, or of an access server; null where it tells of neither.</summary>
    AccountingReport? ReportOf(RadiusClient client, in RadiusPacket packet, string? visited, RealmRoute? route, Instant now)
    {
        var at = visited ?? client.Entry.Neighbour.Provider;
        var home = route?.Provider.Id ?? at;
        if (at == home && !IsOfItself(packet))
            return null;
        var fault = AccountingReport.TryRead(packet, new ReportSource(at, home, route?.Realm ?? "", client.Entry.Neighbour.Id), now, sessions.Key, out var report);
        if (fault != AccountingFault.None)
            context.Log.RoamingNotCounted(client.Entry.Neighbour.Id, fault.ToString());
        return report;
    }

    static bool IsStart(in RadiusPacket packet) => packet.TryFindInteger(AttributeType.AcctStatusType, out var status) && status == (uint)AccountingStatus.Start;

    /// <summary>An access server that starts or stops names nobody's customer: that is ours to know alone.</summary>
    static bool IsOfItself(in RadiusPacket packet) => packet.TryFindInteger(AttributeType.AcctStatusType, out var status) && status is 7 or 8;

    /// <summary>What is kept of a request; null when it has no room for what is added on the way, or something in it is hidden and cannot be read.</summary>
    KeptAccounting? Keep(in InboundRequest inbound, in RadiusPacket packet, string visited, RealmRoute route, Instant now)
    {
        _lastId = Math.Max(Math.Max(_lastId, sender.LastId) + 1, now.ToUnixTimeTicks() / 10); // also after a clock that went back
        var plain = PacketSecurity.Version11;
        var writer = plain.BeginRequest(_buffer, new RequestMark(RadiusCode.AccountingRequest, 0, default));
        var crossing = context.Crossings.Between(visited, route.Provider.Id, now);
        var isWhole = crossing.TryCopy(packet, HopSide.Of(inbound.Security, inbound.Mark), HopSide.Of(plain, default), ref writer, context.Hidden, out var cui);
        context.NoteIdentity(inbound.Client.Entry.Neighbour.Id, cui);
        var copied = writer.Length;
        if (!packet.TryFind(AttributeType.OperatorName, out _))
            isWhole &= writer.TryWrite(AttributeType.OperatorName, inbound.Client.OperatorName);
        // It may wait here, and when it happened is what counts (RFC 2869 section 5.3).
        if (!packet.TryFind(EventTimestamp, out _))
        {
            var delaySeconds = packet.TryFindInteger(AcctDelayTime, out var delay) ? delay : 0;
            isWhole &= writer.TryWriteInteger(EventTimestamp, (uint)Math.Clamp(now.ToUnixTimeSeconds() - delaySeconds, 0, uint.MaxValue));
        }

        isWhole &= writer.TryWrite(AttributeType.ProxyState, context.OwnProxyState);
        // Hidden anew by its home's secret it is as long as it came, which is more than it is here.
        isWhole &= packet.Length + crossing.MaxAddedLength(packet.Code) + writer.Length - copied <= RadiusPacket.MaxLength;
        var length = plain.SignRequest(ref writer);
        return isWhole && RadiusPacket.TryParse(_buffer.AsSpan(0, length), out _, out _) ? new KeptAccounting(_lastId, context.Node, route.Provider.Id, route.Realm, _buffer.AsSpan(0, length).ToArray()) : null;
    }

    void Discard(in InboundRequest inbound, string reason, WatchedRequest? watched)
    {
        inbound.Abandon();
        watched?.End(RadiusWatchStep.Discarded, $"{reason}: it gets no answer, since accounting has none that refuses, and is sent again");
        context.Log.RadiusDiscarded(inbound.Client.Entry.Neighbour.Id, reason, inbound.From.ToString());
    }
}
