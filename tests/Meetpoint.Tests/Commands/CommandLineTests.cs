using System.Text.Json.Nodes;
using Meetpoint.Tests.Api;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Tests.Commands;

public sealed class CommandLineTests(WorldApiTests.Running running) : IClassFixture<WorldApiTests.Running>
{
    TestExchange Exchange => running.Exchange;

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("meeting", "schedule", "--title", "x")]
    [InlineData("meeting", "extend", "mtg_1", "--by", "long")]
    [InlineData("meeting", "schedule", "--organiser", "a@b", "--title", "x", "--start", "soon")]
    [InlineData("meeting", "schedule", "--organiser", "a@b", "--title", "x", "--start", "now", "--end", "now", "--length", "5m")]
    [InlineData("meeting", "schedule", "--organiser", "a@b", "--title", "x", "--start", "now", "--time-zone", "Mars/Olympus")]
    [InlineData("meeting", "schedule", "--organiser", "a@b", "--title", "x", "--start", "now", "--dial", "never")]
    [InlineData("get", "unicorns")]
    [InlineData("apply")]
    public async Task Run_NotUnderstood_Is2AndSaysSoOnTheErrorStream(params string[] args)
    {
        var (code, output, error) = await Exchange.RunAsync(args);
        code.ShouldBe(2);
        output.ShouldBeEmpty();
        error.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Run_MistypedWord_IsToldTheNearest()
    {
        (await Exchange.RunAsync("meeting", "shedule")).Error.ShouldContain("schedule");
        (await Exchange.RunAsync("provder")).Error.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Run_NoExchange_Is1AndSaysWhatToDo()
    {
        var folder = Directory.CreateTempSubdirectory("mp-").FullName;
        var (code, _, error) = await CommandRun.InAsync(folder, "get", "providers");
        code.ShouldBe(1);
        error.ShouldContain("--config");
        await File.WriteAllTextAsync(Path.Combine(folder, "meetpoint.yaml"), "exchange: albion.example\n", TestContext.Current.CancellationToken);
        (code, _, error) = await CommandRun.InAsync(folder, "get", "providers");
        code.ShouldBe(1);
        error.ShouldContain("meetpoint serve");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Get_InAPipe_IsSeparatedByTabs()
    {
        var (code, output, _) = await Exchange.RunAsync("get", "providers");
        code.ShouldBe(0);
        output.ReplaceLineEndings("\n").ShouldBe("albion\tAlbion Telecom\talbion.example\talbion.example\t+4420\nliberty\tLiberty Telephone\tliberty.example\tliberty.example\t+1212\n");
    }

    [Theory]
    [InlineData("providers")]
    [InlineData("organisations")]
    [InlineData("users")]
    [InlineData("endpoints")]
    [InlineData("neighbours")]
    [InlineData("agreements")]
    [InlineData("routes")]
    [InlineData("tariffs")]
    [InlineData("profiles")]
    public async Task Get_EachKind_ListsAndShowsOne(string kind)
    {
        var (code, output, error) = await Exchange.RunAsync("get", kind, "-o", "json");
        code.ShouldBe(0, error);
        var id = JsonNode.Parse(output)![0]!["id"]!.GetValue<string>();
        (code, output, error) = await Exchange.RunAsync("get", kind, id);
        code.ShouldBe(0, error);
        output.ShouldContain(id);
    }

    [Fact]
    public async Task Get_WorldAsYaml_CanBeAppliedAgain()
    {
        var (_, yaml, _) = await Exchange.RunAsync("get", "world", "-o", "yaml");
        await File.WriteAllTextAsync(Path.Combine(Exchange.Folder, "again.yaml"), yaml, TestContext.Current.CancellationToken);
        var (code, output, error) = await Exchange.RunAsync("apply", "-f", "again.yaml");
        code.ShouldBe(0, error);
        output.Trim().ShouldBe("nothing to change");
    }

    [Fact]
    public async Task Apply_DryRun_ShowsEachChangeAndFault()
    {
        var yaml = Samples.Read("docs/reference/world.sample.yaml");
        await File.WriteAllTextAsync(Path.Combine(Exchange.Folder, "other.yaml"), yaml.Replace("screens: 2", "screens: 3", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var (code, output, _) = await Exchange.RunAsync("apply", "-f", "other.yaml", "--dry-run");
        code.ShouldBe(0);
        output.ShouldContain("endpoint/albion-boardroom changed");
        output.ShouldContain("/screens: 2 → 3");
        output.ShouldContain("0 created, 1 changed, 0 deleted (dry run");

        await File.WriteAllTextAsync(Path.Combine(Exchange.Folder, "bad.yaml"), yaml.Replace("organisation: albion-hq\n    name: Alice", "organisation: nowhere\n    name: Alice", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        (code, _, var error) = await Exchange.RunAsync("apply", "-f", "bad.yaml");
        code.ShouldBe(1);
        error.ShouldMatch(@"bad\.yaml:\d+:\d+: /users/0/organisation");
        var line = int.Parse(error.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
        yaml.Split('\n')[line - 1].ShouldContain("organisation: albion-hq");
    }

    [Theory]
    [InlineData("nationalPrefix: \"0\"\n", "nationalPrefix: 0x0\n", "/providers/0/numbering/nationalPrefix")]
    [InlineData("\"1[05]x\"", "\"1[5-0]x\"", "/providers/0/numbering/shortCodes/2")]
    [InlineData("emergency: [albion-core]", "emergency: [liberty-nni]", "/providers/0/emergency/0")]
    [InlineData("identity: untrusted ", "identity: mistrusted ", "/neighbours/2/identity")]
    [InlineData("enum: e164.arpa", "enum: e164_arpa!", "/routes/1/candidates/0/enum")]
    public async Task Check_FaultOfNumbers_HasItsLineAndItsMend(string right, string wrong, string place)
    {
        var yaml = Samples.Read("docs/reference/world.sample.yaml");
        var lines = yaml.Split('\n').Select((text, index) => (text, index)).Where(line => line.text.Contains(right.TrimEnd('\n'), StringComparison.Ordinal)).ToList();
        await File.WriteAllTextAsync(Path.Combine(Exchange.Folder, "numbers.yaml"), yaml.Replace(right, wrong, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var (code, _, error) = await Exchange.RunAsync("apply", "-f", "numbers.yaml", "--dry-run");
        code.ShouldBe(1);
        error.ShouldMatch($@"numbers\.yaml:{lines[0].index + 1}:\d+: {place}: .+\n?.+");
    }

    [Fact]
    public async Task Apply_SecretFile_IsReadByTheClientAndASecretlessFileIsRefused()
    {
        var yaml = Samples.Read("docs/reference/world.sample.yaml").Replace("secret: change-me", "secretFile: alice.secret", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(Exchange.Folder, "secret.yaml"), yaml, TestContext.Current.CancellationToken);
        (await Exchange.RunAsync("apply", "-f", "secret.yaml", "--dry-run")).Error.ShouldContain("alice.secret");
        await File.WriteAllTextAsync(Path.Combine(Exchange.Folder, "alice.secret"), "change-me\n", TestContext.Current.CancellationToken);
        var (code, output, error) = await Exchange.RunAsync("apply", "-f", "secret.yaml", "--dry-run");
        code.ShouldBe(0, error);
        output.Trim().ShouldBe("nothing to change");
    }

    [Fact]
    public async Task Meeting_FromScheduleToCancel_GoesItsWay()
    {
        var (code, output, error) = await Exchange.RunAsync(
            "meeting", "schedule", "--organiser", "alice@albion.example", "--title", "Weekly", "--start", "2030-01-07T10:00", "--length", "30m",
            "--room", "boardroom@albion.example", "--pin", "2468", "--lobby", "--dial", "on-button", "--recurrence", "FREQ=WEEKLY;COUNT=3", "-o", "json");
        code.ShouldBe(0, error);
        var meeting = JsonNode.Parse(output)!;
        meeting["pin"]!.GetValue<string>().ShouldBe("2468");
        meeting["lobby"]!.GetValue<bool>().ShouldBeTrue();
        meeting["dialling"]!.GetValue<string>().ShouldBe("OnButton");
        meeting["timeZone"]!.GetValue<string>().ShouldBe("Europe/London", "the organiser's own");
        var id = meeting["id"]!.GetValue<string>();

        (await Exchange.RunAsync("meeting", "list")).Out.ShouldContain(id);
        (await Exchange.RunAsync("meeting", "show", id)).Out.ShouldContain("FREQ=WEEKLY;COUNT=3");
        (code, output, error) = await Exchange.RunAsync("meeting", "extend", id, "--by", "15m", "-o", "json");
        code.ShouldBe(0, error);
        JsonNode.Parse(output)!["prolonged"]![0]!["length"]!.GetValue<string>().ShouldBe("0:45:00", "one date of the series");
        (code, output, error) = await Exchange.RunAsync("meeting", "cancel", id);
        code.ShouldBe(0, error);
        output.ShouldContain("Cancelled");
    }

    [Fact]
    public async Task Meeting_Refused_Is1InPlainWords()
    {
        var (code, _, error) = await Exchange.RunAsync("meeting", "show", "mtg_none");
        code.ShouldBe(1);
        error.ShouldContain("There is no meeting mtg_none");
        (code, _, error) = await Exchange.RunAsync("meeting", "schedule", "--organiser", "eve@elsewhere.example", "--title", "x", "--start", "now+1h");
        code.ShouldBe(1);
        error.ShouldContain("eve@elsewhere.example");
    }

    [Fact]
    public async Task Key_CreateListRevoke_WorkOverTheNetwork()
    {
        var (_, output, _) = await Exchange.RunAsync("key", "create", "a partner", "--provider", "albion", "-o", "json");
        var made = JsonNode.Parse(output)!;
        var key = made["key"]!.GetValue<string>();
        var url = Exchange.Address.ToString();
        (await Exchange.RunAsync("get", "users", "--url", url, "--key", key)).Out.ShouldContain("alice@albion.example");
        (await Exchange.RunAsync("key", "list")).Out.ShouldContain("a partner");
        (await Exchange.RunAsync("key", "revoke", made["id"]!.GetValue<string>())).Code.ShouldBe(0);
        var (code, _, error) = await Exchange.RunAsync("get", "users", "--url", url, "--key", key);
        code.ShouldBe(1);
        error.ShouldContain("meetpoint key create");
    }

    [Fact]
    public async Task Others_Answer()
    {
        (await Exchange.RunAsync("version")).Out.ShouldStartWith("meetpoint ");
        (await Exchange.RunAsync("config", "show")).Out.ShouldContain("albion.example");
        (await Exchange.RunAsync("usage", "list")).Code.ShouldBe(0);
        (await Exchange.RunAsync("statement", "show", "albion-liberty", "--period", "2026-11")).Out.ShouldContain("0 agreed records");
        (await Exchange.RunAsync("events", "0123456789abcdef0123456789abcdef")).Code.ShouldBe(0);
        (await Exchange.RunAsync("api", "GET", "/providers/albion")).Out.ShouldContain("Albion Telecom");
        var first = (await Exchange.RunAsync("identity", "show")).Out;
        first.ShouldContain("identityKey");
        (await Exchange.RunAsync("identity", "show")).Out.ShouldBe(first, "the key is made once");
    }

    [Fact]
    public async Task Check_OfBothFiles_IsCleanAndTellsOfTheRunningExchange()
    {
        var (code, output, _) = await Exchange.RunAsync("check", "-f", "world.yaml");
        code.ShouldBe(0, output);
        output.ShouldContain("an exchange is running there");
        output.ShouldContain("no fault in");
    }

    [Fact]
    public async Task Check_Faults_AreAllToldAndEndWith1()
    {
        var folder = Directory.CreateTempSubdirectory("mp-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "meetpoint.yaml"), "exchnge: x\napi: {listen: nowhere}\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "world.yaml"), "providers:\n  - id: A\n    name: A\n    exchange: a.example\n    colour: red\n", TestContext.Current.CancellationToken);
        var (code, output, _) = await CommandRun.InAsync(folder, "check", "-f", "world.yaml", "--json");
        code.ShouldBe(1);
        var report = JsonNode.Parse(output)!;
        report["ok"]!.GetValue<bool>().ShouldBeFalse();
        report["findings"]!.AsArray().Select(finding => (Path.GetFileName(finding!["file"]!.GetValue<string>()), finding["line"]!.GetValue<int>()))
            .ShouldBe([("meetpoint.yaml", 1), ("meetpoint.yaml", 1), ("meetpoint.yaml", 2), ("world.yaml", 2), ("world.yaml", 5)], ignoreOrder: true);
        Directory.Delete(folder, recursive: true);
    }
}
