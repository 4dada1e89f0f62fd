using Meetpoint.Interop.Border;
using Meetpoint.Interop.Worlds;
using Meetpoint.Tests.Support;

namespace Meetpoint.Interop;

/// <summary>The certificate that a listener shows of its own, and whom the exchange believes, as openssl meets both.</summary>
public sealed class OwnCertificateTests(CertifiedExchange certified) : IClassFixture<CertifiedExchange>
{
    [Fact]
    public async Task Listener_WithACertificateOfItsOwn_ShowsTheChainOfItsFile()
    {
        var seen = await certified.OptionsAsync(CertifiedExchange.Carrier, certified.Public);

        Assert.Contains("Verify return code: 0 (ok)", seen, StringComparison.Ordinal);
        Assert.Contains("0 s:CN=albion.example", seen.Replace(" = ", "=", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("1 s:CN=Public issuer", seen.Replace(" = ", "=", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(2, seen.Split("-----BEGIN CERTIFICATE-----").Length - 1);
    }

    [Fact]
    public async Task Trunk_SignedByAnAuthorityOfTheMachine_IsLetIn() => await IsLetInAsync(CertifiedExchange.Carrier, certified.Public);

    [Fact]
    public async Task Trunk_SignedByAnAuthorityThatNobodyNames_IsRefusedAndToldOf() => await IsRefusedAsync(CertifiedExchange.Carrier, certified.OfFile);

    [Fact]
    public async Task Trunk_WhoseRecordNamesItsAuthority_IsLetInByThatOneAlone()
    {
        await IsLetInAsync(CertifiedExchange.Plant, certified.OfPlant);
        await IsRefusedAsync(CertifiedExchange.Plant, certified.Public);
        await IsRefusedAsync(CertifiedExchange.Carrier, certified.OfPlant);
    }

    [Fact]
    public Task Trunk_WhenAFileTakesTheMachinesPlace_IsJudgedByTheFile() => certified.WithAuthoritiesOfFileAsync(async () =>
    {
        await IsLetInAsync(CertifiedExchange.Carrier, certified.OfFile);
        await IsRefusedAsync(CertifiedExchange.Carrier, certified.Public);
    });

    [Fact]
    public async Task Customer_WithoutACertificate_IsAskedForItsPasswordAndNobodyElseIs()
    {
        Assert.Contains("SIP/2.0 401", await certified.RegisterAsync("sip:alice@albion.example"), StringComparison.Ordinal);
        Assert.DoesNotContain("SIP/2.0", await certified.RegisterAsync("sip:eve@nowhere.example"), StringComparison.Ordinal);
    }

    async Task IsLetInAsync(string name, TestAuthority authority) =>
        Assert.Contains("SIP/2.0 200", await certified.OptionsAsync(name, authority), StringComparison.Ordinal);

    async Task IsRefusedAsync(string name, TestAuthority authority)
    {
        var log = new ExchangeLogFile(certified.Exchange.Process);
        var mark = log.Mark();

        Assert.DoesNotContain("SIP/2.0", await certified.OptionsAsync(name, authority), StringComparison.Ordinal);

        var line = await log.OneLineAsync(mark, "[1001] refused.unknown-sender");
        Assert.Contains("certificate.foreign", line, StringComparison.Ordinal);
        Assert.Contains(name, line, StringComparison.Ordinal);
    }
}
