using System.Text.Json.Nodes;
using Meetpoint.Radius.Dictionary;
using Meetpoint.Radius.Packets;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation.Roaming;

/// <summary>What the agreement says of attributes holds in each direction, over two exchanges, each of which knows it; and who is charged is himself at home alone.</summary>
public sealed class CrossingTests
{
    const string Cui = "Chargeable-User-Identity = ", Issued = Cui + "0x7573657231323334", Nul = Cui + "0x00";
    const string Terms =
        """
        {"maxUpBps":2000000,"rules":[
          {"of":"request","towards":"liberty","remove":["NAS-Port","Cisco"]},
          {"of":"accept","towards":"albion","allow":["Filter-Id"],"cap":["Session-Timeout = 3600"],"add":["Idle-Timeout = 300"],"set":["Reply-Message = Welcome"]},
          {"of":"accounting","towards":"liberty","remove":["Framed-IP-Address"],"set":["Called-Station-Id = albion"]},
          {"of":"coa","towards":"albion","cap":["Session-Timeout = 30"]}]}
        """;

    [Fact]
    public void Rules_HoldInEveryDirection()
    {
        using var run = new Run(71, Terms);
        run.Home.Gives = Writes("Session-Timeout = 7200", "Filter-Id = guests", "Framed-IP-Address = 192.0.2.9", "WISPr-Bandwidth-Max-Up = 9000000", "Class = 0x0102");
        var accept = run.Accept("NAS-Port = 7", "Cisco-AVPair = a=b", "NAS-Identifier = ap-1");
        accept.ShouldContain("Session-Timeout = 3600");
        accept.ShouldContain("Filter-Id = \"guests\"");
        accept.ShouldContain("Idle-Timeout = 300");
        accept.ShouldContain("Reply-Message = \"Welcome\"");
        accept.ShouldContain("WISPr-Bandwidth-Max-Up = 2000000");
        accept.ShouldContain("Class = 0x0102");
        accept.Count(line => line.StartsWith("Reply-Message", StringComparison.Ordinal)).ShouldBe(1, "its own is replaced");
        accept.ShouldNotContain("Framed-IP-Address = 192.0.2.9");
        var asked = run.Heard(RadiusCode.AccessRequest);
        asked.ShouldContain("NAS-Identifier = \"ap-1\"");
        asked.ShouldNotContain("NAS-Port = 7");
        asked.ShouldNotContain("Cisco-AVPair = \"a=b\"");

        run.Account(1, "Framed-IP-Address = 10.1.1.1", "Called-Station-Id = 00-11-22-33-44-55:Bench", "Class = 0x0102");
        var told = run.Heard(RadiusCode.AccountingRequest);
        told.ShouldContain("Called-Station-Id = \"albion\"");
        told.ShouldContain("Class = 0x0102");
        told.ShouldNotContain("Framed-IP-Address = 10.1.1.1");
        run.World.AssertNoFaults();
    }

    [Fact]
    public void ChangeOfASession_IsRuledOnItsWayToTheHotspot_WhichKnowsTheCustomerByItsPseudonym()
    {
        using var run = new Run(75, Terms);
        run.Home.Gives = Writes(Issued);
        var given = run.Accept(Nul).Single(IsCui);
        run.Account(1, given);
        run.Heard(RadiusCode.AccountingRequest);
        run.World.Run(1);
        run.Pair.Dynamic.Sessions.Add("session-1");
        var change = run.Home.Dynamic(RoamingPair.DynamicOf(run.Pair.Liberty), RadiusCode.CoaRequest, "session-1", Writes("Filter-Id = staff", "WISPr-Bandwidth-Max-Up = 9000000", Issued));
        run.World.Until(() => change.Code != RadiusCode.None, 10, "an answer to CoA");
        change.Code.ShouldBe(RadiusCode.CoaAck);
        var changed = run.Changed.ShouldHaveSingleItem();
        changed.ShouldContain("Session-Timeout = 30");
        changed.ShouldContain("WISPr-Bandwidth-Max-Up = 2000000");
        changed.ShouldContain(given);
        changed.ShouldNotContain("Filter-Id = \"staff\"");
    }

    [Fact]
    public void Identity_IsAPseudonymAtTheHotspot_AndItselfAtHome_OverRestarts()
    {
        using var run = new Run(72, "{}");
        run.Home.Gives = Writes(Issued);
        var given = run.Accept(Nul).Single(IsCui);
        given.ShouldNotBe(Issued);
        given.ShouldNotContain("75736572", Case.Insensitive, "nothing of the home's own is in it");
        run.Heard(RadiusCode.AccessRequest).ShouldContain(Nul, "the home is asked for one");

        run.Account(1, given);
        run.Heard(RadiusCode.AccountingRequest).ShouldContain(Issued);
        foreach (var exchange in new[] { run.World.Albion, run.World.Liberty })
        {
            exchange.Kill();
            exchange.Restart();
        }

        run.World.Run(70); // the connection is opened again
        run.Account(3, given);
        run.Heard(RadiusCode.AccountingRequest, 2).ShouldContain(Issued, "no table was lost");
        run.Accept(given).ShouldContain(given, "the same while the home's is");
        run.Heard(RadiusCode.AccessRequest, 2).ShouldContain(Issued, "who asks again says who he is");
        run.World.Albion.RadiusNotes.ShouldBeEmpty();
    }

    [Fact]
    public void Identity_ThatWasNeverGivenOut_GoesOnAsItCame_AndIsToldOf()
    {
        using var run = new Run(73, "{}");
        run.Account(1, Issued);
        run.Heard(RadiusCode.AccountingRequest).ShouldContain(Issued);
        run.World.Albion.RadiusNotes.ShouldHaveSingleItem().ShouldStartWith("nas: ");
        run.World.Liberty.RadiusNotes.ShouldHaveSingleItem().ShouldStartWith("to-albion: ");
        run.World.AssertNoFaults();
    }

    [Fact]
    public void Identity_AsIssued_CrossesAsItIs()
    {
        using var run = new Run(74, """{"cui":"as-issued"}""");
        run.Home.Gives = Writes(Issued);
        run.Accept(Nul).ShouldContain(Issued);
        run.Account(1, Issued);
        run.Heard(RadiusCode.AccountingRequest).ShouldContain(Issued);
        run.World.Albion.RadiusNotes.ShouldBeEmpty();
        run.World.AssertNoFaults();
    }

    static bool IsCui(string line) => line.StartsWith(Cui, StringComparison.Ordinal);

    static WriteAttributes Writes(params string[] attributes) => (ref PacketWriter writer) =>
    {
        foreach (var text in attributes)
        {
            RadiusText.TryRead(text, RadiusDictionary.Standard, out var attribute).ShouldBeTrue(text);
            RadiusText.TryWrite(ref writer, attribute, RadiusDictionary.Standard).ShouldBeTrue(text);
        }
    };

    static string[] Lines(byte[] bytes)
    {
        RadiusPacket.TryParse(bytes, out var packet, out _).ShouldBeTrue();
        return [.. RadiusText.Write(packet, RadiusDictionary.Standard).Split('\n').Skip(1).Select(line => line.Trim())];
    }

    /// <summary>Alice of Liberty's at a hotspot of Albion's, and what is heard at both ends.</summary>
    sealed class Run : IDisposable
    {
        readonly List<byte[]> _heard = [];

        public Run(int seed, string roaming)
        {
            Pair = new RoamingPair(seed, (_, document) => document["agreements"]![0]!["roaming"] = JsonNode.Parse(roaming));
            Home.Heard = _heard.Add;
            Pair.Dynamic.Heard = packet => Changed.Add(Lines(packet));
        }

        public RoamingPair Pair { get; }

        public SimulatedWorld World => Pair.World;

        public SimulatedHomeServer Home => Pair.Home;

        /// <summary>What the access server was asked to change.</summary>
        public List<string[]> Changed { get; } = [];

        /// <summary>She asks; attributes of the Access-Accept.</summary>
        public string[] Accept(params string[] attributes)
        {
            var attempt = Pair.Access.Access(Pair.Hub, "alice@liberty.example", SimulatedHomeServer.Password, Writes(attributes));
            World.Until(() => attempt.Code != RadiusCode.None, 20, "answered");
            attempt.Code.ShouldBe(RadiusCode.AccessAccept, attempt.Said);
            return Lines(attempt.Answer);
        }

        /// <summary>Tells of her session.</summary>
        public void Account(uint status, params string[] attributes)
        {
            var attempt = Pair.Access.Account(Pair.Accounting, "alice@liberty.example", "session-1", Writes(attributes), status);
            World.Until(() => attempt.Code == RadiusCode.AccountingResponse, 60, "acknowledged");
        }

        /// <summary>What the home heard last of a kind; waits until it has heard so many.</summary>
        public string[] Heard(RadiusCode code, int count = 1)
        {
            World.Until(() => _heard.Count(packet => packet[0] == (byte)code) >= count, 60, $"{count} {code}");
            return Lines(_heard.Last(packet => packet[0] == (byte)code));
        }

        public void Dispose() => Pair.Dispose();
    }
}
