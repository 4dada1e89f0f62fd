using System.Globalization;
using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>
/// What a trusted application publishes into a user's own presentity by SERVICE (MS-PRES 2.2.2.5): her phone's state, which ends with its time and is never
/// taken for something that she set herself.
/// </summary>
static class CategoryPublication
{
    // The input containers, which the server makes its aggregate from.
    const uint FirstContainer = 2;
    const uint SecondContainer = 3;

    // No activity of a phone pushes her beyond busy; only what is shown to others is a policy of its own.
    const uint MaxOfBusy = 8999;
    const uint MaxOfDoNotDisturb = 11999;
    const uint InConference = 7000;

    /// <summary>True when a phone in this state says something of its user: on the hook it says nothing, and while it rings it is not busy.</summary>
    public static bool IsPublished(in PresenceState state) =>
        state.Activity is Activity.OnThePhone or Activity.InMeeting or Activity.Presenting or Activity.Busy or Activity.DoNotDisturb;

    /// <summary>The device that our publication is read back as, among the publisher's own categories: by this it is known for ours.</summary>
    public static string Device(uint instance) => "phoneState-" + Text(instance);

    /// <summary>The body of a publication; of a removal where the state is none that is published.</summary>
    /// <param name="uri">The user's own address, as "sip:alice@contoso.example".</param>
    /// <param name="instance">Our instance: the same for all states of this phone, and no other publisher's.</param>
    /// <param name="versions">The versions that the server holds; the default when it holds none.</param>
    /// <param name="state">The phone's state.</param>
    /// <param name="expiresSeconds">After which the server forgets it, unless it is published again.</param>
    public static byte[] Write(string uri, uint instance, PublicationVersions versions, in PresenceState state, uint expiresSeconds)
    {
        if (!IsPublished(state))
            return WriteRemoval(uri, instance, versions);
        var xml = Open(uri);
        var number = state.Activity == Activity.InMeeting ? InConference : MicrosoftState.Number(new PresenceState(state.Activity))!.Value;
        foreach (var container in (ReadOnlySpan<uint>)[FirstContainer, SecondContainer])
        {
            Publication(xml, instance, container, versions, expiresSeconds);
            CategoriesDialect.State(xml, "phoneState", state with { Availability = Availabilities.Of(state.Activity) }, number,
                (number, number > MaxOfBusy ? MaxOfDoNotDisturb : MaxOfBusy));
            xml.End();
        }

        return xml.Finish();
    }

    /// <summary>The body that takes a publication back.</summary>
    public static byte[] WriteRemoval(string uri, uint instance, PublicationVersions versions)
    {
        var xml = Open(uri);
        foreach (var container in (ReadOnlySpan<uint>)[FirstContainer, SecondContainer])
        {
            Publication(xml, instance, container, versions, expiresSeconds: 0);
            xml.End();
        }

        return xml.Finish();
    }

    static XmlDocumentWriter Open(string uri) => new XmlDocumentWriter("", "publish", MicrosoftNames.RichPresence)
        .Start("publications", MicrosoftNames.RichPresence).Attribute("uri", uri);

    static void Publication(XmlDocumentWriter xml, uint instance, uint container, PublicationVersions versions, uint expiresSeconds) =>
        xml.Start("publication", MicrosoftNames.RichPresence)
            .Attribute("categoryName", "state").Attribute("instance", Text(instance)).Attribute("container", Text(container))
            .Attribute("version", Text(versions.Of(container))).Attribute("expireType", "time").Attribute("expires", Text(expiresSeconds));

    static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The versions of a publication in the two input containers; zero where there is none yet. A publication names those that the server holds.</summary>
readonly record struct PublicationVersions(uint First, uint Second)
{
    /// <summary>The version in a container.</summary>
    public uint Of(uint container) => container == 2 ? First : Second;

    /// <summary>These, with that of one container.</summary>
    public PublicationVersions With(uint container, uint version) => container switch
    {
        2 => this with { First = version },
        3 => this with { Second = version },
        _ => this,
    };
}
