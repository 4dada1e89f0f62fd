using System.Text.Json.Nodes;
using Meetpoint.Exchange.Nni;
using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Tests.Nni;

/// <summary>The link as its users see it: down, back, over a neutral exchange, after a crash, after a restore.</summary>
public sealed class NniLinkTests
{
    static readonly Duration Hour = Duration.FromHours(1);

    [Fact]
    public async Task Outbox_LinkDownThenUp_DeliversOnceInOrder()
    {
        await using var pair = new NniTestPair();
        pair.Network.SetCut(NniTestPair.BName, true);
        pair.Start();
        for (var n = 1; n <= 150; n++)
            await pair.A.SendAsync(NniTestPair.BName, n, Hour);
        pair.World.RunFor(600 * MonotonicTime.Second);
        var status = pair.A.Node.Outbox.Status().Single();
        Assert.Equal((NniLinkState.Retrying, 150L, "connection refused"), (status.State, status.Depth, status.LastError));
        Assert.NotNull(status.Oldest);
        Assert.Empty(pair.B.Heard());

        pair.Network.SetCut(NniTestPair.BName, false);
        pair.Drain(31);
        Assert.Equal(Enumerable.Range(1, 150).Select(n => (long)n), pair.B.Heard());
        status = pair.A.Node.Outbox.Status().Single();
        Assert.Equal((NniLinkState.Up, 0L, null, 1L), (status.State, status.Depth, status.LastError, status.Version));
        Assert.Equal(["note", "directory.search"], status.Capabilities);
    }

    [Fact]
    public async Task Outbox_PeerSpeaksFirstAfterACut_IsTriedAtOnce()
    {
        await using var pair = new NniTestPair();
        pair.Network.SetCut(NniTestPair.BName, true);
        pair.A.Node.Start();
        await pair.A.SendAsync(NniTestPair.BName, 1, Hour);
        pair.World.RunFor(300 * MonotonicTime.Second);
        pair.Network.SetCut(NniTestPair.BName, false);
        pair.B.Node.Start();
        pair.World.RunFor(100 * MonotonicTime.Millisecond);
        Assert.Equal([1], pair.B.Heard());
    }

    [Fact]
    public async Task Outbox_MessagesForTheRecords_GatherAndGoTogether()
    {
        await using var pair = new NniTestPair();
        pair.A.Node.Outbox.MayGather(["note"]);
        pair.Start();
        pair.World.RunFor(MonotonicTime.Second);
        var batches = 0;
        pair.B.InHandler = () => batches += pair.A.Depth() == 3 ? 1 : 0; // all three wait until the whole request is acknowledged
        for (var n = 1; n <= 3; n++)
        {
            await pair.A.SendAsync(NniTestPair.BName, n, Hour);
            pair.World.RunFor(50 * MonotonicTime.Millisecond);
        }

        Assert.Empty(pair.B.Heard());
        pair.World.RunFor(100 * MonotonicTime.Millisecond);
        Assert.Equal([1, 2, 3], pair.B.Heard());
        Assert.Equal(3, batches);
    }

    [Fact]
    public async Task Outbox_SomethingElseIsQueued_WhatGathersGoesWithItAtOnce()
    {
        await using var pair = new NniTestPair();
        pair.A.Node.Outbox.MayGather(["note"]);
        pair.B.Node.Inbox.Handle("prompt", (_, _) => { });
        pair.Start();
        pair.World.RunFor(MonotonicTime.Second);
        await pair.A.SendAsync(NniTestPair.BName, 1, Hour);
        await pair.A.SendAsync(NniTestPair.BName, 2, Hour, "prompt");
        pair.World.RunFor(50 * MonotonicTime.Millisecond);
        Assert.Equal([1], pair.B.Heard());
        Assert.Equal(0, pair.A.Depth());
    }

    [Fact]
    public async Task Outbox_TransactionRolledBack_SendsNothing()
    {
        await using var pair = new NniTestPair();
        pair.Start();
        await Assert.ThrowsAsync<InvalidOperationException>(() => pair.A.Store.WriteAsync(transaction =>
        {
            pair.A.Node.Outbox.Enqueue(transaction, NniTestPair.BName, "note", new JsonObject { ["n"] = 1 }, pair.A.Seal.Now() + Hour);
            throw new InvalidOperationException();
        }));
        await pair.A.SendAsync(NniTestPair.BName, 2, Hour);
        pair.Drain();
        Assert.Equal([2], pair.B.Heard());
    }

    [Fact]
    public async Task Outbox_ExpiredBeforeItWasSent_TellsTheServiceWhileTheLinkIsDownAndGoesOn()
    {
        await using var pair = new NniTestPair();
        pair.Network.SetCut(NniTestPair.BName, true);
        pair.Start();
        pair.World.RunFor(MonotonicTime.Second);
        await pair.A.SendAsync(NniTestPair.BName, 1, Duration.FromSeconds(60));
        await pair.A.SendAsync(NniTestPair.BName, 2, Hour);
        pair.World.RunFor(120 * MonotonicTime.Second);
        Assert.Equal([1], pair.A.Expired());
        pair.Network.SetCut(NniTestPair.BName, false);
        pair.Drain();
        Assert.Equal([2], pair.B.Heard());
        Assert.Equal([1], pair.A.Expired());
    }

    [Fact]
    public async Task Outbox_ExpiredWithAnAnswerOutstanding_IsSettledAsWhatTheReceiverDid()
    {
        // B takes the message and its acknowledgements are lost until long after the expiry: it counts as delivered, not as expired.
        await using var pair = new NniTestPair();
        pair.Start();
        pair.World.RunFor(MonotonicTime.Second);
        pair.B.InHandler = () => pair.Network.SetCut(NniTestPair.AName, true);
        await pair.A.SendAsync(NniTestPair.BName, 1, Duration.FromSeconds(60));
        pair.World.RunFor(300 * MonotonicTime.Second);
        Assert.Equal([1], pair.B.Heard());
        Assert.Equal(1, pair.A.Depth());
        pair.Network.SetCut(NniTestPair.AName, false);
        pair.Drain();
        Assert.Empty(pair.A.Expired());
        Assert.Equal([1], pair.B.Heard());
    }

    [Fact]
    public async Task Inbox_CrashBetweenHandlerAndAcknowledgement_TakesEffectOnce()
    {
        await using var pair = new NniTestPair();
        pair.Start();
        pair.World.RunFor(MonotonicTime.Second);
        var crashes = 0;
        pair.B.InHandler = () =>
        {
            if (crashes++ == 0)
                pair.World.At(pair.World.NowNs, pair.B.Restart);
            pair.Network.SetCut(NniTestPair.BName, true);
        };
        await pair.A.SendAsync(NniTestPair.BName, 1, Hour);
        pair.World.RunFor(20 * MonotonicTime.Second);
        Assert.Equal(1, pair.A.Depth());
        pair.Network.SetCut(NniTestPair.BName, false);
        pair.Drain();
        Assert.Equal([1], pair.B.Heard());
        Assert.Equal(1, crashes);
    }

    [Fact]
    public async Task Outbox_Full_RefusesWithAReason()
    {
        await using var pair = new NniTestPair();
        await pair.A.Store.WriteAsync(transaction =>
        {
            for (var n = 0; n < NniLimits.OutboxDepth; n++)
                pair.A.Node.Outbox.Enqueue(transaction, NniTestPair.BName, "note", [], pair.A.Seal.Now() + Hour);
        });
        var full = await Assert.ThrowsAsync<NniOutboxException>(() => pair.A.SendAsync(NniTestPair.BName, 1, Hour));
        Assert.Equal(NniOutboxRefusal.Full, full.Refusal);
        var unknown = await Assert.ThrowsAsync<NniOutboxException>(() => pair.A.SendAsync("unknown.example", 1, Hour));
        Assert.Equal(NniOutboxRefusal.UnknownDestination, unknown.Refusal);
    }

    [Fact]
    public async Task Outbox_LargeBodies_GoInBatchesUnderTheLimit()
    {
        await using var pair = new NniTestPair();
        pair.Start();
        await pair.A.Store.WriteAsync(transaction =>
        {
            for (var n = 1; n <= 5; n++)
            {
                var body = new JsonObject { ["n"] = n, ["pad"] = new string('x', NniLimits.BodyBytes - 100) };
                pair.A.Node.Outbox.Enqueue(transaction, NniTestPair.BName, "note", body, pair.A.Seal.Now() + Hour);
            }
        });
        pair.Drain();
        Assert.Equal([1, 2, 3, 4, 5], pair.B.Heard());
    }

    [Fact]
    public async Task Stream_ReceiverRestoredFromAnOldCopy_GoesOnInANewEpochAndSaysSo()
    {
        await using var pair = new NniTestPair();
        pair.Start();
        for (var n = 1; n <= 5; n++)
            await pair.A.SendAsync(NniTestPair.BName, n, Hour);
        pair.Drain();
        await pair.B.Store.WriteAsync(transaction => transaction.Execute("update nni_inbox set last = 2, last_id = 'msg_old'"));
        await pair.A.SendAsync(NniTestPair.BName, 6, Hour);
        pair.Drain();
        Assert.Equal([1, 2, 3, 4, 5, 6], pair.B.Heard());
        Assert.Single(pair.A.Events, happened => happened.Code == "nni.outbox.restarted");
    }

    [Fact]
    public async Task Stream_SenderRestoredFromAnOldCopy_LosesNothingThatItQueuesAnew()
    {
        await using var pair = new NniTestPair();
        pair.Start();
        for (var n = 1; n <= 5; n++)
            await pair.A.SendAsync(NniTestPair.BName, n, Hour);
        pair.Drain();
        pair.A.Node.Stop();
        await pair.A.Store.WriteAsync(transaction => transaction.Execute("update nni_stream set next_sequence = 3, acked = 2, acked_id = 'msg_old'"));
        for (var n = 6; n <= 12; n++)
            await pair.A.SendAsync(NniTestPair.BName, n, Hour);
        pair.A.Restart();
        pair.Drain();
        Assert.Equal(Enumerable.Range(1, 12).Select(n => (long)n), pair.B.Heard());
        Assert.Single(pair.A.Events, happened => happened.Code == "nni.outbox.restarted");
    }

    [Fact]
    public async Task Hello_WithoutACommonVersion_IsRefused()
    {
        await using var pair = new NniTestPair();
        var jws = pair.A.Seal.SignFresh(NniTestPair.BName, "id", "nni.hello", """{"versions":[2,99],"epoch":1}""");
        var reply = await pair.PostAsync(NniPaths.Hello, NniTestPair.AName, jws);
        Assert.Equal((505, "version_mismatch"), (reply.Status, reply.Reason));
    }

    [Fact]
    public async Task Hello_NoLongerFresh_IsRefused()
    {
        await using var pair = new NniTestPair();
        var jws = pair.A.Seal.SignFresh(NniTestPair.BName, "id", "nni.hello", """{"versions":[1],"epoch":1}""");
        pair.World.RunFor(41 * MonotonicTime.Second);
        Assert.Equal("expired", (await pair.PostAsync(NniPaths.Hello, NniTestPair.AName, jws)).Reason);
    }

    [Fact]
    public async Task Neutral_InTheMiddle_CarriesMessagesAndQuestionsAndForgesNone()
    {
        await using var pair = new NniTestPair(viaNeutral: true);
        pair.Start();
        await pair.A.SendAsync(NniTestPair.BName, 1, Hour);
        await pair.B.SendAsync(NniTestPair.AName, 2, Hour);
        pair.Drain();
        Assert.Equal([1], pair.B.Heard());
        Assert.Equal([2], pair.A.Heard());

        var ask = pair.A.Node.Outbox.AskAsync(NniTestPair.BName, "directory.search", new JsonObject { ["name"] = "Bob" }, Duration.FromSeconds(5));
        Assert.True(pair.World.RunUntil(() => ask.IsCompleted, 10 * MonotonicTime.Second));
        Assert.Equal("""{"asked":"albion.example","found":"Bob"}""", (await ask).ToJsonString());

        var forged = pair.X!.Seal.Sign(new NniEnvelope(
            NniTestPair.AName, NniTestPair.BName, "msg_x", "note", 1, 2, pair.X.Seal.Now(), pair.X.Seal.Now() + Hour, """{"n":3}"""));
        var reply = await pair.PostAsync(NniPaths.Messages, NniTestPair.XName, [NniTestPair.XName], forged);
        Assert.Equal("unknown_key", reply.Reason);
        Assert.Equal([1], pair.B.Heard());
    }

    [Fact]
    public async Task Carry_PathThatComesBack_IsRefusedAsALoop()
    {
        await using var pair = new NniTestPair(viaNeutral: true);
        var request = new NniRequest(NniTestPair.AName, NniTestPair.BName, "n", [NniTestPair.XName, NniTestPair.BName], ["a.b.c"]);
        var reply = await pair.X!.Node.Server.HandleAsync(NniPaths.Messages, NniTestPair.BName, request.ToBytes(), CancellationToken.None);
        Assert.Equal((508, "loop"), (reply.Status, reply.Reason));
        reply = await pair.B.Node.Server.HandleAsync(
            NniPaths.Messages, NniTestPair.XName, (request with { Destination = "far.example", Path = [NniTestPair.XName] }).ToBytes(), CancellationToken.None);
        Assert.Equal((421, "wrong_destination"), (reply.Status, reply.Reason));
    }

    [Fact]
    public async Task Ask_NobodyAnswersThatTypeOrTheLinkIsDown_FaultsAsUnreachable()
    {
        await using var pair = new NniTestPair();
        var unknown = pair.A.Node.Outbox.AskAsync(NniTestPair.BName, "weather", [], Duration.FromSeconds(5));
        Assert.True(pair.World.RunUntil(() => unknown.IsCompleted, 10 * MonotonicTime.Second));
        Assert.Contains("unknown", (await Assert.ThrowsAsync<NniUnreachableException>(() => unknown)).Message, StringComparison.Ordinal);

        pair.Network.Faults = new VirtualNniFaults(1, 0, 10);
        var lost = pair.A.Node.Outbox.AskAsync(NniTestPair.BName, "directory.search", new JsonObject { ["name"] = "Bob" }, Duration.FromSeconds(5));
        Assert.True(pair.World.RunUntil(() => lost.IsCompleted, 6 * MonotonicTime.Second));
        await Assert.ThrowsAsync<NniUnreachableException>(() => lost);
    }

    [Fact]
    public void Certificates_HalfTheirLifePassed_AreRenewedByTheirTimer()
    {
        var world = new Meetpoint.Net.Virtual.VirtualWorld(1);
        var events = new List<NniEvent>();
        using var identity = IdentityKey.Create();
        var pinned = new NniNeighbours(new NniNeighbour(NniTestPair.AName, identity.Thumbprint, null));
        using var certificates = new NniCertificates(identity, NniTestPair.AName, [], pinned, world.Time, events.Add);
        var first = certificates.Tls.Certificate();
        world.RunFor((12 * 3600 * MonotonicTime.Second) - 1);
        Assert.Same(first, certificates.Tls.Certificate());
        world.RunFor(1);
        var second = certificates.Tls.Certificate();
        Assert.NotEqual(first.SerialNumber, second.SerialNumber);
        Assert.Equal("nni.certificate.renewed", Assert.Single(events).Code);

        // Both are believed until the first one's end.
        Assert.Null(certificates.Tls.Refuse(first, certificates.Tls.Chain()));
        Assert.Null(certificates.Tls.Refuse(second, certificates.Tls.Chain()));
        world.RunFor(13 * 3600 * MonotonicTime.Second);
        Assert.StartsWith("certificate.expired", certificates.Tls.Refuse(first, certificates.Tls.Chain()), StringComparison.Ordinal);
        Assert.Null(certificates.ExchangeOf(first));
        Assert.Equal(NniTestPair.AName, certificates.ExchangeOf(second));
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void IdentityKey_CreatedOnce_IsReadableByItsOwnerAloneAndTheSameNextTime()
    {
        var folder = Directory.CreateTempSubdirectory("nni");
        try
        {
            var path = Path.Combine(folder.FullName, "identity.pem");
            using var first = IdentityKey.LoadOrCreate(path);
            using var second = IdentityKey.LoadOrCreate(path);
            Assert.Equal(first.Thumbprint, second.Thumbprint);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
            Assert.Throws<InvalidDataException>(() => IdentityKey.LoadOrCreate(path));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
