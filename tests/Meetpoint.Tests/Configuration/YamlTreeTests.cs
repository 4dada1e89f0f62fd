using Meetpoint.Configuration;
using Meetpoint.Output;
using Shouldly;

namespace Meetpoint.Tests.Configuration;

public sealed class YamlTreeTests
{
    [Theory]
    [InlineData("a: 1", """{"a":1}""")]
    [InlineData("a: 0.012", """{"a":0.012}""")]
    [InlineData("a: \"0.0120\"", """{"a":"0.0120"}""")]
    [InlineData("a: +442079460000", """{"a":"\u002B442079460000"}""")]
    [InlineData("a: 007", """{"a":"007"}""")]
    [InlineData("a: true", """{"a":true}""")]
    [InlineData("a: yes", """{"a":"yes"}""")]
    [InlineData("a: ~", """{"a":null}""")]
    [InlineData("a: 2026-01-01", """{"a":"2026-01-01"}""")]
    [InlineData("a: [x, 1]", """{"a":["x",1]}""")]
    [InlineData("", "{}")]
    public void Parse_Scalars_BecomeTheJsonThatTheyMean(string yaml, string json)
    {
        var tree = YamlTree.Parse(yaml);
        tree.Faults.ShouldBeEmpty();
        tree.Root.ToJsonString().ShouldBe(json);
    }

    [Theory]
    [InlineData("a: &x 1\nb: *x", 2, "aliases")]
    [InlineData("a: [", 2, "node content")]
    [InlineData("- a", 1, "mapping")]
    [InlineData("a: 1\n---\nb: 2", 1, "more than one document")]
    [InlineData("a: 1\na: 2", 2, "uplicate")]
    public void Parse_WhatIsNotReadHere_IsAFaultWithItsLine(string yaml, int line, string says)
    {
        var fault = YamlTree.Parse(yaml).Faults.ShouldHaveSingleItem();
        fault.Message.ShouldContain(says);
        fault.Line.ShouldBe(line, fault.ToString());
    }

    [Fact]
    public void Parse_NestedWithoutEnd_IsAFaultAndNotTheEndOfTheProcess() =>
        YamlTree.Parse("a: " + new string('[', 100_000)).Faults.ShouldHaveSingleItem().Message.ShouldContain("nested deeper");

    [Fact]
    public void Parse_CopiesOfCopies_AreNotMade()
    {
        var bomb = "a0: &a0 [x]\n" + string.Concat(Enumerable.Range(1, 20).Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
        YamlTree.Parse(bomb).Faults.ShouldHaveSingleItem().Message.ShouldContain("aliases");
    }

    [Fact]
    public void FaultAt_ValueInAList_IsShownAtItsOwnLine()
    {
        var tree = YamlTree.Parse("sip:\n  - name: one\n  - name: two\n    listen: nowhere\n");
        var fault = tree.FaultAt("/sip/1/listen", "no", "");
        (fault.Line, fault.Column).ShouldBe((4, 5));
        tree.FaultAt("/sip/1/absent/deeper", "no", "").Line.ShouldBe(3, "what is absent is shown at what should hold it");
    }

    [Fact]
    public void Write_Json_ReadsBackAsTheSame()
    {
        const string yaml = "a: text\nb: \"123\"\nc: 1\nd: \"true\"\ne: [\"+44\", 'x: y', \"\", \"- z\"]\nf: {g: null, h: \"0.10\", i: \"null\"}\nj: []\nk: {}\n";
        var tree = YamlTree.Parse(yaml);
        var text = new StringWriter();
        YamlText.Write(tree.Root, text);
        YamlTree.Parse(text.ToString()).Root.ToJsonString().ShouldBe(tree.Root.ToJsonString(), text.ToString());
    }
}
