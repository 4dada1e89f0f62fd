using Meetpoint.Configuration;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Tests.Configuration;

public sealed class EnvironmentOverrideTests
{
    const string Yaml = """
        exchange: albion.example
        store:
          postgres: Host=db;Password=geheim
        nni:
          listen: 0.0.0.0:7443
          names: [one.example, two.example]
        sip:
          - listen: 127.0.0.1:5060
        media:
          threads: 2
        """;

    static ConfigurationReading Read(params (string Name, string Value)[] variables) =>
        ConfigurationReader.Read(Yaml, "/etc/meetpoint", variables.ToDictionary(pair => pair.Name, pair => pair.Value));

    [Fact]
    public void Read_Variables_GoOverTheFile_InAnyCase()
    {
        var reading = Read(
            ("MEETPOINT__MEDIA__THREADS", "3"), ("meetpoint__media__First_Port", "21000"), ("MEETPOINT__EXCHANGE", "liberty.example"),
            ("MEETPOINT__SIP__0__LISTEN", "127.0.0.2:5070"), ("MEETPOINT__SIP__1__LISTEN", "127.0.0.3:5061"), ("MEETPOINT__SIP__1__TRANSPORT", "tls"),
            ("MEETPOINT__NNI__NAMES__1", "zwei.example"), ("MEETPOINT__NNI__NAMES__2", "three.example"),
            ("MEETPOINT__NAME_SERVERS__0", "192.0.2.53"), ("MEETPOINT__MAIL__HOST", "mail.example"), ("MEETPOINT__MAIL__STARTTLS", "true"),
            ("MEETPOINT__MAIL__ANSWER_URL", "https://meet.example/"), ("MEETPOINT__MEETINGS__ENTRY_NUMBER", "+442079460000"),
            ("MEETPOINT__STORE__POSTGRES", ""), ("MEETPOINT_KEY", "not ours"), ("PATH", "/bin"));
        reading.Faults.ShouldBeEmpty();
        var read = reading.Configuration;
        (read.Exchange, read.MediaThreads, read.MediaPortFirst, read.EntryNumber).ShouldBe(("liberty.example", 3, 21_000, "+442079460000"));
        read.Sip.Select(sip => $"{sip.Transport} {sip.Listen}").ShouldBe(["udp 127.0.0.2:5070", "tls 127.0.0.3:5061"]);
        read.TlsNames.ShouldBe(["one.example", "zwei.example", "three.example"]);
        read.NameServers.ShouldHaveSingleItem().ToString().ShouldBe("192.0.2.53:53");
        (read.Mail!.Host, read.Mail.StartTls).ShouldBe(("mail.example", true));
        read.Postgres.ShouldBeNull("an empty value takes the key out");
    }

    [Fact]
    public void Read_ListOfTwelveItems_IsInTheirOrder() =>
        Read([.. Enumerable.Range(2, 10).Select(i => ($"MEETPOINT__NNI__NAMES__{i}", $"n{i}.example"))]).Configuration.TlsNames
            .ShouldBe(["one.example", "two.example", .. Enumerable.Range(2, 10).Select(i => $"n{i}.example")]);

    [Theory]
    [InlineData("MEETPOINT__MEDIA__THREDS", "2", "/media/threds", "did you mean 'MEETPOINT__MEDIA__THREADS'?")]
    [InlineData("MEETPOINT__MEDAI__THREADS", "2", "/medai", "did you mean 'MEETPOINT__MEDIA'?")]
    [InlineData("MEETPOINT__MEDIA__THREADS", "many", "/media/threads", "1 to 64")]
    [InlineData("MEETPOINT__SIP__0__LISTEN", "nowhere", "/sip/0/listen", "address and port")]
    [InlineData("MEETPOINT__SIP__2__LISTEN", "127.0.0.1:5060", "/sip", "0 to 1")]
    [InlineData("MEETPOINT__SIP__FIRST__LISTEN", "127.0.0.1:5060", "/sip", "0 to 1")]
    [InlineData("MEETPOINT__", "2", "", "MEETPOINT__SECTION__KEY")]
    [InlineData("MEETPOINT__MEDIA____THREADS", "2", "", "MEETPOINT__SECTION__KEY")]
    public void Read_WrongVariable_IsAFaultThatNamesItAndTheMend(string name, string value, string path, string mend)
    {
        var fault = Read((name, value)).Faults.ShouldHaveSingleItem();
        (fault.Variable, fault.Path).ShouldBe((name, path));
        fault.Mend.ShouldContain(mend);
    }

    [Fact]
    public void Read_OneKeyByTwoVariables_IsAFault() =>
        Read(("MEETPOINT__MEDIA__THREADS", "2"), ("MEETPOINT__media__threads", "3")).Faults.ShouldHaveSingleItem().Message.ShouldContain("is given by");

    [Fact]
    public void Values_SayWhereEachComesFrom_AndHideSecrets()
    {
        var values = Read(("MEETPOINT__MEDIA__THREADS", "3"), ("MEETPOINT__NNI__NAMES__2", "three.example")).Values
            .ToDictionary(value => value.Key, value => $"{value.Value} {value.Origin("m.yaml")}");
        values["exchange"].ShouldBe("albion.example m.yaml:1");
        values["store.postgres"].ShouldBe("*** m.yaml:3");
        values["nni.names.0"].ShouldBe("one.example m.yaml:6");
        values["nni.names.2"].ShouldBe("three.example environment:MEETPOINT__NNI__NAMES__2");
        values["sip.0.listen"].ShouldBe("127.0.0.1:5060 m.yaml:8");
        values["sip.0.transport"].ShouldBe("udp default");
        values["media.threads"].ShouldBe("3 environment:MEETPOINT__MEDIA__THREADS");
        values["meetings.ports"].ShouldBe("1000 default");
        values["api.listen"].ShouldBe(" default");
    }

    [Fact]
    public async Task Commands_ShowOriginsAndCheckTheEnvironment()
    {
        var folder = Directory.CreateTempSubdirectory("mp-").FullName;
        var file = Path.Combine(folder, "meetpoint.yaml");
        await File.WriteAllTextAsync(file, Yaml, TestContext.Current.CancellationToken);
        var (code, output, _) = await CommandRun.InAsync(folder, new() { ["MEETPOINT__MEDIA__THREADS"] = "4" }, ["config", "show", "--origin"]);
        code.ShouldBe(0);
        output.ShouldContain("media.threads\t4\tenvironment:MEETPOINT__MEDIA__THREADS");
        output.ShouldContain($"exchange\talbion.example\t{file}:1");
        output.ShouldNotContain("geheim");
        (code, output, _) = await CommandRun.InAsync(
            folder, new() { ["MEETPOINT__MEDIA__THREDS"] = "4", ["MEETPOINT_MEDIA__THREADS"] = "4" }, ["check"]);
        code.ShouldBe(1);
        output.ShouldContain("environment:MEETPOINT__MEDIA__THREDS: /media/threds: is not a key here → did you mean 'MEETPOINT__MEDIA__THREADS'?");
        output.ShouldContain("environment:MEETPOINT_MEDIA__THREADS: : stands for no key → did you mean 'MEETPOINT__MEDIA__THREADS'? (warning)");
        Directory.Delete(folder, recursive: true);
    }
}
