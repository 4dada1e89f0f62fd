using Meetpoint.Demo;
using Meetpoint.Demo.Story;
using Meetpoint.Demo.World;
using Meetpoint.Interop.Peers;
using Meetpoint.Interop.Worlds;

namespace Meetpoint.Interop;

/// <summary>Exim as the mail server of both providers.</summary>
public sealed class EximTests(EximTests.WithExim exchanges) : IClassFixture<EximTests.WithExim>
{
    [Fact]
    public async Task Invitation_ThroughARealMailServer_ArrivesFromTheInviteesOwnProviderWithTheCalendar()
    {
        var world = exchanges.World;
        var booking = await Booking.OfAsync(world, "By mail");

        var mail = await exchanges.Exim.MailToAsync(world.Bob.Address, TimeSpan.FromSeconds(20));

        var invitation = ReceivedInvitation.Of(new ReceivedMail("", [world.Bob.Address], mail));
        Assert.Contains("@" + world.Liberty.Party.Domain, invitation.From, StringComparison.Ordinal);
        Assert.Contains("By mail", invitation.Subject, StringComparison.Ordinal);
        Assert.Equal(booking.Uid, invitation.Uid);
        Assert.Equal("REQUEST", invitation.Method);
        Assert.Contains(booking.LibertyUri, invitation.Text, StringComparison.Ordinal);
    }

    /// <summary>Two exchanges whose mail goes to Exim.</summary>
    public sealed class WithExim() : TwoExchanges(112)
    {
        internal Exim Exim { get; private set; } = null!;

        /// <inheritdoc/>
        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            if (Exim is not null)
                await Exim.DisposeAsync();
        }

        private protected override async Task<DemoWorld> PrepareAsync(WorldPlan plan)
        {
            Exim = await Exim.StartAsync(plan.MailServer, plan.Albion.Domain, plan.Liberty.Domain);
            return await DemoWorld.PrepareAsync(plan, Path.Combine(Folder, "world"), ownMail: false);
        }
    }
}
