using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Media.Tests.Video.Kit;
using Meetpoint.Media.Video;
using Meetpoint.Media.Video.Payloads;
using Shouldly;

namespace Meetpoint.Media.Tests.Video.Payloads;

public sealed class VideoPayloadTests
{
    [Theory]
    [InlineData("10 11", 1, true, -1, -1, -1, -1)]
    [InlineData("90 80 05 11", 3, true, 5, -1, -1, -1)]
    [InlineData("90 80 85 39 11", 4, true, 0x539, -1, -1, -1)]
    [InlineData("80 f0 ffff 7f a3 11", 6, false, 0x7FFF, 0x7F, 2, 3)]
    [InlineData("90 60 09 40 11", 4, true, -1, 9, 1, -1)]
    public void TryRead_Vp8Descriptor_FieldsAsWritten(string hex, int length, bool starts, int picture, int baseLayer, int temporal, int key)
    {
        Vp8Descriptor.TryRead(Bytes(hex), out var read).ShouldBeTrue();
        read.Length.ShouldBe(length);
        read.StartsPicture.ShouldBe(starts);
        read.PictureId.ShouldBe(picture);
        read.BaseLayerIndex.ShouldBe(baseLayer);
        read.TemporalId.ShouldBe(temporal);
        read.KeyIndex.ShouldBe(key);
    }

    [Theory]
    [InlineData("")]
    [InlineData("90")]
    [InlineData("90 80")]
    [InlineData("90 80 85")]
    [InlineData("90 f0 05 06")]
    [InlineData("90 80 05")] // a descriptor, and nothing behind it
    public void TryRead_Vp8CutShort_False(string hex) => VideoPayload.TryRead(VideoCodec.Vp8, Bytes(hex), out _).ShouldBeFalse();

    [Fact]
    public void Write_AnyDescriptor_ReadsBackWithLongPictureId() => Prop.ForAll<byte[]>(bytes =>
    {
        if (!Vp8Descriptor.TryRead(bytes, out var read))
            return;
        var buffer = new byte[Vp8Descriptor.MaxLength];
        var length = read.Write(buffer);
        Vp8Descriptor.TryRead(buffer.AsSpan(0, length), out var again).ShouldBeTrue();
        again.ShouldBe(read with { Length = length, HasLongPictureId = read.PictureId >= 0, IsLayerSync = read.IsLayerSync && read.TemporalId >= 0 });
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryRead_Vp8Keyframe_ItsHeight()
    {
        var packet = new TestCamera(1, VideoCodec.Vp8, 1) { Height = 360 }.Next(keyframe: true)[0];
        VideoPayload.TryRead(VideoCodec.Vp8, packet.AsSpan(12), out var read).ShouldBeTrue();
        read.BeginsKeyframe.ShouldBeTrue();
        read.Height.ShouldBe(360);
    }

    [Fact]
    public void TryRead_Vp8DeltaPictureAndContinuation_NoKeyframe()
    {
        var camera = new TestCamera(1, VideoCodec.Vp8, 1);
        var key = camera.Next(keyframe: true);
        VideoPayload.TryRead(VideoCodec.Vp8, key[1].AsSpan(12), out var rest).ShouldBeTrue();
        rest.BeginsPicture.ShouldBeFalse();
        rest.BeginsKeyframe.ShouldBeFalse("the rest of a keyframe is no begin of one");
        VideoPayload.TryRead(VideoCodec.Vp8, camera.Next(keyframe: false)[0].AsSpan(12), out var delta).ShouldBeTrue();
        delta.BeginsPicture.ShouldBeTrue();
        delta.BeginsKeyframe.ShouldBeFalse();
    }

    [Theory]
    [InlineData("65 88 00", true, true)] // a slice of an IDR picture
    [InlineData("65 40 00", false, false)] // not its first slice
    [InlineData("41 9a 00", true, false)]
    [InlineData("7c 85 88 00", true, true)] // FU-A that begins an IDR slice
    [InlineData("7c 05 88 00", false, false)] // and one that goes on
    [InlineData("7c 81 88 00", true, false)]
    [InlineData("68 ce 38 80", true, false)] // PPS
    public void TryRead_H264_WhatBegins(string hex, bool picture, bool keyframe)
    {
        VideoPayload.TryRead(VideoCodec.H264, Bytes(hex), out var read).ShouldBeTrue();
        read.BeginsPicture.ShouldBe(picture);
        read.BeginsKeyframe.ShouldBe(keyframe);
        read.HasParameters.ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("7c 85")] // FU-A without a byte of its unit
    [InlineData("78 00")] // STAP-A cut short
    [InlineData("78 00 05 67 42")]
    [InlineData("78 00 00 67")]
    public void TryRead_H264Malformed_False(string hex) => VideoPayload.TryRead(VideoCodec.H264, Bytes(hex), out _).ShouldBeFalse();

    [Theory]
    [InlineData(640, 360)]
    [InlineData(1280, 720)]
    [InlineData(320, 180)]
    [InlineData(1920, 1080)]
    public void TryRead_H264ParametersInAggregate_Height(int width, int height)
    {
        var parameters = BitWriter.ParameterSet(width, height);
        byte[] payload = [0x78, 0, (byte)parameters.Length, .. parameters, 0, 4, 0x68, 0xCE, 0x38, 0x80];
        VideoPayload.TryRead(VideoCodec.H264, payload, out var read).ShouldBeTrue();
        read.BeginsKeyframe.ShouldBeTrue();
        read.HasParameters.ShouldBeTrue();
        read.Height.ShouldBe(height);
    }

    [Fact]
    public void TryRead_H264ParametersOfAnEncoder_Height()
    {
        // As x264 writes them for 640x360, high profile: chroma format and depths stand before the rest, and an emulation prevention byte is in it.
        VideoPayload.TryRead(VideoCodec.H264, Bytes("67 64 00 1e ac d9 40 a0 2f f9 70 11 00 00 03 00 01 00 00 03 00 3c 0f 16 2d 96"), out var read).ShouldBeTrue();
        read.Height.ShouldBe(360);
    }

    [Fact]
    public void TryRead_AnyBytes_NeverThrows() => Prop.ForAll<byte[]>(bytes =>
    {
        foreach (var first in (byte[])[0x10, 0x90, 0xFF, 0x67, 0x78, 0x7C, 0x65, 0x00])
        {
            byte[] payload = [first, .. bytes];
            VideoPayload.TryRead(VideoCodec.Vp8, payload, out _);
            VideoPayload.TryRead(VideoCodec.H264, payload, out var read);
            read.Height.ShouldBeInRange(0, 8192);
            H264ParameterSet.HeightOf(payload).ShouldBeInRange(0, 8192);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryRead_RandomLongPayloads_NeverThrows()
    {
        var random = new Random(5);
        var buffer = new byte[300];
        for (var i = 0; i < 20_000; i++)
        {
            var payload = buffer.AsSpan(0, random.Next(buffer.Length));
            random.NextBytes(payload);
            if (!payload.IsEmpty && i % 2 == 0)
                payload[0] = (byte)(i % 4 == 0 ? 0x78 : 0x67);
            VideoPayload.TryRead(VideoCodec.Vp8, payload, out _);
            VideoPayload.TryRead(VideoCodec.H264, payload, out _);
        }
    }

    static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
