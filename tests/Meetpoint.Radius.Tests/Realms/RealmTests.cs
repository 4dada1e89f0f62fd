using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Radius.Realms;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Radius.Tests.Realms;

public sealed class RealmTests
{
    [Theory]
    [InlineData("joe@home.example", "joe", "home.example", false)]
    [InlineData("joe", "joe", "", false)]
    [InlineData("@home.example", "", "home.example", true)]
    [InlineData("Anonymous@home.example", "Anonymous", "home.example", true)]
    [InlineData("joe@other@home.example", "joe@other", "home.example", false)]
    [InlineData("fred$@home.example", "fred$", "home.example", false)]
    [InlineData("joe@例え.テスト", "joe", "例え.テスト", false)]
    [InlineData("joe@corp", "joe", "corp", false)]
    [InlineData("wow!@home.example", "wow!", "home.example", false)]
    public void TryParse_Name_HasUserAndRealm(string name, string user, string realm, bool isAnonymous)
    {
        NetworkAccessId.TryParse(Encoding.UTF8.GetBytes(name), out var id, out var error).ShouldBeTrue($"{error}");
        Encoding.UTF8.GetString(id.User).ShouldBe(user);
        Encoding.UTF8.GetString(id.Realm).ShouldBe(realm);
        id.IsAnonymous.ShouldBe(isAnonymous);
    }

    [Theory]
    [InlineData("", NetworkAccessIdError.Empty)]
    [InlineData("joe@", NetworkAccessIdError.BadRealm)]
    [InlineData("joe@home..example", NetworkAccessIdError.BadRealm)]
    [InlineData("joe@home.example.", NetworkAccessIdError.BadRealm)]
    [InlineData("joe@-home.example", NetworkAccessIdError.BadRealm)]
    [InlineData("joe@home_example", NetworkAccessIdError.BadRealm)]
    [InlineData("joe@home example", NetworkAccessIdError.BadRealm)]
    [InlineData("joe\n@home.example", NetworkAccessIdError.ControlCharacter)]
    [InlineData("home.example!joe@other.example", NetworkAccessIdError.SourceRoute)]
    public void TryParse_NameThatIsNone_SaysWhy(string name, NetworkAccessIdError expected)
    {
        NetworkAccessId.TryParse(Encoding.UTF8.GetBytes(name), out _, out var error).ShouldBeFalse();
        error.ShouldBe(expected);
    }

    [Fact]
    public void TryParse_TooLongOrNoText_IsRefused()
    {
        NetworkAccessId.TryParse(new byte[254], out _, out var error).ShouldBeFalse();
        error.ShouldBe(NetworkAccessIdError.TooLong);
        NetworkAccessId.TryParse([0xff, (byte)'@', (byte)'a'], out _, out error).ShouldBeFalse();
        error.ShouldBe(NetworkAccessIdError.NotText);
    }

    [Theory]
    [InlineData("home.example", "exact")]
    [InlineData("HOME.Example", "exact")]
    [InlineData("a.home.example", "below")]
    [InlineData("b.a.home.example", "below")]
    [InlineData("deep.a.home.example", "deep")]
    [InlineData("x.deep.a.home.example", "deep")]
    [InlineData("xhome.example", "example")]
    [InlineData("example", "example")]
    [InlineData("other", "default")]
    [InlineData("", "default")]
    public void Find_Patterns_TheLongestHolds(string realm, string expected) => Table(
        ("home.example", "exact"), ("*.home.example", "below"), (".deep.a.home.example", "deep"), (".Example", "example"), ("*", "default"))
        .Find(Encoding.UTF8.GetBytes(realm)).ShouldBe(expected);

    [Fact]
    public void Find_WithoutDefault_IsNothing()
    {
        Table(("*.home.example", "below")).Find("home.example"u8).ShouldBeNull("the pattern is what lies below alone");
        Table().Find("a"u8).ShouldBeNull();
        Table(("*", "default")).Find(new byte[300]).ShouldBe("default");
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData("")]
    [InlineData("*a")]
    [InlineData("a.*.b")]
    [InlineData("*.")]
    public void TryBuild_PatternThatIsNone_IsToldOf(string pattern)
    {
        RealmTable<string>.TryBuild([new(pattern, "x")], out _, out var error).ShouldBeFalse();
        error.ShouldBe($"'{pattern}' is no realm");
    }

    [Theory]
    [InlineData("a.b", "A.b")]
    [InlineData("*.a.b", ".a.b")]
    [InlineData("*", "*")]
    public void TryBuild_PatternTwice_IsToldOf(string first, string second)
    {
        RealmTable<string>.TryBuild([new(first, "x"), new(second, "y")], out _, out var error).ShouldBeFalse();
        error.ShouldBe($"'{second}' stands there twice");
    }

    /// <summary>The table against a walk over all patterns.</summary>
    [Fact]
    public void Find_AnyPatterns_AsASearchOfAllOfThem()
    {
        var label = Gen.Elements("a", "b", "c", "B");
        var name = from labels in label.NonEmptyListOf() select string.Join('.', labels.Take(4));
        var pattern = from kind in Gen.Elements("", ".", "*.") from rest in name select kind + rest;
        Prop.ForAll((from patterns in pattern.ListOf() from realm in name select (patterns, realm)).ToArbitrary(), drawn =>
        {
            var patterns = drawn.patterns.DistinctBy(each => (each.StartsWith('.') || each.StartsWith('*'), each.TrimStart('*', '.').ToLowerInvariant())).ToArray();
            var expected = patterns.Where(each => Fits(each, drawn.realm)).OrderByDescending(each => each.TrimStart('*', '.').Length).ThenBy(each => each[0] is '.' or '*').FirstOrDefault();
            return Table([.. patterns.Select(each => (each, each))]).Find(Encoding.UTF8.GetBytes(drawn.realm)) == expected;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

        static bool Fits(string pattern, string realm) => pattern[0] switch
        {
            '*' => realm.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase) && realm.Length > pattern.Length - 1,
            '.' => ("." + realm).EndsWith(pattern, StringComparison.OrdinalIgnoreCase),
            _ => realm.Equals(pattern, StringComparison.OrdinalIgnoreCase),
        };
    }

    [Fact]
    public void Find_Among100000_AllocatesNothing()
    {
        var table = Table([.. Enumerable.Range(0, 100_000).Select(i => ($".realm{i}.example", $"{i}"))]);
        byte[] realm = [.. "wlan.realm77777.example"u8];
        table.Find(realm).ShouldBe("77777");
        var before = Allocations.Begin();
        for (var i = 0; i < 1_000; i++)
            table.Find(realm);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    static RealmTable<string> Table(params (string Pattern, string Target)[] patterns)
    {
        RealmTable<string>.TryBuild(patterns.Select(each => new KeyValuePair<string, string>(each.Pattern, each.Target)), out var table, out var error).ShouldBeTrue(error);
        return table!;
    }
}
