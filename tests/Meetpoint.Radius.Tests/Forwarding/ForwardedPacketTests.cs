using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;
using Meetpoint.Radius.Tests.Support;
using Shouldly;

namespace Meetpoint.Radius.Tests.Forwarding;

public sealed class ForwardedPacketTests
{
    static readonly byte[] _password = "correct horse battery"u8.ToArray();

    public static TheoryData<bool, bool> Versions => new((false, false), (false, true), (true, false), (true, true));

    [Theory]
    [MemberData(nameof(Versions))]
    public void Request_WithPassword_IsReadByTheServer(bool clientIs11, bool serverIs11)
    {
        var hops = new Hops(clientIs11, serverIs11);
        var request = Request(hops, (ref PacketWriter writer, RequestMark mark) =>
        {
            writer.TryWrite(AttributeType.UserName, "alice@home.example"u8);
            WritePassword(ref writer, hops.Client, mark);
            writer.TryWrite(AttributeType.ProxyState, "one"u8);
            writer.TryWrite(AttributeType.ProxyState, "two"u8);
        });
        var (forwarded, mark) = hops.Forward(request, 0x12345);
        Hops.Parse(forwarded, out var packet);
        hops.Server.VerifyRequest(packet).ShouldBe(PacketError.None);
        hops.Server.IdOf(packet).ShouldBe(serverIs11 ? 0x12345u : 0x45u);
        packet.TryFind(AttributeType.UserPassword, out var hidden).ShouldBeTrue();
        Reveal(hops.Server, mark, hidden.Value).ShouldBe(_password);
        Hops.Attributes(forwarded).Where(hex => hex.StartsWith("21", StringComparison.Ordinal)).ShouldBe(["21056F6E65", "210574776F"]);
        (packet.MessageAuthenticatorOffset > 0).ShouldBe(!serverIs11);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Accept_WithKeysAndTunnelPassword_IsReadByTheClient(bool clientIs11, bool serverIs11)
    {
        var hops = new Hops(clientIs11, serverIs11);
        var client = hops.NewMark(hops.Client, RadiusCode.AccessRequest, 5);
        var server = hops.NewMark(hops.Server, RadiusCode.AccessRequest, 6);
        byte[] send = [.. Enumerable.Range(1, 32).Select(octet => (byte)octet)], receive = [.. send.Reverse()];
        var buffer = new byte[RadiusPacket.MaxLength];
        var writer = hops.Server.BeginResponse(buffer, RadiusCode.AccessAccept, server);
        writer.TryWrite(AttributeType.TunnelPassword, [3, .. Salted(hops.Server, server, _password, 1)]);
        var (first, second) = (Salted(hops.Server, server, send, 2), Salted(hops.Server, server, receive, 3));
        writer.TryWrite(AttributeType.VendorSpecific, [0, 0, 1, 55, 16, (byte)(first.Length + 2), .. first, 7, 3, 99, 17, (byte)(second.Length + 2), .. second]);
        writer.TryWrite(AttributeType.Class, "class"u8);

        var returned = hops.Return(buffer.AsSpan(0, hops.Server.SignResponse(ref writer)), server, client);
        Hops.Parse(returned, out var packet);
        hops.Client.VerifyResponse(packet, client).ShouldBe(PacketError.None);
        packet.TryFind(AttributeType.TunnelPassword, out var tunnel).ShouldBeTrue();
        tunnel.Value[0].ShouldBe((byte)3);
        Unsalted(hops.Client, client, tunnel.Value[1..]).ShouldBe(_password);
        packet.TryFind(AttributeType.VendorSpecific, out var vendor).ShouldBeTrue();
        var keys = new List<byte[]>();
        foreach (var inner in new AttributeEnumerator(vendor.Value, 4))
            keys.Add(inner.Type is (AttributeType)7 ? inner.Value.ToArray() : Unsalted(hops.Client, client, inner.Value));
        keys.ShouldBe([send, [99], receive]);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Request_ChapWithoutChallenge_GetsTheAuthenticatorAsOne(bool clientIs11, bool serverIs11)
    {
        var hops = new Hops(clientIs11, serverIs11);
        var request = Request(hops, (ref PacketWriter writer, RequestMark _) => writer.TryWrite(AttributeType.ChapPassword, new byte[17]));
        Hops.Parse(request, out var received);
        var (forwarded, _) = hops.Forward(request, 1);
        Hops.Parse(forwarded, out var packet);
        packet.TryFind(AttributeType.ChapChallenge, out var challenge).ShouldBe(!clientIs11);
        if (!clientIs11)
            challenge.Value.SequenceEqual(received.Authenticator).ShouldBeTrue();

        var (again, _) = new Hops(serverIs11, serverIs11).Forward(hops.Server.IsVersion11 ? forwarded : Request(hops, (ref PacketWriter writer, RequestMark _) =>
        {
            writer.TryWrite(AttributeType.ChapPassword, new byte[17]);
            writer.TryWrite(AttributeType.ChapChallenge, "challenge"u8);
        }), 1);
        Hops.Attributes(again).Count(hex => hex.StartsWith("3C", StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo(1, "one that is there stays alone");
    }

    [Fact]
    public void Request_AccountingAndOriginalPacketCode_GoOn()
    {
        var hops = new Hops(false, true);
        var buffer = new byte[200];
        var writer = hops.Client.BeginRequest(buffer, new RequestMark(RadiusCode.AccountingRequest, 9, default));
        writer.TryWrite(AttributeType.Extended1, [4, 0, 0, 0, 1]);
        writer.TryWrite(AttributeType.Extended1, [5, 1]);
        writer.TryWrite(AttributeType.AcctSessionId, "s1"u8);
        var (forwarded, _) = hops.Forward(buffer.AsSpan(0, hops.Client.SignRequest(ref writer)), 77);
        Hops.Attributes(forwarded).ShouldBe(["F1040501", "2C047331"], "RADIUS/1.1 has no Original-Packet-Code");
    }

    [Fact]
    public void Request_AttributesOfTheFilter_AreLeftOut()
    {
        var hops = new Hops();
        var request = Request(hops, (ref PacketWriter writer, RequestMark mark) =>
        {
            writer.TryWrite(AttributeType.UserName, "a"u8);
            WritePassword(ref writer, hops.Client, mark);
            writer.TryWrite(AttributeType.FilterId, "x"u8);
            writer.TryWrite(AttributeType.Class, "y"u8);
        });
        var (forwarded, _) = hops.Forward(request, 1, new AttributeSet(AttributeType.FilterId, AttributeType.UserPassword));
        Hops.Attributes(forwarded).ShouldBe(["010361", "190379"]);
    }

    [Fact]
    public void Request_PasswordThatIsNoWholeBlock_DoesNotGoOn()
    {
        var hops = new Hops();
        hops.Forward(Request(hops, (ref PacketWriter writer, RequestMark _) => writer.TryWrite(AttributeType.UserPassword, new byte[17])), 1).Packet.ShouldBeEmpty();
    }

    [Fact]
    public void Request_FullPacketThatGrows_DoesNotGoOnAndDoesNotThrow()
    {
        var hops = new Hops(true);
        var request = Request(hops, (ref PacketWriter writer, RequestMark _) =>
        {
            while (RadiusPacket.MaxLength - writer.Length >= 255)
                writer.TryWrite(AttributeType.ReplyMessage, new byte[253]);
            writer.TryWrite(AttributeType.ReplyMessage, new byte[RadiusPacket.MaxLength - writer.Length - 2]);
        });
        request.Length.ShouldBe(RadiusPacket.MaxLength);
        hops.Forward(request, 1).Packet.ShouldBeEmpty("there is no room for the Message-Authenticator");
    }

    [Fact]
    public void OwnProxyState_IsTakenOffAndTheOthersStay()
    {
        Hops.Parse(Convert.FromHexString("0200001d" + "00000000000000000000000000000000" + "210361" + "210362" + "190363"), out var packet);
        ProxyStates.FindOwn(packet, "b"u8).ShouldBe(23);
        ProxyStates.FindOwn(packet, "a"u8).ShouldBe(0, "it is not the last");
        var filter = new AttributesBut(23, default);
        var kept = new List<string>();
        foreach (var attribute in packet.Attributes)
        {
            if (filter.Keeps(attribute))
                kept.Add(Convert.ToHexString(attribute.Bytes));
        }

        kept.ShouldBe(["210361", "190363"]);
    }

    /// <summary>Whatever stands between them, the Proxy-States of a request arrive in their order, and so does everything else.</summary>
    [Fact]
    public void Request_AnyAttributes_KeepTheirOrder()
    {
        var attribute = from type in Gen.Elements(1, 2, 4, 26, 33, 33, 33, 60, 80, 200)
                        from fill in Gen.Choose(0, 255)
                        select (Type: type, Fill: (byte)fill);
        Prop.ForAll(attribute.ListOf().Select(list => list.Take(60).ToArray()).ToArbitrary(), attributes =>
        {
            var hops = new Hops();
            var request = Request(hops, (ref PacketWriter writer, RequestMark mark) =>
            {
                foreach (var (type, fill) in attributes)
                {
                    if (type == 2)
                        WritePassword(ref writer, hops.Client, mark);
                    else if (type != 80)
                        writer.TryWrite((AttributeType)type, [fill, fill]);
                }
            });
            var sent = Hops.Attributes(request).Where(hex => !hex.StartsWith("02", StringComparison.Ordinal));
            var arrived = Hops.Attributes(hops.Forward(request, 1).Packet).Where(hex => !hex.StartsWith("02", StringComparison.Ordinal));
            return sent.SequenceEqual(arrived);
        }).QuickCheckThrowOnFailure();
    }

    /// <summary>Whatever attributes a packet has, and whichever form both sides speak: it goes on or not, and nothing throws or grows beyond a packet.</summary>
    [Theory]
    [MemberData(nameof(Versions))]
    public void AnyPacket_NeverThrows(bool clientIs11, bool serverIs11)
    {
        var attribute = from type in Gen.Elements<byte>(1, 2, 3, 26, 26, 26, 33, 60, 69, 69, 79, 241, 245)
                        from head in Gen.Elements<byte[]>([], [0, 0, 1, 55], [0, 0, 1, 55, 16, 20], [0, 0, 1, 55, 17, 36, 128], [0, 0, 1, 55, 12, 34], [4])
                        from rest in Gen.Choose(0, 255).Select(octet => (byte)octet).ArrayOf()
                        select (byte[])[type, (byte)(2 + head.Length + rest.Length), .. head, .. rest];
        Prop.ForAll(attribute.Where(bytes => bytes.Length < 250).ListOf().ToArbitrary(), attributes =>
        {
            var hops = new Hops(clientIs11, serverIs11);
            byte[] all = [.. attributes.SelectMany(bytes => bytes).Take(4_000)];
            byte[] bytes = [1, 1, (byte)((20 + all.Length) >> 8), (byte)(20 + all.Length), .. new byte[16], .. all];
            if (!RadiusPacket.TryParse(bytes, out _, out _))
                return true;
            var (request, _) = hops.Forward(bytes, 1);
            return request.Length <= RadiusPacket.MaxLength && (request.Length == 0 || RadiusPacket.TryParse(request, out _, out _));
        }).QuickCheckThrowOnFailure();
    }

    delegate void Fill(ref PacketWriter writer, RequestMark mark);

    static byte[] Request(Hops hops, Fill fill)
    {
        var mark = hops.NewMark(hops.Client, RadiusCode.AccessRequest, 42);
        var buffer = new byte[RadiusPacket.MaxLength];
        var writer = hops.Client.BeginRequest(buffer, mark);
        fill(ref writer, mark);
        return buffer[..hops.Client.SignRequest(ref writer)];
    }

    static void WritePassword(ref PacketWriter writer, PacketSecurity security, in RequestMark mark)
    {
        var hidden = new byte[32];
        if (security.Secret is { } secret)
            writer.TryWrite(AttributeType.UserPassword, hidden.AsSpan(0, UserPassword.Hide(_password, secret, mark.Authenticator, hidden)));
        else
            writer.TryWrite(AttributeType.UserPassword, _password);
    }

    static byte[] Reveal(PacketSecurity security, in RequestMark mark, ReadOnlySpan<byte> value)
    {
        if (security.Secret is not { } secret)
            return value.ToArray();
        var padded = new byte[value.Length];
        UserPassword.TryReveal(value, secret, mark.Authenticator, padded).ShouldBeTrue();
        return UserPassword.WithoutPadding(padded).ToArray();
    }

    static byte[] Salted(PacketSecurity security, in RequestMark mark, byte[] value, ushort salt)
    {
        var hidden = new byte[SaltedValue.MaxHiddenLength];
        return security.Secret is { } secret ? hidden[..SaltedValue.Hide(value, salt, secret, mark.Authenticator, hidden)] : value;
    }

    static byte[] Unsalted(PacketSecurity security, in RequestMark mark, ReadOnlySpan<byte> value)
    {
        if (security.Secret is not { } secret)
            return value.ToArray();
        var plain = new byte[SaltedValue.MaxHiddenLength];
        SaltedValue.TryReveal(value, secret, mark.Authenticator, plain, out var length).ShouldBeTrue();
        return plain[..length];
    }
}
