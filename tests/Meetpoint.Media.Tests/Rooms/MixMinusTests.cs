using Meetpoint.Media.Audio;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Tests.Kit;
using Shouldly;

namespace Meetpoint.Media.Tests.Rooms;

public sealed class MixMinusTests
{
    [Fact]
    public void Tick_TwentyTalkers_EachHearsAllButHimself()
    {
        var room = new TestRoom(new MediaRoomOptions { MaxTalkers = 20 });
        var phones = new TestPhone[20];
        for (var i = 0; i < phones.Length; i++)
        {
            phones[i] = new TestPhone(i % 2 == 0 ? AudioCodec.Pcmu : AudioCodec.Pcma, Hz(i), peak: 1500);
            room.Add(phones[i], (uint)i + 1);
        }

        room.Run(2000);

        for (var listener = 0; listener < phones.Length; listener++)
        {
            for (var talker = 0; talker < phones.Length; talker++)
                phones[listener].Hears(Hz(talker)).ShouldBe(listener != talker, $"phone {listener}, tone of {talker}");
        }
    }

    [Fact]
    public void Tick_WidebandAndNarrowband_HearEachOther()
    {
        var room = new TestRoom();
        var wide = new TestPhone(AudioCodec.G722, 440);
        var narrow = new TestPhone(AudioCodec.Pcmu, 880);
        var listener = new TestPhone(AudioCodec.G722, 100) { Talks = false };
        room.Add(wide, 1);
        room.Add(narrow, 2);
        room.Add(listener, 3);

        room.Run(2000);

        room.Room.MixRate.ShouldBe(16000);
        wide.Hears(880).ShouldBeTrue();
        wide.Hears(440).ShouldBeFalse();
        narrow.Hears(440).ShouldBeTrue();
        narrow.Hears(880).ShouldBeFalse();
        listener.Hears(440).ShouldBeTrue();
        listener.Hears(880).ShouldBeTrue();
    }

    [Fact]
    public void Tick_Muted_NobodyHearsHimButHeHears()
    {
        var room = new TestRoom();
        var muted = new TestPhone(AudioCodec.Pcmu, 440);
        var other = new TestPhone(AudioCodec.Pcmu, 880);
        room.Add(muted, 1).IsMuted = true;
        room.Add(other, 2);

        room.Run(1500);

        other.Hears(440).ShouldBeFalse();
        muted.Hears(880).ShouldBeTrue();
    }

    [Fact]
    public void Tick_Deafened_HearsOnlyHisPrompt()
    {
        var room = new TestRoom();
        var waiting = new TestPhone(AudioCodec.Pcmu, 1000) { Talks = false };
        var talker = new TestPhone(AudioCodec.Pcmu, 880);
        var leg = room.Add(waiting, 1);
        leg.IsDeafened = true;
        room.Add(talker, 2);
        MediaRoom.Play(leg, Prompts.Prompt.LobbyWait);

        room.Run(2000);

        waiting.Hears(880, 1800).ShouldBeFalse();
        ToneMeter.Contains(waiting.Heard.ToArray().AsSpan(0, 1200), 440, 8000).ShouldBeTrue();
    }

    static double Hz(int index) => 300 + (index * 150);
}
