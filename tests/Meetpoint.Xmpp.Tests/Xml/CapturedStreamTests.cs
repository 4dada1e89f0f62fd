using System.Text;
using Meetpoint.Xmpp.Tests.Support;
using Meetpoint.Xmpp.Xml;
using Shouldly;

namespace Meetpoint.Xmpp.Tests.Xml;

/// <summary>Streams as real servers sent them (tests/vectors/xmpp): cut, split and damaged in every way.</summary>
public sealed class CapturedStreamTests
{
    public static TheoryData<string> Names => [.. Vectors.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Next_SplitAtEveryByte_ReadsTheSame(string name)
    {
        var bytes = Vectors.Read(name);
        var whole = Read(bytes);
        whole.ShouldNotContain("Fault");
        whole.ShouldContain("Element");
        for (var at = 0; at <= bytes.Length; at++)
            Read(bytes.AsSpan(0, at), bytes.AsSpan(at)).ShouldBe(whole);
        Read([.. bytes.Select(one => (byte[])[one])]).ShouldBe(whole);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Next_EveryPrefix_IsNoFault(string name)
    {
        var bytes = Vectors.Read(name);
        for (var length = 0; length < bytes.Length; length++)
            Read(bytes.AsSpan(0, length)).ShouldNotContain("Fault");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Next_Damaged_NeverThrowsAndStaysWithinItsLimits(string name)
    {
        var original = Vectors.Read(name);
        var random = new Random(20_261_122);
        for (var round = 0; round < 3_000; round++)
        {
            var bytes = Damage(original, random);
            using var reader = new XmlStreamReader(new XmlLimits { MaxStanzaBytes = 4_096 });
            for (var at = 0; at < bytes.Length;)
            {
                var count = Math.Min(random.Next(1, 200), bytes.Length - at);
                reader.Add(bytes.AsSpan(at, count));
                at += count;
                while (reader.Next() is not (XmlStreamEvent.None or XmlStreamEvent.Fault))
                {
                }

                reader.Pending.ShouldBeLessThanOrEqualTo(4_096 + 200);
            }
        }
    }

    static byte[] Damage(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var i = random.Next(1, 6); i > 0 && bytes.Count > 1; i--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at));
                    break;
                case 2:
                    bytes.Insert(at, (byte)"<>&;'\"/!?]"[random.Next(10)]);
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 100), bytes.Count - at)));
                    break;
            }
        }

        return [.. bytes];
    }

    static string Read(ReadOnlySpan<byte> one) => Read([one.ToArray()]);

    static string Read(ReadOnlySpan<byte> one, ReadOnlySpan<byte> two) => Read([one.ToArray(), two.ToArray()]);

    static string Read(byte[][] parts)
    {
        var text = new StringBuilder();
        using var reader = new XmlStreamReader(XmlLimits.Default);
        foreach (var part in parts)
        {
            reader.Add(part);
            for (var next = reader.Next(); next != XmlStreamEvent.None; next = reader.Next())
            {
                // After SASL a new stream begins on the same connection.
                text.Append(next).Append(' ').AppendLine(next == XmlStreamEvent.Element ? reader.Element!.ToString() : reader.Header?.ToString());
                if (next == XmlStreamEvent.Fault)
                    return text.ToString();
                if (next == XmlStreamEvent.Element && reader.Element!.Name == "success")
                    reader.Restart();
            }
        }

        return text.ToString();
    }
}
