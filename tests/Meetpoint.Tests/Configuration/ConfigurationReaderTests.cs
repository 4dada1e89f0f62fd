using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Meetpoint.Configuration;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Tests.Configuration;

public sealed class ConfigurationReaderTests
{
    const string Sample = "docs/reference/meetpoint.sample.yaml";

    [Fact]
    public void Read_ManyFaults_TellsAllOfThemWithLineAndMend()
    {
        const string yaml = """
            exchnge: albion.example
            api:
              listen: somewhere
            sip:
              - transport: sctp
                listen: 127.0.0.1:5060
            media:
              first_port: 70000
            meetings:
              entry_number: "020"
            """;
        var (_, faults) = ConfigurationReader.Read(yaml, "/etc/meetpoint");
        faults.Select(fault => (fault.Line, fault.Path)).ShouldBe(
        [
            (1, "/exchange"), (1, "/exchnge"), (3, "/api/listen"), (5, "/sip/0/transport"), (8, "/media/first_port"), (10, "/meetings/entry_number"),
        ], ignoreOrder: true);
        faults.ShouldAllBe(fault => fault.Mend.Length > 0);
        faults.Single(fault => fault.Path == "/exchnge").Mend.ShouldContain("did you mean 'exchange'?");
    }

    [Fact]
    public void Read_NameAlone_TakesTheDefaults()
    {
        var (configuration, faults) = ConfigurationReader.Read("exchange: Albion.Example", "/etc/meetpoint");
        faults.ShouldBeEmpty();
        configuration.Exchange.ShouldBe("albion.example");
        configuration.DataFolder.ShouldBe("/etc/meetpoint/data");
        configuration.AdminSocket.ShouldBe("/etc/meetpoint/data/admin.sock");
        configuration.ApiListen.IsSet.ShouldBeFalse();
        configuration.NniListen.IsSet.ShouldBeFalse();
        configuration.Mail.ShouldBeNull();
        configuration.Ports.ShouldBe(1_000);
    }

    [Theory]
    [InlineData("exchange: [a]", "/exchange")]
    [InlineData("exchange: albion.example\nsip: udp", "/sip")]
    [InlineData("exchange: albion.example\napi: 8080", "/api")]
    [InlineData("exchange: albion.example\napi: {public_url: meet.albion.example}", "/api/public_url")]
    [InlineData("exchange: albion.example\napi: {public_url: 'https://meet.albion.example/?a=b'}", "/api/public_url")]
    [InlineData("exchange: albion.example\nmail: {host: m, answer_url: ftp://x}", "/mail/answer_url")]
    [InlineData("exchange: albion.example\nmail: {host: m, answer_url: 'https://x/', password_file: /nowhere}", "/mail/password_file")]
    [InlineData("exchange: albion.example\nname_servers: [here]", "/name_servers/0")]
    [InlineData("exchange: albion.example\nturn: {urls: ['https://relay.example'], secret: north-by-north-west}", "/turn/urls")]
    [InlineData("exchange: albion.example\nturn: {urls: ['turn:relay.example'], secret: short}", "/turn/secret")]
    [InlineData("exchange: albion.example\nturn: {secret: north-by-north-west}", "/turn/urls")]
    [InlineData("exchange: albion.example\nmedia: {first_port: 3000, last_port: 2000}", "/media/last_port")]
    [InlineData("exchange: not a domain", "/exchange")]
    [InlineData("exchange: albion.example\ntrusted_certificates: /nowhere.pem", "/trusted_certificates")]
    [InlineData("exchange: albion.example\nsip: [{transport: tls, listen: '127.0.0.1:5061', certificate: /nowhere.pem}]", "/sip/0/key")]
    [InlineData("exchange: albion.example\nsip: [{transport: tls, listen: '127.0.0.1:5061', certificate: /nowhere.pem, key: /nowhere.key}]", "/sip/0/certificate")]
    [InlineData("exchange: albion.example\nsip: [{transport: udp, listen: '127.0.0.1:5061', certificate: /nowhere.pem, key: /nowhere.key}]", "/sip/0/certificate")]
    [InlineData("exchange: albion.example\nnni: {}", "/nni/listen")]
    public void Read_WrongKinds_AreFaultsAndNeverThrow(string yaml, string path) =>
        ConfigurationReader.Read(yaml, "/").Faults.ShouldContain(fault => fault.Path == path);

    [Fact]
    public void Read_RelaysWithASecret_AreTakenAndTheSecretIsShownToNobody()
    {
        var reading = ConfigurationReader.Read("exchange: albion.example\nturn: {urls: ['turns:relay.example:443?transport=tcp', 'turn:[2001:db8::1]:3478'], secret: north-by-north-west, minutes: 60}", "/");
        reading.Faults.ShouldBeEmpty();
        reading.Configuration.Relays!.Lifetime.ShouldBe(NodaTime.Duration.FromHours(1));
        reading.Values.ShouldContain(value => value.ToString().Contains("turns:relay.example", StringComparison.Ordinal));
        reading.Values.ShouldAllBe(value => !value.ToString().Contains("north", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_Sample_LoadsWithoutFault() =>
        ConfigurationReader.Read(Samples.Read(Sample), Path.GetDirectoryName(Samples.PathOf(Sample))!).Faults.ShouldBeEmpty();

    [Fact]
    public void Schema_AndSample_KnowTheSameKeys()
    {
        // Keys whose values would not hold everywhere stand in the sample as comments.
        var yaml = new[] { "postgres", "password_file", "certificate", "key", "trusted_certificates" }.Aggregate(
            Samples.Read(Sample), (text, key) => text.Replace($"# {key}:", $"{key}:", StringComparison.Ordinal));
        yaml = Regex.Replace(yaml, "^# (xmpp|turn):\n(#   .*\n)+", block => block.Value.Replace("# ", "", StringComparison.Ordinal), RegexOptions.Multiline, TimeSpan.FromSeconds(1));
        var schema = JsonNode.Parse(Samples.Read("docs/reference/meetpoint.schema.json"))!;
        Keys(YamlTree.Parse(yaml).Root, "").Distinct().ShouldBe(SchemaKeys(schema, ""), ignoreOrder: true);
    }

    [Fact]
    public void Schema_EveryKey_IsOneThatTheReaderKnows()
    {
        foreach (var key in SchemaKeys(JsonNode.Parse(Samples.Read("docs/reference/meetpoint.schema.json"))!, "").Where(key => !key.Contains("[]", StringComparison.Ordinal)))
        {
            var names = key.Split('/')[1..];
            var yaml = names.Length == 1 ? $"{names[0]}: x" : $"{names[0]}:\n  {names[1]}: x";
            ConfigurationReader.Read(yaml, "/").Faults.ShouldNotContain(fault => fault.Message == "is not a key here", key);
        }
    }

    static IEnumerable<string> Keys(JsonNode? node, string path) => node switch
    {
        JsonObject map => map.SelectMany(pair => Keys(pair.Value, $"{path}/{pair.Key}").Prepend($"{path}/{pair.Key}")),
        JsonArray array => array.SelectMany(item => Keys(item, path + "[]")),
        _ => [],
    };

    static IEnumerable<string> SchemaKeys(JsonNode schema, string path)
    {
        foreach (var (key, value) in schema["properties"]?.AsObject() ?? [])
        {
            yield return $"{path}/{key}";
            foreach (var inner in SchemaKeys(value!, $"{path}/{key}"))
                yield return inner;
            if (value!["items"] is JsonObject items)
            {
                foreach (var inner in SchemaKeys(items, $"{path}/{key}[]"))
                    yield return inner;
            }
        }
    }
}
