using System.Text;
using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Presence.Dialects;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Presence;

public sealed class JsonDialectTests
{
    [Fact]
    public void TryRead_StateAlone_IsTheClientsOwnChoice()
    {
        var state = PresenceSamples.Read(JsonDialect.Instance, """{"state":{"activity":"away","note":"walk","since":"2026-11-22T09:12:07.25Z"}}"""u8.ToArray()).States.ShouldHaveSingleItem();
        (state.Device, state.Kind, state.State).ShouldBe((JsonDialect.ClientDevice, SourceKind.Manual, new PresenceState(Activity.Away, PresenceSamples.Since, "walk")));
    }

    [Fact]
    public void TryRead_OriginThatAClientClaims_IsNotBelieved() => PresenceSamples.Read(JsonDialect.Instance,
        """{"devices":[{"device":"d","kind":"phone","state":{"activity":"busy"},"origin":"north/pbx","version":99}]}"""u8.ToArray())
        .States.ShouldHaveSingleItem().Source.ShouldBeNull();

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"state\":{}}")]
    [InlineData("{\"state\":{\"activity\":\"asleep\"}}")]
    [InlineData("{\"state\":{\"activity\":3}}")]
    [InlineData("{\"state\":{\"activity\":\"busy\",\"since\":\"yesterday\"}}")]
    [InlineData("{\"state\":{\"activity\":\"busy\",\"note\":\"\\ud800\"}}")]
    [InlineData("{\"devices\":[[[[[[[[[[[[]]]]]]]]]]]]}")]
    public void TryRead_Malformed_IsAFault(string body)
    {
        JsonDialect.Instance.TryRead(Encoding.UTF8.GetBytes(body), out _, out var fault).ShouldBeFalse();
        fault.ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("{\"devices\":null}")]
    [InlineData("{\"devices\":[null]}")]
    [InlineData("{\"devices\":[{\"device\":\"\",\"state\":{\"activity\":\"busy\"}}]}")]
    [InlineData("{\"devices\":[{\"device\":\"d\",\"state\":null}]}")]
    public void TryRead_DevicesThatAreNone_AreLeftOut(string body) => PresenceSamples.Read(JsonDialect.Instance, Encoding.UTF8.GetBytes(body)).States.ShouldBeEmpty();
}
