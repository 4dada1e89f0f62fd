using System.Globalization;
using Meetpoint.Media.Codecs;

namespace Meetpoint.Simulation.Kit;

/// <summary>What a simulated phone speaks, and the numbers that it gives it.</summary>
/// <param name="Codec">Of its sound.</param>
/// <param name="PayloadType">By which it is sent sound.</param>
/// <param name="KeyPayloadType">By which it is sent keys.</param>
/// <param name="KeyClock">Hertz of the clock of keys.</param>
sealed record PhoneFormat(AudioCodec Codec, byte PayloadType, byte KeyPayloadType, int KeyClock)
{
    /// <summary>By which the other side is sent sound, where that has numbers of its own.</summary>
    public byte SendPayloadType { get; init; } = PayloadType;

    /// <summary>By which the other side is sent keys.</summary>
    public byte SendKeyPayloadType { get; init; } = KeyPayloadType;

    public static PhoneFormat Pcma { get; } = new(AudioCodec.Pcma, 8, 101, 8_000);

    /// <summary>Its line of SDP.</summary>
    public string Line(int port) => string.Create(
        CultureInfo.InvariantCulture,
        $"m=audio {port} RTP/AVP {PayloadType} {KeyPayloadType}\r\na=rtpmap:{PayloadType} {Codec.Name}/{Codec.ClockRate}{(Codec.Channels > 1 ? "/2" : "")}\r\n"
        + $"a=rtpmap:{KeyPayloadType} telephone-event/{KeyClock}\r\na=fmtp:{KeyPayloadType} 0-15\r\na=ptime:20\r\n");
}
