using Meetpoint.Radius.Dictionary;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;
using Shouldly;

namespace Meetpoint.Radius.Tests.Dictionary;

public sealed class RadiusDictionaryTests
{
    [Fact]
    public void Load_WhatComesWithTheLibrary_HasNoErrors()
    {
        RadiusDictionary.Load([], out var errors);
        errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("User-Name", "1", AttributeDataType.Text)]
    [InlineData("ms-mppe-recv-key", "26.311.17", AttributeDataType.Octets)]
    [InlineData("WISPr-Bandwidth-Max-Down", "26.14122.8", AttributeDataType.Integer)]
    [InlineData("WBA-Offered-Service", "26.14122.12", AttributeDataType.Text)]
    [InlineData("Operator-NAS-Identifier", "241.8", AttributeDataType.Octets)]
    [InlineData("IPv6-6rd-Prefix", "173.2", AttributeDataType.Ipv6Prefix)]
    [InlineData("Framed-IPv6-Prefix", "97", AttributeDataType.Ipv6Prefix)]
    public void Find_ByName_HasPathAndType(string name, string path, AttributeDataType type)
    {
        var found = RadiusDictionary.Standard.Find(name).ShouldNotBeNull();
        (found.Path, found.Type).ShouldBe((path, type));
    }

    [Fact]
    public void Find_ByNumber_HasValues()
    {
        var type = RadiusDictionary.Standard.Find(AttributeType.NasPortType).ShouldNotBeNull();
        type.NameOf(19).ShouldBe("Wireless-802.11");
        type.TryValueOf("wireless-802.11", out var value).ShouldBeTrue();
        value.ShouldBe(19u);
        RadiusDictionary.Standard.Find(311, 16)!.Name.ShouldBe("MS-MPPE-Send-Key");
        RadiusDictionary.Standard.Find((AttributeType)250).ShouldBeNull();
        RadiusDictionary.Standard.Find(1, 1).ShouldBeNull();
    }

    [Fact]
    public void Load_FileOfAnOperator_IsTakenWithItsFormatAndItsHiddenValues()
    {
        var dictionary = RadiusDictionary.Load([new DictionaryFile("own", """
            # ours
            VENDOR Wide 4000 format=2,1
            BEGIN-VENDOR Wide
            ATTRIBUTE Wide-Rate 0x101 integer
            VALUE Wide-Rate Fast 7
            END-VENDOR Wide
            VENDOR Own 5000
            BEGIN-VENDOR Own
            ATTRIBUTE Own-Key 3 octets encrypt=2
            ATTRIBUTE Own-Group 4 tlv
            BEGIN-TLV Own-Group
            ATTRIBUTE Own-Inner 1 string
            END-TLV Own-Group
            END-VENDOR Own
            BEGIN-VENDOR Own parent=Extended-Vendor-Specific-5
            ATTRIBUTE Own-Long 9 string
            END-VENDOR Own
            """)], out var errors);
        errors.ShouldBeEmpty();
        dictionary.FormatOf(4000).TypeLength.ShouldBe((byte)2);
        dictionary.Find(4000, 257)!.NameOf(7).ShouldBe("Fast");
        dictionary.Find("Own-Inner")!.Path.ShouldBe("26.5000.4.1");
        dictionary.Find("Own-Long")!.Path.ShouldBe("245.26.5000.9");
        dictionary.Hidden.Of(5000, 3).ShouldBe(HidingMethod.Salted);
        dictionary.Hidden.Of(311, 16).ShouldBe(HidingMethod.Salted);
        dictionary.Find("User-Name").ShouldNotBeNull("what comes with the library stays");
    }

    [Theory]
    [InlineData("NOTHING x", "own:1: 'NOTHING' is nothing that is known")]
    [InlineData("\nATTRIBUTE A 300 string", "own:2: '300' is no number of an attribute")]
    [InlineData("ATTRIBUTE A x string", "own:1: 'x' is no number of an attribute")]
    [InlineData("ATTRIBUTE A 250 thing", "own:1: 'thing' is no data type")]
    [InlineData("ATTRIBUTE A 250 string shiny", "own:1: 'shiny' is no flag")]
    [InlineData("ATTRIBUTE A 250.1.2 string", "own:1: '250.1.2' stands in nothing that is known")]
    [InlineData("ATTRIBUTE A", "own:1: 1 words after ATTRIBUTE")]
    [InlineData("VALUE Nobody A 1", "own:1: the attribute 'Nobody' is not known")]
    [InlineData("VALUE Service-Type A -1", "own:1: '-1' is no number")]
    [InlineData("VENDOR V 1 format=3,1", "own:1: 'format=3,1' is no format")]
    [InlineData("BEGIN-VENDOR Nobody", "own:1: the vendor 'Nobody' is not known")]
    [InlineData("BEGIN-VENDOR Cisco", "own:1: 'Cisco' is not ended")]
    [InlineData("BEGIN-VENDOR Cisco parent=User-Name", "own:1: 'parent=User-Name' has no vendors")]
    [InlineData("END-VENDOR Cisco", "own:1: 'Cisco' is not open")]
    [InlineData("BEGIN-TLV User-Name", "own:1: 'User-Name' is no TLV")]
    public void Load_LineInError_IsToldWithItsNumber(string text, string expected)
    {
        RadiusDictionary.Load([new DictionaryFile("own", text)], out var errors);
        errors.Select(error => error.ToString()).ShouldBe([expected]);
    }
}
