using Meetpoint.Net;
using Meetpoint.Sip.Clue;
using Shouldly;

namespace Meetpoint.Sip.Tests.Clue;

/// <summary>Two sides of a session, by their messages, in virtual time. There is no other CLUE to be had: the other side is ours, and what it must not do is written by hand.</summary>
public sealed class ClueSessionTests
{
    readonly Side _room = new("room"), _bridge = new("bridge");
    long _nowNs = MonotonicTime.Second;

    [Fact]
    public void Options_BothSpeakOne_BothAreActive()
    {
        Open();
        (_room.Session.State, _bridge.Session.State).ShouldBe((ClueState.Active, ClueState.Active));
        _room.Session.IsPeerConsumer.ShouldBeTrue();
        _bridge.Session.NextTimeoutNs.ShouldBe(long.MaxValue);
    }

    [Fact]
    public void Advertise_ChosenAtOnce_IsEstablishedOnBothSides()
    {
        _bridge.OnAdvertised = advertisement =>
        {
            var cameras = advertisement.Cameras();
            _bridge.Session.TryConfigure([.. cameras.Select((camera, i) => new ClueCaptureEncoding($"ce{i}", camera.Id, $"ENC{i}"))], _nowNs).ShouldBeTrue();
            return ClueCode.Success;
        };
        Open();
        Advertise(_room);
        (_room.Session.Provider, _bridge.Session.Consumer).ShouldBe((ClueProviderState.Established, ClueConsumerState.Established));
        _room.Log.ShouldBe(["active", "acknowledged Success", "configured VC0=ENC0 VC1=ENC1"]);
        _bridge.Log.ShouldBe(["active", "advertised VC0 VC1", "answered Success"]);
        Numbers(_room).ShouldBe("options 1, advertisement 1, configureResponse 2", "a series for each part that it plays (RFC 8847 section 5), none with a gap");
        Numbers(_bridge).ShouldBe("optionsResponse 1, ack 1, configure 2", "also when it chose before it had answered");
    }

    [Fact]
    public void Advertise_BothWays_EachGoesItsWay()
    {
        Open();
        Advertise(_room);
        Advertise(_bridge);
        (_room.Session.Provider, _room.Session.Consumer).ShouldBe((ClueProviderState.WaitForConfigure, ClueConsumerState.Advertised));
        _room.Session.TryConfigure([], _nowNs).ShouldBeTrue();
        Exchange();
        (_bridge.Session.Provider, _room.Session.Consumer).ShouldBe((ClueProviderState.Established, ClueConsumerState.Established));
        _bridge.Log[^1].ShouldBe("configured ");
    }

    [Fact]
    public void Advertise_Anew_TheChoiceOfTheOldOneIsRefused()
    {
        Open();
        Advertise(_room);
        _bridge.Session.TryConfigure([new ClueCaptureEncoding("ce", "VC0", "ENC0")], _nowNs);
        var late = _bridge.Pending.Dequeue();
        _room.Session.TryAdvertise(Room(1), _nowNs).ShouldBeTrue();
        _room.Session.OnMessage(late, _nowNs);
        Exchange();
        _bridge.Log.ShouldNotContain("answered Success");
        Answer<ClueConfigureResponse>(_room).Code.ShouldBe(ClueCode.AdvertisementExpired);
        _bridge.Session.Consumer.ShouldBe(ClueConsumerState.Advertised, "of the new one it may choose");
        _bridge.Session.TryConfigure([new ClueCaptureEncoding("ce", "VC0", "ENC0")], _nowNs).ShouldBeTrue();
        Exchange();
        _room.Session.Provider.ShouldBe(ClueProviderState.Established);
    }

    [Fact]
    public void Advertise_Refused_IsToldAndMayBeMadeAgain()
    {
        _bridge.OnAdvertised = static _ => ClueCode.SemanticError;
        Open();
        Advertise(_room);
        _room.Log[^1].ShouldBe("acknowledged SemanticError");
        (_room.Session.Provider, _bridge.Session.Consumer).ShouldBe((ClueProviderState.Idle, ClueConsumerState.WaitForAdvertisement));
        _bridge.Session.TryConfigure([], _nowNs).ShouldBeFalse();
        _bridge.OnAdvertised = static _ => ClueCode.Success;
        Advertise(_room);
        _room.Session.Provider.ShouldBe(ClueProviderState.WaitForConfigure);
    }

    [Theory]
    [InlineData("VC9", "ENC0", ClueCode.InvalidValue)]
    [InlineData("VC0", "ENC9", ClueCode.InvalidValue)]
    [InlineData("VC1", "ENC1", ClueCode.ConflictingValues)]
    public void Configure_WhatWasNotAdvertised_IsRefused(string capture, string encoding, ClueCode code)
    {
        Open();
        Advertise(_room);
        _bridge.Session.TryConfigure([new ClueCaptureEncoding("a", "VC0", "ENC1"), new ClueCaptureEncoding("b", capture, encoding)], _nowNs);
        Exchange();
        _bridge.Log[^1].ShouldBe($"answered {code}");
        _bridge.Session.Consumer.ShouldBe(ClueConsumerState.Advertised);
        _room.Log.ShouldNotContain(static line => line.StartsWith("configured", StringComparison.Ordinal));
    }

    [Fact]
    public void Configure_ThatAcknowledgesAsWell_NeedsNoAck()
    {
        Open();
        _room.Session.TryAdvertise(Room(2), _nowNs).ShouldBeTrue();
        var number = Answer<ClueAdvertisement>(_room).Sequence;
        _room.Pending.Clear();
        _room.Session.OnMessage(ClueWriter.Write(new ClueConfigure(number, true, []) { Sequence = 2 }), _nowNs);
        _room.Session.Provider.ShouldBe(ClueProviderState.Established);
    }

    [Fact]
    public void OnMessage_NumberThatIsNotTheNext_IsRefused()
    {
        Open();
        Hear(_room, Room(1) with { Sequence = 9 });
        Answer<ClueAck>(_room).Code.ShouldBe(ClueCode.Success, "a series begins with any number");
        foreach (var wrong in (uint[])[11, 11, 5])
        {
            Hear(_room, Room(2) with { Sequence = wrong });
            Answer<ClueAck>(_room).Code.ShouldBe(ClueCode.InvalidSequencing, $"{wrong}: a gap, the same again, or too small");
        }

        _room.Log.ShouldBe(["active", "advertised VC0"]);
    }

    [Fact]
    public void OnMessage_BeforeTheOptionsOrOfAnotherVersion_IsRefused()
    {
        _room.Session.Start(isInitiator: false, _nowNs);
        _room.Session.OnMessage(ClueWriter.Write(Room(1) with { Sequence = 1 }), _nowNs);
        Answer<ClueAck>(_room).Code.ShouldBe(ClueCode.InvalidSequencing);
        _room.Session.OnMessage(ClueWriter.Write(new ClueOptions(true, true, ["2.0", "3.1"]) { Sequence = 2 }), _nowNs);
        Answer<ClueOptionsResponse>(_room).Code.ShouldBe(ClueCode.VersionNotSupported);
        _room.Log.ShouldBe(["terminated options answered with 401"]);
    }

    [Fact]
    public void OnMessage_Garbage_IsAnsweredWhereItTellsWhatItIs()
    {
        Open();
        var sent = _room.Sent.Count;
        _room.Session.OnMessage("nothing"u8, _nowNs);
        _room.Sent.Count.ShouldBe(sent);
        _room.Session.OnMessage("<p:advertisement xmlns:p='urn:ietf:params:xml:ns:clue-protocol' protocol='CLUE' v='1.0'><p:sequenceNr>2</p:sequenceNr></p:advertisement>"u8, _nowNs);
        Answer<ClueAck>(_room).Code.ShouldBe(ClueCode.BadSyntax);
        _room.Session.State.ShouldBe(ClueState.Active);
        Hear(_room, Room(1) with { Sequence = 3 });
        Answer<ClueAck>(_room).Code.ShouldBe(ClueCode.Success, "the message that mends it has the next number");
    }

    [Fact]
    public void Options_NobodyAnswers_EndsAfterThreeTries()
    {
        _room.Session.Start(isInitiator: true, _nowNs);
        Wait(_room, 20);
        _room.Sent.Count.ShouldBe(ClueSession.MaxTries);
        _room.Log.ShouldBe(["terminated no options"]);
        _bridge.Session.Start(isInitiator: false, _nowNs);
        Wait(_bridge, 20);
        _bridge.Log.ShouldBe(["terminated no options"]);
    }

    [Fact]
    public void Advertise_NobodyAnswers_EndsAfterThreeTries()
    {
        Open();
        _room.Session.TryAdvertise(Room(1), _nowNs);
        Wait(_room, 20);
        _room.Sent.Count(static message => message is ClueAdvertisement).ShouldBe(ClueSession.MaxTries);
        _room.Log[^1].ShouldBe("terminated no answer to what was advertised");
        _room.Session.NextTimeoutNs.ShouldBe(long.MaxValue);
    }

    [Fact]
    public void Stop_IsToldOnce()
    {
        Open();
        _room.Session.Stop();
        _room.Session.Stop();
        _room.Log.Count(static line => line.StartsWith("terminated", StringComparison.Ordinal)).ShouldBe(1);
        _room.Session.TryAdvertise(Room(1), _nowNs).ShouldBeFalse();
    }

    void Open()
    {
        _bridge.Session.Start(isInitiator: false, _nowNs);
        _room.Session.Start(isInitiator: true, _nowNs);
        Exchange();
    }

    void Advertise(Side side)
    {
        side.Session.TryAdvertise(Room(2), _nowNs).ShouldBeTrue();
        Exchange();
    }

    void Exchange()
    {
        while (_room.Pending.Count + _bridge.Pending.Count > 0)
        {
            if (_room.Pending.TryDequeue(out var fromRoom))
                _bridge.Session.OnMessage(fromRoom, _nowNs);
            if (_bridge.Pending.TryDequeue(out var fromBridge))
                _room.Session.OnMessage(fromBridge, _nowNs);
        }
    }

    void Wait(Side side, int seconds)
    {
        for (var end = _nowNs + (seconds * MonotonicTime.Second); _nowNs < end; _nowNs += 100 * MonotonicTime.Millisecond)
            side.Session.OnTimer(_nowNs);
    }

    /// <summary>The conversation of RFC 8847 section 10 in short: another maker's first numbers, versions and extensions, in its order.</summary>
    [Fact]
    public void Conversation_OfTheSpecificationsExample_HasTheAnswersThatItNames()
    {
        _bridge.Session.Start(isInitiator: false, _nowNs);
        Hear(_bridge, new ClueOptions(true, true, ["1.4", "2.7"]) { Sequence = 51, Version = "1.4" });
        var settled = Answer<ClueOptionsResponse>(_bridge);
        (settled.Code, settled.Settled, settled.IsProvider, settled.IsConsumer).ShouldBe((ClueCode.Success, "1.0", true, true), "the highest that both have");

        _bridge.OnAdvertised = _ =>
        {
            _bridge.Session.TryConfigure([new ClueCaptureEncoding("ce", "VC1", "ENC1")], _nowNs).ShouldBeTrue();
            return ClueCode.Success;
        };
        Hear(_bridge, Room(2) with { Sequence = 11 });
        var chosen = Answer<ClueConfigure>(_bridge);
        (chosen.Advertisement, chosen.Encodings.Single().Capture).ShouldBe((11u, "VC1"));
        Hear(_bridge, new ClueConfigureResponse(ClueCode.Success, "Success", chosen.Sequence) { Sequence = 12 });
        _bridge.Session.Consumer.ShouldBe(ClueConsumerState.Established);

        _bridge.OnAdvertised = static _ => ClueCode.Success;
        Hear(_bridge, Room(1) with { Sequence = 13 });
        (Answer<ClueAck>(_bridge).Advertisement, _bridge.Session.Consumer).ShouldBe((13u, ClueConsumerState.Advertised));
        _bridge.Session.TryConfigure([new ClueCaptureEncoding("ce", "VC0", "ENC0")], _nowNs).ShouldBeTrue();
        Hear(_bridge, new ClueConfigureResponse(ClueCode.Success, null, Answer<ClueConfigure>(_bridge).Sequence) { Sequence = 14 });
        _bridge.Session.Consumer.ShouldBe(ClueConsumerState.Established);

        // Of its own as a consumer another series, which the messages above do not count in.
        _bridge.Session.TryAdvertise(Room(1), _nowNs).ShouldBeTrue();
        Hear(_bridge, new ClueConfigure(Answer<ClueAdvertisement>(_bridge).Sequence, IsAck: true, []) { Sequence = 900 });
        (Answer<ClueConfigureResponse>(_bridge).Code, _bridge.Session.Provider).ShouldBe((ClueCode.Success, ClueProviderState.Established));
    }

    [Fact]
    public void OptionsOnceMore_WhileActive_AreNotHeard()
    {
        Open();
        var sent = _bridge.Sent.Count;
        Hear(_bridge, new ClueOptions(true, true, ["9.0"]) { Sequence = 2 });
        Hear(_bridge, new ClueOptionsResponse(ClueCode.VersionNotSupported, null, false, false, null) { Sequence = 3 });
        (_bridge.Sent.Count, _bridge.Session.State).ShouldBe((sent, ClueState.Active));
    }

    [Fact]
    public void ConfigureThatAcknowledgesAnOldAdvertisement_IsNotHeard()
    {
        Open();
        _room.Session.TryAdvertise(Room(2), _nowNs).ShouldBeTrue();
        var old = Answer<ClueAdvertisement>(_room).Sequence;
        _room.Session.TryAdvertise(Room(1), _nowNs).ShouldBeTrue();
        _room.Pending.Clear();
        var sent = _room.Sent.Count;
        Hear(_room, new ClueConfigure(old, IsAck: true, []) { Sequence = 7 });
        (_room.Sent.Count, _room.Session.Provider).ShouldBe((sent, ClueProviderState.WaitForAck));
    }

    [Fact]
    public void Code_OfTheClassOfSuccess_IsOne()
    {
        Open();
        _room.Session.TryAdvertise(Room(1), _nowNs).ShouldBeTrue();
        Hear(_room, new ClueAck((ClueCode)201, "taken", Answer<ClueAdvertisement>(_room).Sequence) { Sequence = 7 });
        _room.Session.Provider.ShouldBe(ClueProviderState.WaitForConfigure);
    }

    [Theory]
    [InlineData(true, "VC0", ClueCode.Success)]
    [InlineData(true, "VC0 VC1", ClueCode.ConflictingValues)] // it shows one at a time
    [InlineData(true, "VC9", ClueCode.InvalidValue)]
    [InlineData(false, "VC0", ClueCode.SubsetNotAllowed)]
    public void Configure_PartOfACapture_OnlyWhereItAllowsThat(bool allows, string wanted, ClueCode code)
    {
        Open();
        var room = Room(2);
        var switched = new ClueCapture
        {
            Id = "VC7", MediaType = "video", Scene = "CS", EncodingGroup = "EG", ContentViews = ["V"], Policy = new CluePolicy(ClueChoice.SoundLevel, 0), MaxCaptures = 1, AllowsSubset = allows,
        };
        _room.Session.TryAdvertise(room with { Captures = [.. room.Captures, switched] }, _nowNs).ShouldBeTrue();
        Exchange();
        _bridge.Session.TryConfigure([new ClueCaptureEncoding("a", "VC7", "ENC1") { ConfiguredCaptures = wanted.Split(' ') }], _nowNs);
        Exchange();
        _bridge.Log[^1].ShouldBe($"answered {code}");
    }

    void Hear(Side side, ClueMessage message) => side.Session.OnMessage(ClueWriter.Write(message), _nowNs);

    static string Numbers(Side side) => string.Join(", ", side.Sent.Select(static message => $"{NameOf(message)} {message.Sequence}"));

    static string NameOf(ClueMessage message) => message switch
    {
        ClueOptions => "options",
        ClueOptionsResponse => "optionsResponse",
        ClueAdvertisement => "advertisement",
        ClueAck => "ack",
        ClueConfigure => "configure",
        _ => "configureResponse",
    };

    static T Answer<T>(Side side)
        where T : ClueMessage => side.Sent[^1].ShouldBeOfType<T>();

    static ClueAdvertisement Room(int cameras) => new()
    {
        Captures = [.. Enumerable.Range(0, cameras).Select(static i => new ClueCapture
        {
            Id = $"VC{i}", MediaType = "video", Scene = "CS", EncodingGroup = "EG", Space = new ClueSpace(new CluePoint(i, 0, 0), null),
        })],
        EncodingGroups = [new ClueEncodingGroup("EG", 4_000_000, ["ENC0", "ENC1"])],
        Scenes = [new ClueScene("CS", "unknown", [new ClueSceneView("V", [.. Enumerable.Range(0, cameras).Select(static i => $"VC{i}")])])],
    };

    sealed class Side : IClueEvents
    {
        public Side(string name) => Session = new ClueSession(this, name);

        public ClueSession Session { get; }

        public Queue<byte[]> Pending { get; } = new();

        public List<ClueMessage> Sent { get; } = [];

        public List<string> Log { get; } = [];

        public Func<ClueAdvertisement, ClueCode> OnAdvertised { get; set; } = static _ => ClueCode.Success;

        void IClueEvents.Send(byte[] message)
        {
            ClueReader.TryRead(message, out var read, out var fault).ShouldBeTrue(fault.ToString());
            Sent.Add(read!);
            Pending.Enqueue(message);
        }

        void IClueEvents.OnActive(ClueSession session) => Log.Add("active");

        ClueCode IClueEvents.OnAdvertised(ClueSession session, ClueAdvertisement advertisement)
        {
            Log.Add("advertised " + string.Join(' ', advertisement.Captures.Select(static capture => capture.Id)));
            return OnAdvertised(advertisement);
        }

        void IClueEvents.OnAcknowledged(ClueSession session, ClueCode code) => Log.Add($"acknowledged {code}");

        ClueCode IClueEvents.OnConfigured(ClueSession session, ClueConfigure configuration)
        {
            Log.Add("configured " + string.Join(' ', configuration.Encodings.Select(static encoding => $"{encoding.Capture}={encoding.Encoding}")));
            return ClueCode.Success;
        }

        void IClueEvents.OnConfigureAnswered(ClueSession session, ClueCode code) => Log.Add($"answered {code}");

        void IClueEvents.OnTerminated(ClueSession session, string reason) => Log.Add($"terminated {reason}");
    }
}
