using System.Globalization;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>What an offer says of H.264 (RFC 6184 section 8.1), with the defaults of what it leaves out.</summary>
/// <param name="Profile">profile_idc: 66 baseline, 77 main, 88 extended, 100 high.</param>
/// <param name="Level">level_idc: ten times the level, 9 for 1b.</param>
/// <param name="PacketizationMode">0 single units, 1 units, aggregates and fragments, 2 interleaved.</param>
/// <param name="MaxFrameSize">Macroblocks of a picture that it can decode; 0 where it does not say a level or max-fs.</param>
readonly record struct H264Parameters(int Profile, int Level, int PacketizationMode, int MaxFrameSize)
{
    /// <summary>Profile of streams that go round: every other one decodes it as well.</summary>
    public const int Baseline = 66;

    const int Main = 77, High = 100;
    const int MacroblockPixels = 256;

    /// <summary>Macroblocks of a picture by level (H.264 table A-1).</summary>
    static readonly (int Level, int MaxFrameSize)[] _levels = [(10, 99), (11, 396), (21, 792), (22, 1_620), (31, 3_600), (32, 5_120), (40, 8_192), (42, 8_704), (50, 22_080), (51, 36_864)];

    /// <summary>It is of the profile that all decode; nothing said means that (RFC 6184 section 8.1).</summary>
    public bool IsBaseline => Profile == Baseline;

    /// <summary>Its decoder takes a constrained baseline too (H.264 A.2.2, A.2.4), though what it sends is not one.</summary>
    public bool DecodesBaseline => Profile is Baseline or Main or High;

    /// <summary>Lines of the largest picture of 16 by 9 that it can decode; <see cref="int.MaxValue"/> where it does not say.</summary>
    public int MaxHeight => MaxFrameSize == 0 ? int.MaxValue : (int)Math.Sqrt(MaxFrameSize * (double)MacroblockPixels * 9 / 16);

    /// <summary>Of a=fmtp; null where its values are none.</summary>
    public static H264Parameters? Of(string? parameters)
    {
        var (profile, level, mode, size) = (Baseline, 0, 0, 0);
        foreach (var word in (parameters ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.Split('=', 2, StringSplitOptions.TrimEntries) is not [var name, var value])
                continue;
            var isRead = name.ToLowerInvariant() switch
            {
                "profile-level-id" => TryReadProfile(value, out profile, out level),
                "packetization-mode" => TryRead(value, out mode) && mode <= 2,
                "max-fs" => TryRead(value, out size),
                _ => true,
            };
            if (!isRead)
                return null;
        }

        var reached = level;
        var ofLevel = level == 0 ? 0 : Array.FindLast(_levels, each => each.Level <= Math.Max(10, reached)).MaxFrameSize;
        return new H264Parameters(profile, level, mode, Math.Max(ofLevel, size));
    }

    static bool TryReadProfile(string value, out int profile, out int level)
    {
        level = 0;
        profile = 0;
        return value.Length == 6 && int.TryParse(value.AsSpan(0, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out profile)
            && int.TryParse(value.AsSpan(4, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out level);
    }

    static bool TryRead(string value, out int number) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
