using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Recording;
using Meetpoint.Media.Audio;
using Meetpoint.Media.Codecs;
using Meetpoint.Simulation.Kit;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>A meeting of several exchanges is recorded where everybody agreed and everybody was told, and nowhere else.</summary>
public sealed class RecordingTests
{
    /// <summary>What telephones hear when it is recorded.</summary>
    const double AnnouncedHz = 1400;

    static readonly WorldSetup _agreed = new() { Amend = static (_, document) => Permit(document) };

    [Fact]
    public void Recording_IsAnnouncedOnBothExchanges_AndToWhoComesLater_AndHasBothSides()
    {
        using var world = World(201);
        var (id, alice, bob) = Joined(world);
        var started = Start(world.Albion, id);
        world.Until(() => started.IsCompleted, 2, "begun");
        started.Done().ShouldBeNull();
        world.Until(() => alice.Audio.Hears(AnnouncedHz, 200) || world.Albion.Live(id)!.Recording.By is not null, 1, "told");
        world.Until(() => bob.Audio.Hears(AnnouncedHz, 200), 2, "bob to hear on the other exchange that it is recorded");
        world.Run(5);
        var carol = world.Phone(world.Liberty, 1);
        world.Join(id, carol);
        world.Until(() => carol.Audio.Hears(AnnouncedHz, 200), 2, "carol to hear so when she comes in");
        world.Liberty.Live(id)!.Recording.By.ShouldBe("User 0 of Albion Telecom");
        world.Run(5);
        world.Albion.Run(() => world.Albion.Live(id)!.Recording.Stop().ShouldBeTrue());
        world.Until(() => world.Liberty.Live(id)!.Recording.By is null, 2, "the other exchange told that it is over");
        world.Run(1);

        var (row, parts) = world.Albion.Node.Recordings.Of(id).ShouldHaveSingleItem();
        (row.StartedBy, row.Reason).ShouldBe(("User 0 of Albion Telecom", "Asked"));
        (row.Ended!.Value - row.Started).TotalSeconds.ShouldBeInRange(10, 16);
        var part = parts.ShouldHaveSingleItem();
        part.DurationMs.ShouldBeInRange(10_000, 15_000);
        var file = world.Albion.Recordings.Files[part.Name];
        (part.Bytes, part.Sha256).ShouldBe((file.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file))));
        var sound = Decode(file, fromMs: 4_000);
        ToneMeter.Contains(sound, 440, 48_000).ShouldBeTrue("alice to be in it");
        ToneMeter.Contains(sound, 880, 48_000).ShouldBeTrue("bob to be in it");
        world.Liberty.Recordings.Files.ShouldBeEmpty("who did not ask keeps nothing");
        world.AssertNoFaults();
    }

    [Fact]
    public void Recording_ByTheSpoke_IsAnnouncedByTheFocusToTheThird()
    {
        using var world = World(202, _agreed with { Parties = 3 });
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example", "user0@columbia.example"));
        world.RunToStart(id);
        var (alice, bob, carol) = (world.Phone(world.Albion, 0, 440), world.Phone(world.Liberty, 0, 880), world.Phone(world.Exchanges[2], 0, 1100));
        world.Join(id, alice, bob, carol);
        world.Until(() => world.Albion.IsJoinedTo(world.Liberty, id) && world.Albion.IsJoinedTo(world.Exchanges[2], id), 6, "cascades up");
        world.Run(1);
        var started = Start(world.Liberty, id);
        world.Until(() => started.IsCompleted, 2, "begun");
        started.Done().ShouldBeNull();
        world.Exchanges.ShouldAllBe(exchange => exchange.Live(id)!.Recording.By != null, "all told before it begins");
        world.Until(() => carol.Audio.Hears(AnnouncedHz, 200), 2, "carol to hear it");

        // Who records leaves, and with him the recording.
        bob.HangUp();
        world.Until(() => world.Exchanges.All(exchange => exchange.Live(id)?.Recording.By is null), 5, "over everywhere");
        world.AssertNoFaults();
    }

    [Fact]
    public void Recording_NotInTheAgreement_IsRefusedByItsName_AndNobodyIsTold()
    {
        using var world = World(203, new WorldSetup());
        var (id, _, bob) = Joined(world);
        var started = Start(world.Albion, id);
        world.Run(3);
        started.Done().ShouldNotBeNull().Fault.ShouldBe(RecordingFault.NotAgreed);
        started.Done()!.Obstacle.ShouldBe("albion-liberty");
        Refusal? refusal = null;
        world.Albion.Run(() => refusal = world.Albion.Live(id)!.Recording.Note(started.Done()!));
        refusal!.Value.Describe().ShouldContain("agreement=albion-liberty");
        world.Albion.Refusals.ShouldBe([RefusalReason.RecordingNotAgreed]);
        bob.Audio.Hears(AnnouncedHz, 3_000).ShouldBeFalse();
        AssertNothingKept(world, id);
    }

    [Fact]
    public void Recording_OtherExchangeHoldsAnotherAgreement_IsRefusedThere()
    {
        using var world = World(204, new WorldSetup { Amend = static (party, document) =>
        {
            if (party.Id == "albion")
                Permit(document);
        } });
        var (id, alice, bob) = Joined(world);
        var started = Start(world.Albion, id);
        world.Until(() => started.IsCompleted, 2, "answered");
        (started.Done()!.Fault, started.Done()!.Obstacle).ShouldBe((RecordingFault.NotAgreed, "albion-liberty"));
        world.Run(2);
        (alice.Audio.Hears(AnnouncedHz, 2_000) || bob.Audio.Hears(AnnouncedHz, 2_000)).ShouldBeFalse("nobody to be told what is not so");
        AssertNothingKept(world, id);
    }

    [Fact]
    public void Recording_OtherHalfDoesNotAnswer_NothingIsWritten()
    {
        using var world = World(205);
        var (id, _, _) = Joined(world);
        world.Liberty.HangSignalling();
        var started = Start(world.Albion, id);
        world.Until(() => started.IsCompleted, 8, "given up");
        (started.Done()!.Fault, started.Done()!.Obstacle).ShouldBe((RecordingFault.NotAnnounced, "liberty.example"));
        AssertNothingKept(world, id);
    }

    [Fact]
    public void Recording_LinkComesBack_NothingIsWrittenBeforeTheOtherHalfWasTold()
    {
        using var world = World(206);
        var (id, _, bob) = Joined(world);
        var started = Start(world.Albion, id);
        world.Until(() => started.IsCompleted, 2, "begun");
        world.Cut(world.Albion, world.Liberty, true);
        world.Until(() => world.Liberty.Live(id)!.Recording.By is null, 8, "who is cut off is not recorded");
        world.Cut(world.Albion, world.Liberty, false);
        world.Until(() => world.Albion.IsJoinedTo(world.Liberty, id) && world.Liberty.IsJoinedTo(world.Albion, id), 15, "cascade up again");
        world.Until(() => world.Liberty.Live(id)!.Recording.By is not null, 2, "told again");
        world.Until(() => bob.Audio.Hears(AnnouncedHz, 200), 2, "bob to hear it again");
        world.Albion.Live(id)!.Recording.By.ShouldNotBeNull("and it goes on");
    }

    [Fact]
    public void Recording_BothAtOnce_TheFocusDoes()
    {
        using var world = World(207);
        var (id, _, _) = Joined(world);
        Task<RecordingRefusal?>? ours = null, theirs = null;
        world.Albion.Run(() => ours = world.Albion.Live(id)!.Recording.StartAsync("Alice"));
        world.Liberty.Run(() => theirs = world.Liberty.Live(id)!.Recording.StartAsync("Bob"));
        world.Until(() => ours!.IsCompleted && theirs!.IsCompleted, 3, "both answered");
        ours!.Done().ShouldBeNull();
        theirs!.Done().ShouldNotBeNull().Fault.ShouldBe(RecordingFault.AlreadyOn);
        world.Exchanges.ShouldAllBe(exchange => exchange.Live(id)!.Recording.By == "Alice");
    }

    [Fact]
    public void Recording_FullDisk_EndsWithItsReason_AndTheMeetingGoesOn()
    {
        using var world = World(208);
        var (id, alice, bob) = Joined(world);
        world.Albion.Recordings.Capacity = 100_000;
        var started = Start(world.Albion, id);
        world.Until(() => started.IsCompleted, 2, "begun");
        world.Until(() => world.Albion.RecordingsFailed.Count > 0, 60, "the disk to be full");
        world.Albion.RecordingsFailed.ShouldBe(["DiskFailed: No space left on device"]);
        world.Until(() => world.Exchanges.All(exchange => exchange.Live(id)!.Recording.By is null), 2, "everybody told");
        world.Run(2);
        (alice.Hears(880) && bob.Hears(440)).ShouldBeTrue("the meeting to go on");
        var (row, parts) = world.Albion.Node.Recordings.Of(id).ShouldHaveSingleItem();
        (row.Reason, row.Detail).ShouldBe(("DiskFailed", "No space left on device"));
        new MatroskaFile(world.Albion.Recordings.Files[parts.ShouldHaveSingleItem().Name]).Blocks.Max(block => block.Ms).ShouldBeGreaterThan(10_000, "what was written to play");
        world.AssertNoFaults();
    }

    [Fact]
    public void Recording_ExchangeIsKilled_WhatThereIsIsListed_AndDeletedWhenItsTimeIsOver()
    {
        using var world = World(209);
        var (id, _, _) = Joined(world);
        var started = Start(world.Albion, id);
        world.Until(() => started.IsCompleted, 2, "begun");
        world.Run(12);
        world.Albion.Kill();
        world.Albion.Restart();
        var (row, parts) = world.Albion.Node.Recordings.Of(id).ShouldHaveSingleItem();
        row.Reason.ShouldBe("Crashed");
        new MatroskaFile(world.Albion.Recordings.Files[parts.ShouldHaveSingleItem().Name]).Blocks.Max(block => block.Ms).ShouldBeGreaterThan(4_000);
        world.Run(35 * 60);
        world.Albion.Node.Recordings.Of(id).ShouldBeEmpty("after its time");
        world.Albion.Recordings.Files.ShouldBeEmpty();
    }

    [Fact]
    public void Recording_OfOneProvider_AsThatProviderSays()
    {
        foreach (var isAllowed in (bool[])[true, false])
        {
            using var world = World(210, new WorldSetup { Amend = (_, document) =>
            {
                if (isAllowed)
                    document["providers"]![0]!["recording"] = "announced";
            } });
            var id = world.Book(Requests.Meeting(world, "user1@albion.example"));
            world.RunToStart(id);
            world.Join(id, world.Phone(world.Albion, 0, 440));
            world.Run(1);
            var started = Start(world.Albion, id);
            world.Until(() => started.IsCompleted, 2, "answered");
            (started.Done()?.Obstacle).ShouldBe(isAllowed ? null : "albion");
            (started.Done() is null).ShouldBe(isAllowed, "a meeting within one provider to be recorded where the provider says so, and nowhere else");
        }
    }

    static SimulatedWorld World(int seed, WorldSetup? setup = null)
    {
        Assert.SkipUnless(OpusSupport.IsAvailable(out var reason), reason);
        return new SimulatedWorld(seed, setup ?? _agreed);
    }

    static void Permit(JsonObject document)
    {
        foreach (var agreement in document["agreements"]!.AsArray())
            agreement!["recording"] = "announced";
    }

    static (string Id, SimulatedPhone Alice, SimulatedPhone Bob) Joined(SimulatedWorld world)
    {
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example"));
        world.RunToStart(id);
        var (alice, bob) = (world.Phone(world.Albion, 0, 440), world.Phone(world.Liberty, 0, 880));
        world.Join(id, alice, bob);
        world.Until(() => world.Albion.IsJoinedTo(world.Liberty, id) && world.Liberty.IsJoinedTo(world.Albion, id), 5, "cascade up");
        world.Run(2);
        return (id, alice, bob);
    }

    static Task<RecordingRefusal?> Start(SimulatedExchange exchange, string id)
    {
        Task<RecordingRefusal?>? started = null;
        exchange.Run(() => started = exchange.Live(id)!.Recording.StartAsync($"User 0 of {exchange.Party.Name}"));
        return started!;
    }

    static void AssertNothingKept(SimulatedWorld world, string id)
    {
        foreach (var exchange in world.Exchanges)
        {
            exchange.Recordings.Files.ShouldBeEmpty();
            exchange.Node.Recordings.Of(id).ShouldBeEmpty();
        }
    }

    static short[] Decode(byte[] file, int fromMs)
    {
        using var decoder = AudioCodec.Opus.CreateDecoder();
        var sound = new List<short>();
        var frame = new short[960];
        foreach (var block in new MatroskaFile(file).Blocks.Where(block => block.Ms >= fromMs && block.Ms < fromMs + 2_000))
        {
            decoder.Decode(block.Frame, frame);
            sound.AddRange(frame);
        }

        return [.. sound.Skip(24_000).Take(48_000)];
    }
}
