using Shouldly;

namespace Meetpoint.Net.Tests;

public sealed class BufferPoolTests
{
    [Fact]
    public void TryRent_BeyondTheLimit_GivesNullUntilOneIsBack()
    {
        var pool = new BufferPool(16, 2);
        var first = pool.TryCopy([1, 2, 3])!;
        pool.TryRent().ShouldNotBeNull();
        pool.TryRent().ShouldBeNull();
        pool.TryCopy(new byte[17]).ShouldBeNull();

        first.AddReference();
        first.Release();
        pool.TryRent().ShouldBeNull("one holder is left");
        first.Span.ToArray().ShouldBe([1, 2, 3]);
        first.Release();
        pool.Rented.ShouldBe(1);
        pool.TryRent().ShouldBeSameAs(first);
    }

    [Fact]
    public void Release_OnceTooOften_IsAFault()
    {
        var buffer = new BufferPool(16, 2).TryRent()!;
        buffer.Release();
        Should.Throw<InvalidOperationException>(buffer.Release);
    }
}
