using System.Globalization;
using Meetpoint.Exchange.Support.Trace;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Support.Trace;

public sealed class TraceRingTests : IDisposable
{
    readonly TraceFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Read_Record_IsWhatWasWritten()
    {
        _files.Add("hello", "gw-1", "albion", Meetpoint.Sip.SipTapEvent.Sent, "[2001:db8::7]:5070");
        var record = new TraceRecord();
        var position = 0UL;
        _files.Ring.TryRead(ref position, record).ShouldBeTrue();
        (record.Listener, record.Party, record.Provider, record.Event, record.Remote.ToString(), record.Local.IsSet, record.At).ShouldBe(
            ("inside", "gw-1", "albion", Meetpoint.Sip.SipTapEvent.Sent, "[2001:db8::7]:5070", false, TraceFiles.At(0)));
        _files.Ring.TryRead(ref position, record).ShouldBeFalse();
    }

    [Fact]
    public void File_IsForItsOwnerAloneAndOfTheSizeAsked()
    {
        new FileInfo(_files.Options.Path).Length.ShouldBe(1 << 20);
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(_files.Options.Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void Append_FarMoreThanFits_KeepsTheNewestInOrder()
    {
        for (var i = 0; i < 10_000; i++)
            _files.Add($"{i} {new string('x', i % 700)}");
        var numbers = _files.All().Select(text => int.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture)).ToList();
        numbers[^1].ShouldBe(9_999);
        numbers.ShouldBe(Enumerable.Range(10_000 - numbers.Count, numbers.Count));
        numbers.Count.ShouldBeGreaterThan(1_500, "a megabyte has that many of some 500 bytes");
    }

    [Fact]
    public void Append_MoreThanIsKeptResident_IsAllThere()
    {
        _files.Reopen(_files.Options with { Bytes = 16 << 20 });
        for (var i = 0; i < 40_000; i++)
            _files.Add($"{i} {new string('x', 400 + (i % 500))}");
        var numbers = _files.All().Select(text => int.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture)).ToList();
        numbers[^1].ShouldBe(39_999);
        numbers.ShouldBe(Enumerable.Range(40_000 - numbers.Count, numbers.Count));
        numbers.Count.ShouldBeGreaterThan(18_000, "16 megabytes have that many of some 800 bytes");
    }

    [Fact]
    public void Reopen_OfTheSameSize_HasWhatWasWrittenAndGoesOn()
    {
        for (var i = 0; i < 5_000; i++)
            _files.Add($"{i} {new string('x', 500)}");
        var before = _files.All();
        _files.Reopen();
        _files.All().ShouldBe(before);
        _files.Add("after");
        _files.All()[^1].ShouldBe("after");
    }

    [Fact]
    public void Reopen_OfAnotherSize_BeginsAnew()
    {
        _files.Add("before");
        _files.Reopen(_files.Options with { Bytes = 2 << 20 });
        _files.All().ShouldBeEmpty();
        new FileInfo(_files.Options.Path).Length.ShouldBe(2 << 20);
    }

    [Fact]
    public void Open_WhileAnotherHasIt_Fails() => Should.Throw<IOException>(() => TraceRing.Open(_files.Options));

    [Fact]
    public void Open_FileThatIsNoRing_BeginsAnew()
    {
        _files.Ring.Dispose();
        File.WriteAllBytes(_files.Options.Path, [.. Enumerable.Repeat((byte)0xAB, 1 << 20)]);
        _files.Reopen();
        _files.All().ShouldBeEmpty();
        _files.Add("first");
        _files.All().ShouldBe(["first"]);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(0)]
    [InlineData(60)]
    [InlineData(100)]
    public void Read_TornRecord_IsPassedOverAndTheNextFound(int offset)
    {
        for (var i = 0; i < 5; i++)
            _files.Add($"message {i}");
        _files.Ring.Dispose();
        var bytes = File.ReadAllBytes(_files.Options.Path);
        var third = bytes.AsSpan().IndexOf("message 2"u8) / 16 * 16;
        while (System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(third + 8)) != (ulong)(third - 4_096))
            third -= 16;
        bytes[third + offset] ^= 0xFF;
        File.WriteAllBytes(_files.Options.Path, bytes);
        _files.Reopen();
        _files.All().ShouldBe(["message 0", "message 1", "message 3", "message 4"]);
    }

    [Fact]
    public void Read_WhileItIsWritten_SeesWholeRecordsOnlyInOrder()
    {
        const int Count = 60_000;
        var written = new ManualResetEventSlim();
        var faults = new List<string>();
        var seen = 0;
        var reader = new Thread(() =>
        {
            var record = new TraceRecord();
            var position = 0UL;
            var last = -1;
            for (var isLast = false; !isLast;)
            {
                isLast = written.IsSet;
                while (_files.Ring.TryRead(ref position, record))
                {
                    var text = System.Text.Encoding.ASCII.GetString(record.Unmasked);
                    var number = int.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture);
                    if (number <= last || text != Message(number))
                        faults.Add($"{number} after {last}");
                    last = number;
                    seen++;
                }
            }

            if (last != Count - 1)
                faults.Add($"the last was {last}");
        });
        reader.Start();
        for (var i = 0; i < Count; i++)
            _files.Add(Message(i));
        written.Set();
        reader.Join();
        faults.ShouldBeEmpty();
        seen.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Read_AfterTheRingIsClosed_FindsNothing()
    {
        _files.Add("message");
        _files.Ring.Dispose();
        var position = 0UL;
        _files.Ring.TryRead(ref position, new TraceRecord()).ShouldBeFalse();
    }

    static string Message(int number) => $"{number} {new string((char)('a' + number % 26), number % 900)}";
}
