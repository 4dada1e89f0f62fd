using System.Globalization;
using Meetpoint.Net;
using Meetpoint.Sip.Registrar;
using Meetpoint.Sip.Tests.Support;
using Shouldly;

namespace Meetpoint.Sip.Tests.Registrar;

/// <summary>The scenarios of tests/vectors/sip/register: what each REGISTER is answered, and what is kept after it.</summary>
public sealed class RegisterScenarioTests
{
    static readonly RegistrarPolicy Policy = new() { MaxBindings = 3 };
    static readonly string[] Compared = ["Contact", "Path", "Require", "Flow-Timer", "Min-Expires"];
    static readonly FlowAddress Flow = new(SipTransport.Udp, "udp", NetAddress.Parse("192.0.2.7:5060"));

    public static IEnumerable<TheoryDataRow<string>> Names => Scenarios().Select(scenario => new TheoryDataRow<string>(scenario.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Register_Scenario_IsAnsweredAsWritten(string name)
    {
        var steps = Scenarios().Single(scenario => scenario.Name == name).Steps;
        var bindings = new List<ContactBinding>();
        var ids = 0;
        foreach (var step in steps)
        {
            var answer = Apply(step.Register, step.Seconds * 1_000, bindings, () => $"reg_{ids++}");
            var said = answer.Headers.Where(header => Compared.Contains(header.Name)).Select(header => $"{header.Name}: {header.Value}").ToList();
            $"{answer.Status} {answer.Phrase ?? SipStatus.Phrase(answer.Status)}\n{string.Join('\n', said)}"
                .ShouldBe($"{step.Status}\n{string.Join('\n', step.Answer)}", $"{name}, at {step.Seconds} s");
        }
    }

    /// <summary>Ids last as long as bindings do, and no two bindings share one.</summary>
    [Fact]
    public void Apply_Refreshed_KeepsItsIdAndTakesTheNewFlow()
    {
        var bindings = new List<ContactBinding>();
        Apply(Vectors.Wire(Request("a", 1, "Contact: <sip:alice@192.0.2.7>")), 0, bindings, () => "reg_1");
        var read = Read(Vectors.Wire(Request("a", 2, "Contact: <sip:alice@192.0.2.7>")))!;
        var later = Flow with { Remote = NetAddress.Parse("192.0.2.7:7000") };
        var update = BindingUpdate.Apply(bindings, read, later, Policy, 1_000, () => "reg_2");

        var saved = update.Saved.ShouldHaveSingleItem();
        saved.Id.ShouldBe("reg_1");
        saved.Flow.ShouldBe(later);
        saved.ExpiresMs.ShouldBe(3_601_000);
        update.Removed.ShouldBeEmpty();
    }

    [Fact]
    public void Read_AnyBytes_IsAnsweredOrRead()
    {
        var corpus = Scenarios().SelectMany(scenario => scenario.Steps.Select(step => step.Register)).ToArray();
        var random = new Random(5);
        var message = new SipMessage();
        for (var i = 0; i < 20_000; i++)
        {
            if (!message.TryParse(Mutation.Of(corpus, random), out _) || message.Method != SipMethod.Register)
                continue;
            var bindings = new List<ContactBinding>();
            if (RegisterRequest.Read(message, Policy, out var refusal) is not { } read)
            {
                refusal.ShouldNotBeNull();
                continue;
            }

            for (var n = 0; n < 2; n++)
            {
                var update = BindingUpdate.Apply(bindings, read with { CSeq = (uint)n + 1 }, Flow, Policy, 0, () => Guid.NewGuid().ToString());
                bindings.AddRange(update.Saved);
            }

            BindingTargets.Order(bindings);
        }
    }

    static RegisterAnswer Apply(byte[] register, long nowMs, List<ContactBinding> bindings, Func<string> newId)
    {
        if (Read(register, out var refusal) is not { } read)
            return refusal!;
        var update = BindingUpdate.Apply(bindings, read, Flow, Policy, nowMs, newId);
        bindings.RemoveAll(binding => update.Removed.Any(gone => gone.Id == binding.Id) || update.Saved.Any(saved => saved.Id == binding.Id));
        bindings.AddRange(update.Saved);
        return update.Answer;
    }

    static RegisterRequest? Read(byte[] register) => Read(register, out _);

    static RegisterRequest? Read(byte[] register, out RegisterAnswer? refusal)
    {
        var message = new SipMessage();
        message.TryParse(register, out var error).ShouldBeTrue($"a REGISTER that is a message, not {error}");
        return RegisterRequest.Read(message, Policy, out refusal);
    }

    static string Request(string callId, int cseq, string headers) => $"""
        REGISTER sip:albion.example SIP/2.0
        Via: SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bKone
        Max-Forwards: 70
        From: <sip:alice@albion.example>;tag=r1
        To: <sip:alice@albion.example>
        Call-ID: {callId}
        CSeq: {cseq} REGISTER
        {headers}
        Content-Length: 0


        """;

    static List<(string Name, List<Step> Steps)> Scenarios()
    {
        var scenarios = new List<(string, List<Step>)>();
        foreach (var text in File.ReadAllText(Path.Combine(Vectors.Folder, "register", "scenarios.txt")).Split("== ", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var steps = new List<Step>();
            for (var at = 1; at < lines.Length;)
            {
                var words = lines[at++].Split(' ');
                words[0].ShouldBe("REGISTER");
                var headers = Take(lines, ref at, line => !char.IsAsciiDigit(line[0]));
                var status = lines[at++];
                var answer = Take(lines, ref at, line => !line.StartsWith("REGISTER ", StringComparison.Ordinal));
                var cseq = int.Parse(words[3], CultureInfo.InvariantCulture);
                steps.Add(new Step(
                    long.Parse(words[1], CultureInfo.InvariantCulture), Vectors.Wire(Request(words[2], cseq, string.Join('\n', headers.DefaultIfEmpty("X-None: 1")))), status, answer));
            }

            scenarios.Add((lines[0], steps));
        }

        return scenarios;
    }

    static List<string> Take(string[] lines, ref int at, Func<string, bool> isOne)
    {
        var taken = new List<string>();
        while (at < lines.Length && isOne(lines[at]))
            taken.Add(lines[at++]);
        return taken;
    }

    sealed record Step(long Seconds, byte[] Register, string Status, IReadOnlyList<string> Answer);
}
