using System.Text;
using Meetpoint.Xmpp.Xml;
using Shouldly;

namespace Meetpoint.Xmpp.Tests.Xml;

public sealed class XmlStreamReaderTests
{
    const string Header = "<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' xmlns:db='jabber:server:dialback' to='albion.example' version='1.0'>";

    [Fact]
    public void Next_StanzaWithAllThatXmlHas_IsReadAsItMeans()
    {
        var element = One("<message xml:lang='en' from=\"a@b\" to='c@d'><body>1 &lt; 2 &amp;&#38;&#x26; <![CDATA[<raw>&]]>\r\n</body><x xmlns='urn:x' p:y='z' xmlns:p='urn:p'/></message>");

        element.Namespace.ShouldBe("jabber:server");
        element["from"].ShouldBe("a@b");
        element.Language.ShouldBe("en");
        element.Element("body")!.Text.ShouldBe("1 < 2 &&& <raw>&\n");
        element.Element("x", "urn:x")!.Attribute("y", "urn:p").ShouldBe("z");
    }

    [Fact]
    public void Next_PrefixesOfTheHeader_HoldInStanzas()
    {
        var element = One("<db:result from='a' to='b'>key</db:result>");
        (element.Name, element.Namespace, element.Text).ShouldBe(("result", "jabber:server:dialback", "key"));
    }

    [Theory]
    [InlineData("<!-- no -->", XmlFault.Restricted)]
    [InlineData("<message><!-- no --></message>", XmlFault.Restricted)]
    [InlineData("<?php ?>", XmlFault.Restricted)]
    [InlineData("<?xml version='1.0'?>", XmlFault.Restricted)]
    [InlineData("<!DOCTYPE a>", XmlFault.Restricted)]
    [InlineData("<message>&nbsp;</message>", XmlFault.Restricted)]
    [InlineData("<message>&amp</message>", XmlFault.NotWellFormed)]
    [InlineData("<message>&#0;</message>", XmlFault.NotWellFormed)]
    [InlineData("<message>&#xD800;</message>", XmlFault.NotWellFormed)]
    [InlineData("<message>\u0001</message>", XmlFault.NotWellFormed)]
    [InlineData("<message>]]></message>", XmlFault.NotWellFormed)]
    [InlineData("<message></presence>", XmlFault.NotWellFormed)]
    [InlineData("<message a='1' a='2'/>", XmlFault.NotWellFormed)]
    [InlineData("<message a='<'/>", XmlFault.NotWellFormed)]
    [InlineData("<message a=1/>", XmlFault.NotWellFormed)]
    [InlineData("<message a='1'b='2'/>", XmlFault.NotWellFormed)]
    [InlineData("<1message/>", XmlFault.NotWellFormed)]
    [InlineData("<>", XmlFault.NotWellFormed)]
    [InlineData("<message<a/>", XmlFault.NotWellFormed)]
    [InlineData("text<message/>", XmlFault.NotWellFormed)]
    [InlineData("<p:message/>", XmlFault.Prefix)]
    [InlineData("<message p:a='1'/>", XmlFault.Prefix)]
    public void Next_WhatIsNotTaken_IsAFaultAndStaysOne(string xml, XmlFault fault)
    {
        using var reader = Opened();
        reader.Add(Encoding.UTF8.GetBytes(xml));
        reader.Next().ShouldBe(XmlStreamEvent.Fault);
        reader.Fault.ShouldBe(fault);
        reader.Add("<message/>"u8);
        reader.Next().ShouldBe(XmlStreamEvent.Fault);
    }

    [Fact]
    public void Next_BytesThatAreNoUtf8_AreAFaultOfEncoding()
    {
        using var reader = Opened();
        reader.Add([.. "<message>"u8, 0xC3, 0x28, .. "</message>"u8]);
        reader.Next().ShouldBe(XmlStreamEvent.Fault);
        reader.Fault.ShouldBe(XmlFault.Encoding);
    }

    [Theory]
    [InlineData("<message>{1}</message>")]
    [InlineData("<message a='{1}'/>")]
    [InlineData("<message {1}")]
    [InlineData("<message><![CDATA[{1}")]
    [InlineData("<{1}")]
    [InlineData("{1}")]
    public void Next_MoreThanAStanzaMayHave_IsAFaultBeforeMemoryIsFull(string form)
    {
        using var reader = Opened(new XmlLimits { MaxStanzaBytes = 10_000 });
        var xml = Encoding.UTF8.GetBytes(form.Replace("{1}", new string('x', 30_000), StringComparison.Ordinal));
        var found = XmlStreamEvent.None;
        foreach (var chunk in xml.Chunk(1_000))
        {
            reader.Add(chunk);
            if ((found = reader.Next()) != XmlStreamEvent.None)
                break;
            reader.Pending.ShouldBeLessThanOrEqualTo(11_000);
        }

        found.ShouldBe(XmlStreamEvent.Fault);
        reader.Fault.ShouldBeOneOf(XmlFault.Limit, XmlFault.NotWellFormed);
    }

    [Theory]
    [InlineData(33, XmlStreamEvent.Fault)]
    [InlineData(32, XmlStreamEvent.Element)]
    public void Next_Depth_IsLimited(int depth, XmlStreamEvent expected)
    {
        using var reader = Opened();
        for (var i = 0; i < depth; i++)
            reader.Add("<a>"u8);
        for (var i = 0; i < depth; i++)
            reader.Add("</a>"u8);
        reader.Next().ShouldBe(expected);
    }

    [Fact]
    public void Next_ManyAttributesOrNodes_AreLimited()
    {
        using var attributes = Opened();
        attributes.Add(Encoding.UTF8.GetBytes("<a " + string.Join(' ', Enumerable.Range(0, 65).Select(i => $"a{i}='1'")) + "/>"));
        attributes.Next().ShouldBe(XmlStreamEvent.Fault);
        attributes.Fault.ShouldBe(XmlFault.Limit);

        using var nodes = Opened();
        nodes.Add(Encoding.UTF8.GetBytes("<a>" + string.Concat(Enumerable.Repeat("<b/>", 5_000)) + "</a>"));
        nodes.Next().ShouldBe(XmlStreamEvent.Fault);
        nodes.Fault.ShouldBe(XmlFault.Limit);
    }

    [Fact]
    public void Next_BlanksBetweenStanzas_AreKeepAlivesAndNotKept()
    {
        using var reader = Opened();
        for (var i = 0; i < 100_000; i++)
        {
            reader.Add(" \n"u8);
            reader.Next().ShouldBe(XmlStreamEvent.None);
        }

        reader.Pending.ShouldBe(0);
        reader.Add("<message/></stream:stream> "u8);
        reader.Next().ShouldBe(XmlStreamEvent.Element);
        reader.Next().ShouldBe(XmlStreamEvent.Ended);
        reader.Next().ShouldBe(XmlStreamEvent.None);
    }

    [Fact]
    public void Restart_AfterWholeStanza_TakesANewHeader()
    {
        using var reader = Opened();
        reader.Add("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"u8);
        reader.Next().ShouldBe(XmlStreamEvent.Element);
        reader.Restart().ShouldBeTrue();
        reader.Add(Encoding.UTF8.GetBytes(Header));
        reader.Next().ShouldBe(XmlStreamEvent.Opened);
        reader.Header!["to"].ShouldBe("albion.example");

        reader.Add("<mess"u8);
        reader.Next();
        reader.Restart().ShouldBeFalse();
    }

    [Fact]
    public void ToString_WhatWasRead_ReadsBackTheSame()
    {
        var element = One("<message from='a&apos;b' xml:lang='de'><body>a &lt; b\tc</body><x xmlns='urn:x' xmlns:p='urn:p' p:y='&#10;z'><y xmlns=''/></x></message>");
        XmppElement.TryParse(Encoding.UTF8.GetBytes(element.ToString()), out var again).ShouldBeTrue();
        again!.ToString().ShouldBe(element.ToString());
        again.Element("x", "urn:x")!.Attribute("y", "urn:p").ShouldBe("\nz");
        again.Element("body")!.Text.ShouldBe("a < b\tc");
    }

    [Fact]
    public void ToString_TextThatXmlCannotHave_DoesNotEndAStream()
    {
        var text = new XmppElement("body", "jabber:server").AddText("a\0b" + '\ud800' + "c\uFFFFd");
        XmppElement.TryParse(Encoding.UTF8.GetBytes(text.ToString()), out var again).ShouldBeTrue();
        again!.Text.ShouldBe("a\uFFFDb\uFFFDc\uFFFDd");
    }

    static XmlStreamReader Opened(XmlLimits? limits = null)
    {
        var reader = new XmlStreamReader(limits ?? XmlLimits.Default);
        reader.Add(Encoding.UTF8.GetBytes(Header));
        reader.Next().ShouldBe(XmlStreamEvent.Opened);
        return reader;
    }

    static XmppElement One(string xml)
    {
        using var reader = Opened();
        reader.Add(Encoding.UTF8.GetBytes(xml));
        reader.Next().ShouldBe(XmlStreamEvent.Element, $"{reader.Fault}");
        return reader.Element!;
    }
}
