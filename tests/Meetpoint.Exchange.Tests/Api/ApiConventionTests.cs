using System.Text.Json.Nodes;
using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Storage;
using Microsoft.AspNetCore.Http;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Api;

public sealed class PagingTests
{
    [Fact]
    public void Of_OneMoreThanTheLimit_HasACursorThatLeadsBehindTheLast()
    {
        var context = ApiRequest.Of("GET", "/api/v1/users");
        context.Request.QueryString = new QueryString("?limit=2&provider=albion");
        var page = Paging.Of(context, ["a", "b", "c"], 2, item => item);
        page.Items.ShouldBe(["a", "b"]);
        page.HasMore.ShouldBeTrue();
        Paging.KeyOf(page.Next).ShouldBe("b");
        context.Response.Headers.Link.ToString().ShouldBe($"</api/v1/users?limit=2&provider=albion&cursor={page.Next}>; rel=\"next\"");
    }

    [Fact]
    public void Of_Last_HasNone()
    {
        var context = ApiRequest.Of("GET", "/api/v1/users");
        Paging.Of(context, ["a", "b"], 2, item => item).ShouldSatisfyAllConditions(page => page.HasMore.ShouldBeFalse(), page => page.Next.ShouldBeNull());
        context.Response.Headers.Link.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData(null, 50)]
    [InlineData(0, 1)]
    [InlineData(-5, 1)]
    [InlineData(7, 7)]
    [InlineData(10_000, 500)]
    public void Limit_IsKeptWithinBounds(int? asked, int given) => Paging.Limit(asked).ShouldBe(given);

    [Theory]
    [InlineData("!!")]
    [InlineData("====")]
    public void KeyOf_WhatNoPageGave_IsRefused(string cursor) => Should.Throw<BadHttpRequestException>(() => Paging.KeyOf(cursor));

    [Fact]
    public void KeyOf_TooLong_IsRefused() => Should.Throw<BadHttpRequestException>(() => Paging.KeyOf(new string('a', 300)));
}

public sealed class EntityTagTests
{
    [Fact]
    public void Of_SameRepresentation_IsTheSameStrongTag()
    {
        EntityTag.Of("a").ShouldBe(EntityTag.Of("a"));
        EntityTag.Of("a").ShouldNotBe(EntityTag.Of("b"));
        EntityTag.Of("a").ShouldStartWith("\"");
    }

    [Theory]
    [InlineData("", 428)]
    [InlineData("\"other\"", 412)]
    [InlineData("*", null)]
    [InlineData("\"x\"", null)]
    [InlineData("\"y\", \"x\"", null)]
    public async Task Guard_IfMatch_DecidesByTheTagThatStands(string given, int? refused)
    {
        var context = ApiRequest.Of("PUT", "/p");
        if (given.Length > 0)
            context.Request.Headers.IfMatch = given;
        var problem = EntityTag.Guard(context, "\"x\"");
        (problem is null).ShouldBe(refused is null);
        if (problem is null)
            return;
        await problem.ExecuteAsync(context);
        context.Response.StatusCode.ShouldBe(refused!.Value);
        JsonNode.Parse(ApiRequest.Answer(context))!["remedy"].ShouldNotBeNull();
    }
}

public sealed class ApiKeysTests : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-keys-").FullName;
    readonly SqlStore _store;
    readonly ApiKeys _keys;

    public ApiKeysTests()
    {
        _store = SqliteStore.Open(new SqliteStoreOptions(Path.Combine(_folder, "store.db")) { Inline = true }, Migrations.All);
        _keys = new ApiKeys(_store, SystemClock.Instance, new Ids(SystemClock.Instance));
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Identify_KeyThatHolds_IsItsCaller()
    {
        var (id, key) = await _keys.CreateAsync("albion", "test");
        _keys.Identify(key).ShouldBe(new ApiCaller(id, "albion"));
        var (operatorId, operatorKey) = await _keys.CreateAsync(null, "operator");
        _keys.Identify(operatorKey).ShouldBe(new ApiCaller(operatorId, null));
    }

    [Fact]
    public async Task Identify_WrongRevokedOrMalformed_IsNobody()
    {
        var (id, key) = await _keys.CreateAsync("albion", "test");
        foreach (var wrong in (string[])["", ".", "x", $"{id}.", $"{id}.wrong", key + "x", "mpk_unknown." + key.Split('.')[1], new string('k', 1_000)])
            _keys.Identify(wrong).ShouldBeNull(wrong);
        (await _keys.RevokeAsync(id)).ShouldBeTrue();
        _keys.Identify(key).ShouldBeNull();
        (await _keys.RevokeAsync(id)).ShouldBeFalse("it is ended already");
        _keys.List("", 10).ShouldHaveSingleItem().Revoked.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(null, "albion", true)]
    [InlineData("albion", "albion", true)]
    [InlineData("liberty", "albion", false)]
    public void MayActFor_Provider_IsItsOwnOrTheOperator(string? scope, string provider, bool may) =>
        new ApiCaller("k", scope).MayActFor(provider).ShouldBe(may);
}
