namespace Meetpoint.Exchange.Tests;

public sealed class Placeholder
{
    [Fact]
    public void Assembly_Loads_AndRuns() => Assert.NotNull(typeof(Placeholder).Assembly);
}
