namespace Meetpoint.Media.Codecs;

/// <summary>A codec and how it is to encode: who has the same one can be sent the same bytes.</summary>
/// <param name="Codec">The codec.</param>
/// <param name="Bitrate">Bits a second; 0 for codecs that have no choice.</param>
/// <param name="IsConstantRate">Every packet of one size.</param>
/// <param name="IsDiscontinuous">Pauses need not be sent.</param>
/// <param name="LossPercent">How much the network is expected to lose, 0 to 100: over 0 packets carry copies of those before, where the codec can.</param>
/// <param name="PlaybackRate">Samples a second that the other side can play: what lies above half of it need not be sent. 0 for codecs that have no choice.</param>
readonly record struct EncodeTarget(
    AudioCodec Codec, int Bitrate = 0, bool IsConstantRate = false, bool IsDiscontinuous = false, int LossPercent = 0, int PlaybackRate = 0);
