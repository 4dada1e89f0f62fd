using System.Globalization;
using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Demo.Phones;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Worlds;
using Meetpoint.Media.Audio;

namespace Meetpoint.Interop.BadInput;

/// <summary>
/// A call across both exchanges that is up while something bad happens: Alice hears Bob's tone before and after, the exchange answers others, and
/// its memory stays within a bound.
/// </summary>
sealed class LiveCall : IAsyncDisposable
{
    /// <summary>What the process may grow by in one test, in KiB: caches that fill, and pools that were not warm.</summary>
    const long GrowthKib = 96 * 1024;

    readonly BorderWorld _border;
    readonly Booking _booking;
    readonly Phone _alice;
    readonly Phone _bob;
    long _residentKib;

    LiveCall(BorderWorld border, Booking booking, Phone alice, Phone bob)
    {
        _border = border;
        _booking = booking;
        _alice = alice;
        _bob = bob;
    }

    public static async Task<LiveCall> StartAsync(BorderWorld border)
    {
        var booking = await Booking.OfAsync(border.World, "Goes on");
        var folder = Directory.CreateDirectory(Path.Combine(border.World.Folder, "calls", booking.Id)).FullName;
        var call = new LiveCall(
            border, booking,
            await Phone.StartAsync(border.World.Alice.Account, Path.Combine(folder, "alice"), preferOwn: true),
            await Phone.StartAsync(border.World.Bob.Account, Path.Combine(folder, "bob"), preferOwn: true));
        await Task.WhenAll(call._alice.DialAsync(booking.AlbionUri, BorderWorld.Soon), call._bob.DialAsync(booking.LibertyUri, BorderWorld.Soon));
        await call.HeardAsync(0);
        call._residentKib = call.Resident();
        return call;
    }

    /// <summary>Ports that the exchange takes media on now.</summary>
    public IReadOnlyList<int> MediaPorts() =>
    [
        .. System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveUdpListeners()
            .Where(end => end.Address.ToString() == _border.Albion.Party.Sip.Host && end.Port >= _border.Albion.Party.FirstMediaPort && end.Port < _border.Albion.Party.FirstMediaPort + 900)
            .Select(end => end.Port),
    ];

    /// <summary>Holds that the tone is heard on, that an OPTIONS is answered, and that memory is within its bound.</summary>
    public async Task GoesOnAsync()
    {
        await HeardAsync(await HeardAsync(0));
        using (var trunk = RawSip.Bind(_border.OwnTrunk.WithPort(0), _border.Albion.Party.Trunk))
        {
            trunk.Send(new SipText("OPTIONS", "sip:albion.example", trunk.Local).ToString());
            Assert.Equal(200, SipText.Status(await trunk.AnswerAsync("1 OPTIONS")));
        }

        var grown = Resident() - _residentKib;
        Assert.True(grown < GrowthKib, $"expected the process to grow by less than {GrowthKib} KiB; instead it grew by {grown} KiB");
    }

    public async ValueTask DisposeAsync()
    {
        await _alice.DisposeAsync();
        await _bob.DisposeAsync();
        await _border.Albion.Api.SendAsync(HttpMethod.Delete, $"meetings/{_booking.Id}", (JsonObject?)null, ("If-Match", "*"));
    }

    /// <summary>Waits until half a second more than before was heard and holds Bob's tone; gives how much was heard in all, in samples.</summary>
    async Task<long> HeardAsync(long before)
    {
        var heard = await Expect.EventuallyAsync(
            async () =>
            {
                if (await RecordingAsync() is not { } wav)
                    return null;
                var half = wav.SampleRate / 2;
                return wav.Samples.Length >= before + half && ToneMeter.Contains(wav.Samples.Span[^half..], _border.World.Bob.ToneHz, wav.SampleRate) ? (object)(long)wav.Samples.Length : null;
            },
            BorderWorld.Soon, "Alice to hear Bob's tone", _border.Albion.Process.LogTail);
        return (long)heard;
    }

    async Task<WavFile?> RecordingAsync()
    {
        try
        {
            return await _alice.RecordingAsync();
        }
        catch (DemoFailedException)
        {
            return null; // nothing yet
        }
    }

    long Resident() => long.Parse(
        File.ReadLines($"/proc/{_border.Albion.Process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
