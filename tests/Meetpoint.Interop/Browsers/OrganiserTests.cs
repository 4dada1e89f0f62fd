namespace Meetpoint.Interop.Browsers;

/// <summary>The organiser runs a meeting by the buttons of her page, and the other's page stands on another exchange.</summary>
[Collection(BrowserCollection.Name)]
public sealed class OrganiserTests(BrowserWorld world)
{
    [Fact]
    public async Task Organiser_MutesSendsBackAdmitsLocksRecordsAndRemoves_AndThePageOnTheOtherExchangeSaysSo()
    {
        await world.AgreeToRecordAsync();
        var booked = await world.BookAsync();
        var met = await world.MeetAsync("organiser.mjs", await world.OrganisersPageAsync(booked), booked.Liberty);
        Assert.True(met["faults"]!.AsArray().Count == 0 && (bool?)met["done"] == true, met.ToJsonString());
    }
}
