using System.Text;
using System.Xml.Linq;
using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Presence.Dialects;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Presence;

/// <summary>Phone state into a user's own presentity, and what the server answers.</summary>
public sealed class PublicationTests
{
    const string Uri = "sip:carl@contoso.example";
    const uint Instance = 1339299275;

    static readonly XNamespace Rich = MicrosoftNames.RichPresence;
    static readonly XNamespace State = MicrosoftNames.State;

    [Fact]
    public void Write_OnThePhone_IsPhoneStateInBothContainersWithItsTime()
    {
        var publications = Publications(CategoryPublication.Write(Uri, Instance, new(4, 6), new(Activity.OnThePhone), expiresSeconds: 600));
        publications.Select(one => ((string?)one.Attribute("container"), (string?)one.Attribute("version"))).ShouldBe([("2", "4"), ("3", "6")]);
        foreach (var publication in publications)
        {
            ((string?)publication.Attribute("categoryName")).ShouldBe("state");
            ((string?)publication.Attribute("instance")).ShouldBe("1339299275");
            ((string?)publication.Attribute("expireType")).ShouldBe("time");
            ((string?)publication.Attribute("expires")).ShouldBe("600");
            var state = publication.Element(State + "state")!;
            ((string?)state.Attribute(XName.Get("type", MicrosoftNames.SchemaInstance))).ShouldBe("phoneState");
            ((string?)state.Attribute("manual")).ShouldBe("false", "a phone's state is never taken for the user's choice");
            ((string?)state.Element(State + "availability")).ShouldBe("6500");
            var activity = state.Element(State + "activity")!;
            ((string?)activity.Attribute("token")).ShouldBe("on-the-phone");
            ((string?)activity.Attribute("minAvailability")).ShouldBe("6500");
            ((string?)activity.Attribute("maxAvailability")).ShouldBe("8999");
        }
    }

    [Theory]
    [InlineData(Activity.Available)]
    [InlineData(Activity.Idle)]
    [InlineData(Activity.Ringing)]
    [InlineData(Activity.Away)]
    [InlineData(Activity.Offline)]
    [InlineData(Activity.Unknown)]
    public void Write_PhoneThatSaysNothingOfItsUser_TakesThePublicationBack(Activity activity)
    {
        var body = CategoryPublication.Write(Uri, Instance, new(4, 6), new(activity), expiresSeconds: 600);
        body.ShouldBe(CategoryPublication.WriteRemoval(Uri, Instance, new(4, 6)));
        Publications(body).ShouldAllBe(one => (string?)one.Attribute("expires") == "0" && !one.HasElements);
    }

    [Fact]
    public void Write_AnyActivity_NeverIdleAndDoNotDisturbOnlyFromItself()
    {
        foreach (var activity in Enum.GetValues<Activity>())
        {
            foreach (var publication in Publications(CategoryPublication.Write(Uri, 1, default, new(activity), 60)))
            {
                var number = (string?)publication.Element(State + "state")?.Element(State + "availability");
                number.ShouldNotBe("5000");
                if (number == "9500")
                    activity.ShouldBe(Activity.DoNotDisturb);
            }
        }
    }

    [Fact]
    public void TryRead_AcceptedAnswer_GivesTheVersionsOfOurInstance()
    {
        var body = $"""
            <roamingData xmlns="http://schemas.microsoft.com/2006/09/sip/roaming-self">
              <categories xmlns="http://schemas.microsoft.com/2006/09/sip/categories" uri="{Uri}">
                <category name="state" instance="99" container="2" version="40"/>
                <category name="state" instance="{Instance}" container="2" version="5" expireType="time"/>
                <category name="state" instance="{Instance}" container="3" version="7" expireType="time"/>
              </categories>
            </roamingData>
            """;
        PublicationAnswer.TryRead(Encoding.UTF8.GetBytes(body), Instance, new(4, 6), out var answer, out var fault).ShouldBeTrue(fault);
        answer.ShouldBe(new PublicationAnswer(new(5, 7), IsRefused: false));
    }

    [Fact]
    public void TryRead_WrongVersions_GivesThoseToPublishWith()
    {
        var body = """
            <Fault xmlns="http://schemas.microsoft.com/2006/09/sip/rich-presence"><Faultcode>Client.BadCall.WrongDelta</Faultcode>
            <details><operation index="1" version="0" curVersion="3"/><operation index="2" version="0" curVersion="8"/></details></Fault>
            """u8;
        PublicationAnswer.TryRead(body, Instance, default, out var answer, out var fault).ShouldBeTrue(fault);
        answer.ShouldBe(new PublicationAnswer(new(3, 8), IsRefused: true));
    }

    [Theory]
    [InlineData("<Fault><Faultcode>Client.BadCall.InvalidRequest</Faultcode></Fault>")]
    [InlineData("<Fault><Faultcode>Client.BadCall.WrongDelta</Faultcode><details/></Fault>")]
    [InlineData("<html/>")]
    public void TryRead_FaultThatNoVersionMends_IsAFault(string body) =>
        PublicationAnswer.TryRead(Encoding.UTF8.GetBytes(body), Instance, default, out _, out _).ShouldBeFalse();

    static List<XElement> Publications(byte[] body)
    {
        var root = XDocument.Parse(Encoding.UTF8.GetString(body)).Root!;
        root.Name.ShouldBe(Rich + "publish");
        ((string?)root.Element(Rich + "publications")!.Attribute("uri")).ShouldBe(Uri);
        return root.Descendants(Rich + "publication").ToList();
    }
}
