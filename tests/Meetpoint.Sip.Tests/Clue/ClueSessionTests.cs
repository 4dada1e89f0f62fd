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
        Numbers(_room).ShouldBe(Enumerable.Range(1, _room.Sent.Count).Select(static n => (uint)n), "numbers without a gap");
        Numbers(_bridge).ShouldBe(Enumerable.Range(1, _bridge.Sent.Count).Select(static n => (uint)n), "also when it chose before it had answered");
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
    [InlineData("VC9", "ENC0", ClueCode.InvalidIdentifier)]
    [InlineData("VC0", "ENC9", ClueCode.InvalidIdentifier)]
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
        _room.Session.OnMessage(ClueWriter.Write(Room(1) with { Sequence = 9 }), _nowNs);
        Answer<ClueAck>(_room).Code.ShouldBe(ClueCode.InvalidSequencing);
        _room.Log.ShouldBe(["active"]);
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

    static IEnumerable<uint> Numbers(Side side) => side.Sent.Select(static message => message.Sequence);

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
